/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.omendb.index.vector.Metric;
import io.omendb.index.vector.VectorReader;
import org.junit.jupiter.api.Test;

class MetricViewsTest {
  private static final float[][] ROWS = Fixtures.clusteredRows(5000, 7, 5, 1);

  private static final VectorReader READER =
      new VectorReader() {
        @Override
        public int size() {
          return ROWS.length;
        }

        @Override
        public int dimension() {
          return 7;
        }

        @Override
        public void read(int ordinal, float[] dst, int at) {
          System.arraycopy(ROWS[ordinal], 0, dst, at, 7);
        }
      };

  @Test
  void l2SeesTheRowsThemselves() {
    MetricViews views = MetricViews.of(READER, Metric.L2, 2);
    assertThat(views.codeSpace).isSameAs(READER);
    assertThat(views.graphSpace).isSameAs(READER);
  }

  @Test
  void cosineSeesUnitVectorsOfTheSameDirection() {
    MetricViews views = MetricViews.of(READER, Metric.COSINE, 2);
    assertThat(views.graphSpace).isSameAs(views.codeSpace);
    assertThat(views.codeSpace.dimension()).isEqualTo(7);
    float[] unit = new float[9];
    float[] row = new float[7];
    for (int i = 0; i < ROWS.length; i += 13) {
      views.codeSpace.read(i, unit, 1);
      System.arraycopy(unit, 1, row, 0, 7);
      assertThat(MetricViews.squaredNorm(row, 0, 7)).isCloseTo(1, offset(1e-6));
      assertThat(Fixtures.distance(Metric.COSINE, row, ROWS[i])).isCloseTo(0, offset(1e-6));
      assertThat(unit[0]).isZero();
      assertThat(unit[8]).isZero();
    }
  }

  @Test
  void innerProductSeesVectorsOfEqualLengthWhoseOrderIsThatOfTheMetric() {
    MetricViews views = MetricViews.of(READER, Metric.INNER_PRODUCT, 2);
    assertThat(views.codeSpace).isSameAs(READER);
    assertThat(views.graphSpace.dimension()).isEqualTo(8);
    assertThat(MetricViews.graphDimension(Metric.INNER_PRODUCT, 7)).isEqualTo(8);
    double longest = 0;
    for (float[] row : ROWS) {
      longest = Math.max(longest, MetricViews.squaredNorm(row, 0, 7));
    }
    float[] query = new float[8];
    System.arraycopy(ROWS[3], 0, query, 0, 7);
    double constant = MetricViews.squaredNorm(query, 0, 7) + longest;
    float[] augmented = new float[8];
    for (int i = 0; i < ROWS.length; i += 13) {
      views.graphSpace.read(i, augmented, 0);
      assertThat(MetricViews.squaredNorm(augmented, 0, 8))
          .isCloseTo(longest, offset(1e-6 * longest));
      assertThat(Fixtures.distance(Metric.L2, query, augmented))
          .isCloseTo(
              constant + 2 * Fixtures.distance(Metric.INNER_PRODUCT, ROWS[3], ROWS[i]),
              offset(1e-5 * longest));
    }
  }
}
