/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.VectorReader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

/**
 * Against a naive search in double precision. Coordinates have few significant bits, so that every
 * sum is exact in double precision whatever its order, and answers must agree to the last bit.
 */
class ExactSearchTest {
  private enum Rows {
    SPREAD,
    DUPLICATES,
    FAR_FROM_THE_ORIGIN,
    TINY,
    HUGE,
    WITH_ZEROS
  }

  @Property(tries = 400)
  void answersAreThoseOfANaiveSearch(
      @ForAll Metric metric,
      @ForAll Rows kind,
      @ForAll boolean scalar,
      @ForAll @IntRange(min = 1, max = 70) int d,
      @ForAll @IntRange(max = 150) int n,
      @ForAll @IntRange(min = 1, max = 40) int count,
      @ForAll @IntRange(min = 1, max = 160) int k,
      @ForAll @FloatRange(max = 1.5f) float accepted,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] rows = rows(kind, metric, n, d, random);
    float[] queries = new float[count * d];
    for (int i = 0; i < count; i++) {
      float[] query = rows(kind, metric, 1, d, random)[0];
      if (n > 0 && random.nextInt(3) == 0) {
        query = rows[random.nextInt(n)];
      } else if (random.nextInt(8) == 0) {
        query = query.clone();
        query[random.nextInt(d)] =
            random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY * random.nextInt(2);
      }
      System.arraycopy(query, 0, queries, i * d, d);
    }
    BitSet accept = null;
    if (accepted <= 1) {
      accept = new BitSet();
      for (int i = 0; i < n + 5; i++) {
        accept.set(i, random.nextFloat() < accepted);
      }
    }
    Kernels kernels = scalar ? Kernels.scalar() : Kernels.BEST;
    ExactSearch search = new ExactSearch(reader(rows, d), metric, kernels);
    Neighbors[] answers = buffers(count);
    search.search(queries, count, k, accept, answers, new SearchStats());
    for (int i = 0; i < count; i++) {
      assertAnswer(answers[i], naive(metric, rows, queries, i * d, d, k, accept));
    }
  }

  private static void assertAnswer(Neighbors answer, List<Row> expected) {
    assertThat(answer.size()).isEqualTo(expected.size());
    for (int rank = 0; rank < answer.size(); rank++) {
      Row row = expected.get(rank);
      assertThat(answer.ordinal(rank)).isEqualTo(row.ordinal);
      assertThat(Float.compare(answer.distance(rank), row.distance)).isZero();
    }
  }

  private record Row(int ordinal, float distance) {}

  private static List<Row> naive(
      Metric metric, float[][] rows, float[] queries, int at, int d, int k, BitSet accept) {
    List<Row> found = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      double l2 = 0;
      double dot = 0;
      double queryNorm = 0;
      double rowNorm = 0;
      for (int j = 0; j < d; j++) {
        double q = queries[at + j];
        double x = rows[i][j];
        l2 += (q - x) * (q - x);
        dot += q * x;
        queryNorm += q * q;
        rowNorm += x * x;
      }
      boolean eligible = metric != Metric.COSINE || (queryNorm != 0 && rowNorm != 0);
      if (eligible && (accept == null || accept.get(i))) {
        double cosine = 1 - dot / Math.sqrt(queryNorm * rowNorm);
        double distance =
            switch (metric) {
              case L2 -> l2;
              case COSINE -> Math.max(0, cosine);
              case INNER_PRODUCT -> 0 - dot;
            };
        found.add(new Row(i, (float) distance + 0f)); // no -0
      }
    }
    found.sort(Comparator.<Row>comparingDouble(r -> r.distance).thenComparing(r -> r.ordinal));
    return found.subList(0, Math.min(k, found.size()));
  }

  private static float[][] rows(Rows kind, Metric metric, int n, int d, Random random) {
    float[][] rows = new float[n][d];
    for (int i = 0; i < n; i++) {
      boolean zero = kind == Rows.WITH_ZEROS && random.nextInt(3) == 0;
      for (int j = 0; j < d && !zero; j++) {
        rows[i][j] =
            switch (kind) {
              case DUPLICATES -> random.nextInt(2);
              // All of 24 bits of a float, so only differences stay exact in double precision.
              case FAR_FROM_THE_ORIGIN ->
                  metric == Metric.L2
                      ? 1e6f + random.nextInt(256) / 16f
                      : 4096 + random.nextInt(256) / 16f;
              case TINY -> (random.nextInt(1 << 12) - (1 << 11)) * 0x1p-90f;
              case HUGE -> (random.nextInt(1 << 12) - (1 << 11)) * 0x1p90f;
              default -> (random.nextInt(1 << 12) - (1 << 11)) / 64f;
            };
      }
    }
    return rows;
  }

  private static Neighbors[] buffers(int count) {
    Neighbors[] buffers = new Neighbors[count];
    for (int i = 0; i < count; i++) {
      buffers[i] = new Neighbors(1);
    }
    return buffers;
  }

  static VectorReader reader(float[][] rows, int d) {
    return new VectorReader() {
      @Override
      public int size() {
        return rows.length;
      }

      @Override
      public int dimension() {
        return d;
      }

      @Override
      public void read(int ordinal, float[] dst, int offset) {
        System.arraycopy(rows[ordinal], 0, dst, offset, d);
      }
    };
  }

  @Example
  void fewAndManyQueriesOfOrdinaryFloatsGiveTheSameBitsWithAllKernels() {
    Random random = new Random(11);
    int d = 77;
    float[][] rows = new float[1000][d];
    for (float[] row : rows) {
      for (int j = 0; j < d; j++) {
        row[j] = (float) random.nextGaussian() + 30;
      }
    }
    int count = 50;
    float[] queries = new float[count * d];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = (float) random.nextGaussian() + 30;
    }
    for (Metric metric : Metric.values()) {
      Neighbors[] expected = buffers(count);
      SearchStats stats = new SearchStats();
      new ExactSearch(reader(rows, d), metric, Kernels.BEST)
          .search(queries, count, 20, null, expected, stats);
      assertThat(stats.searches).isEqualTo(count);
      assertThat(stats.exactDistances).isEqualTo(1000L * count);
      for (Kernels kernels : List.of(Kernels.scalar(), Kernels.BEST)) {
        ExactSearch search = new ExactSearch(reader(rows, d), metric, kernels);
        for (int step : new int[] {1, 7, 50}) {
          for (int from = 0; from < count; from += step) {
            int some = Math.min(step, count - from);
            float[] part = java.util.Arrays.copyOfRange(queries, from * d, (from + some) * d);
            Neighbors[] answers = buffers(some);
            search.search(part, some, 20, null, answers, stats);
            for (int i = 0; i < some; i++) {
              assertSame(answers[i], expected[from + i]);
            }
          }
        }
      }
    }
  }

  private static void assertSame(Neighbors actual, Neighbors expected) {
    assertThat(actual.size()).isEqualTo(expected.size());
    for (int rank = 0; rank < actual.size(); rank++) {
      assertThat(actual.ordinal(rank)).isEqualTo(expected.ordinal(rank));
      assertThat(actual.distance(rank)).isEqualTo(expected.distance(rank));
    }
  }

  @Example
  void wideVectorsAreSearchedInSeveralBlocksOfQueries() {
    int d = 40_000;
    int count = 100;
    float[][] rows = new float[120][d];
    float[] queries = new float[count * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i][i] = 1;
      if (i < count) {
        queries[i * d + i] = 1;
      }
    }
    Neighbors[] answers = buffers(count);
    new ExactSearch(reader(rows, d), Metric.L2, Kernels.BEST)
        .search(queries, count, 2, null, answers, new SearchStats());
    for (int i = 0; i < count; i++) {
      assertThat(answers[i].ordinal(0)).isEqualTo(i);
      assertThat(answers[i].distance(0)).isZero();
      assertThat(answers[i].ordinal(1)).isEqualTo(i == 0 ? 1 : 0);
      assertThat(answers[i].distance(1)).isEqualTo(2);
    }
  }

  @Example
  void noQueriesAndNoRowsAreAnswered() {
    SearchStats stats = new SearchStats();
    ExactSearch search = new ExactSearch(reader(new float[0][], 3), Metric.L2, Kernels.BEST);
    search.search(new float[0], 0, 5, null, new Neighbors[0], stats);
    Neighbors[] answers = buffers(20);
    answers[3].add(1, 1f);
    search.search(new float[60], 20, 5, null, answers, stats);
    assertThat(answers).allMatch(a -> a.size() == 0);
  }

  @Example
  void kBelowOneIsRefused() {
    ExactSearch search = new ExactSearch(reader(new float[1][3], 3), Metric.L2, Kernels.BEST);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search.search(new float[3], 1, 0, null, buffers(1), new SearchStats()))
        .withMessageContaining("k must be at least 1, was 0");
  }

  @Example
  void tooFewFloatsOrBuffersAreRefused() {
    ExactSearch search = new ExactSearch(reader(new float[1][3], 3), Metric.L2, Kernels.BEST);
    SearchStats stats = new SearchStats();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search.search(new float[5], 2, 1, null, buffers(2), stats))
        .withMessageContaining("2 queries of 3 floats");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search.search(new float[6], 2, 1, null, buffers(1), stats))
        .withMessageContaining("1 buffers");
  }
}
