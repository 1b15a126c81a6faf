/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExactScorerTest {
  private static final float[][] ROWS = {{3, 4}, {0, 0}, {-6, -8}, {4, -3}};

  private static VectorReader reader(float[][] rows) {
    return new VectorReader() {
      @Override
      public int size() {
        return rows.length;
      }

      @Override
      public int dimension() {
        return rows[0].length;
      }

      @Override
      public void read(int ordinal, float[] dst, int offset) {
        System.arraycopy(rows[ordinal], 0, dst, offset, rows[ordinal].length);
      }
    };
  }

  private static float[] distances(Metric metric, float x, float y) {
    ExactScorer scorer = new ExactScorer(reader(ROWS), metric);
    scorer.prepare(new float[] {9, 9, x, y}, 2);
    float[] out = new float[4];
    scorer.distances(new int[] {3, 0, 2, 1}, 4, out);
    return out;
  }

  @Test
  void distancesFollowTheMetricInTheOrderOfTheOrdinals() {
    assertThat(distances(Metric.L2, 3, 4)).containsExactly(50, 0, 225, 25);
    assertThat(distances(Metric.INNER_PRODUCT, 3, 4)).containsExactly(0, -25, 50, 0);
    float[] cosine = distances(Metric.COSINE, 6, 8);
    assertThat(cosine[0]).isCloseTo(1, within(1e-6f));
    assertThat(cosine[1]).isCloseTo(0, within(1e-6f));
    assertThat(cosine[2]).isCloseTo(2, within(1e-6f));
  }

  @Test
  void vectorsOfNormZeroHaveNoCosine() {
    assertThat(distances(Metric.COSINE, 6, 8)[3]).isNaN();
    assertThat(distances(Metric.COSINE, 0, 0)[1]).isNaN();
  }

  @Test
  void finiteVectorsOfAnyMagnitudeHaveTheDistanceOfDoublePrecision() {
    float[] scales = {1e-30f, 1e-20f, 1e-10f, 1, 1e10f, 1e18f, 1e25f, 1e38f};
    for (float a : scales) {
      for (float b : scales) {
        float[] rows = {3 * a, 0, -a, a};
        VectorReader vectors = reader(new float[][] {rows});
        float[] query = {b, b, -2 * b, 0};
        for (Metric metric : Metric.values()) {
          ExactScorer scorer = new ExactScorer(vectors, metric);
          scorer.prepare(query, 0);
          float[] out = new float[1];
          scorer.distances(new int[1], 1, out);
          double queryNorm = ExactDistance.squaredNorm(query, 0, 4);
          double rowNorm = ExactDistance.squaredNorm(rows, 0, 4);
          float exact = ExactDistance.of(metric, query, 0, queryNorm, rows, 0, rowNorm, 4);
          if (Float.isInfinite(exact)) {
            assertThat(out[0]).isEqualTo(exact);
          } else {
            assertThat(out[0])
                .isCloseTo(exact, within(1e-6f * Math.abs(exact) + 10 * Float.MIN_VALUE));
          }
        }
      }
    }
  }
}
