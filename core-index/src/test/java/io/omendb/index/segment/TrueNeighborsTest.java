/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrueNeighborsTest {
  @ParameterizedTest
  @CsvSource({"L2, 1", "L2, 3", "COSINE, 2", "INNER_PRODUCT, 4"})
  void threadsFindWhatOneExactSearchFinds(Metric metric, int threads) {
    int d = 4;
    int count = 40;
    Random random = new Random(5);
    float[] values = new float[40_000 * d];
    for (int i = 0; i < values.length; i++) {
      // Few values, so that many rows are as far as each other.
      values[i] = random.nextInt(9) - 4.5f;
    }
    VectorReader rows = reader(values, d);
    BitSet among = new BitSet();
    random.ints(30_000, 0, rows.size()).forEach(among::set);
    float[] queries = new float[count * d];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = random.nextFloat() - 0.5f;
    }
    Neighbors[] expected = new Neighbors[count];
    for (int i = 0; i < count; i++) {
      expected[i] = new Neighbors(25);
    }
    new ExactSearch(rows, metric, Kernels.BEST)
        .search(queries, count, 25, among, expected, new SearchStats());
    BuildControl control = new BuildControl(threads, Long.MAX_VALUE, () -> false);
    TopK[] found = TrueNeighbors.find(rows, metric, queries, count, 25, among, control);
    for (int i = 0; i < count; i++) {
      assertThat(found[i].size()).isEqualTo(expected[i].size()).isEqualTo(25);
      for (int rank = 0; rank < 25; rank++) {
        assertThat(found[i].ordinal(rank)).isEqualTo(expected[i].ordinal(rank));
        assertThat(found[i].distance(rank)).isEqualTo(expected[i].distance(rank));
      }
    }
  }

  private static VectorReader reader(float[] values, int d) {
    return new VectorReader() {
      @Override
      public int size() {
        return values.length / d;
      }

      @Override
      public int dimension() {
        return d;
      }

      @Override
      public void read(int ordinal, float[] dst, int offset) {
        System.arraycopy(values, ordinal * d, dst, offset, d);
      }
    };
  }
}
