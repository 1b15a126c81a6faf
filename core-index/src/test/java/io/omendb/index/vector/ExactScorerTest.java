/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExactScorerTest {
  private static final float[][] ROWS = {{3, 4}, {0, 0}, {-6, -8}, {4, -3}};

  private static final VectorReader VECTORS =
      new VectorReader() {
        @Override
        public int size() {
          return ROWS.length;
        }

        @Override
        public int dimension() {
          return 2;
        }

        @Override
        public void read(int ordinal, float[] dst, int offset) {
          System.arraycopy(ROWS[ordinal], 0, dst, offset, 2);
        }
      };

  private static float[] distances(Metric metric, float x, float y) {
    ExactScorer scorer = new ExactScorer(VECTORS, metric);
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
}
