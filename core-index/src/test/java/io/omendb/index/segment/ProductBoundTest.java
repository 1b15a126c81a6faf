/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.ExactDistance;
import io.omendb.index.vector.Metric;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ProductBoundTest {
  /** The adversary: rounds every operation down, which is worse than any kernel can do. */
  @Property(tries = 2000)
  void aRowBelowTheBoundPassesHoweverItsProductWasRounded(
      @ForAll Metric metric,
      @ForAll @IntRange(min = 1, max = 300) int d,
      @ForAll @IntRange(min = -70, max = 60) int exponent,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] query = new float[d];
    float[] row = new float[d];
    float[] centre = new float[d];
    float spread = random.nextBoolean() ? 1 : 1e-4f;
    for (int j = 0; j < d; j++) {
      float common = (float) random.nextGaussian();
      query[j] = Math.scalb(common + spread * (float) random.nextGaussian(), exponent);
      row[j] = Math.scalb(common + spread * (float) random.nextGaussian(), exponent);
      centre[j] = metric == Metric.L2 ? Math.scalb((float) random.nextGaussian(), exponent) : 0;
    }
    ProductBound bounds = new ProductBound(metric, d);
    double queryNorm = ExactDistance.squaredL2(query, 0, centre, 0, d);
    double rowNorm = ExactDistance.squaredL2(row, 0, centre, 0, d);
    double queryScale = bounds.queryScale(queryNorm);
    double rowScale = bounds.rowScale(rowNorm);
    float product = 0;
    for (int j = 0; j < d; j++) {
      float q = (float) (((double) query[j] - centre[j]) * queryScale);
      float x = (float) (((double) row[j] - centre[j]) * rowScale);
      product = down((double) product + (double) q * x);
    }
    float distance = ExactDistance.of(metric, query, 0, queryNorm, row, 0, rowNorm, d);
    float bound = Math.nextUp(distance);
    float test = bounds.rowTerm(rowNorm) + bounds.threshold(queryNorm, bound);
    assertThat(product < test).isFalse();
  }

  private static float down(double value) {
    float rounded = (float) value;
    return rounded > value ? Math.nextDown(rounded) : rounded;
  }

  @Property(tries = 200)
  void aRowFarBeyondTheBoundDoesNotPass(@ForAll @IntRange(min = 1, max = 1000) int d) {
    for (Metric metric : Metric.values()) {
      ProductBound bounds = new ProductBound(metric, d);
      // Unit query and row at a right angle: product 0, L2 2, cosine 1, inner product 0.
      float bound = metric == Metric.L2 ? 1.9f : metric == Metric.COSINE ? 0.9f : -0.1f;
      assertThat(0 < bounds.rowTerm(1) + bounds.threshold(1, bound)).isTrue();
    }
  }

  @Property(tries = 20)
  void whatCannotBeBoundedPasses(@ForAll Metric metric) {
    ProductBound bounds = new ProductBound(metric, 10);
    for (double norm : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e60}) {
      assertThat(0 < bounds.rowTerm(norm) + bounds.threshold(1, 1f)).isFalse();
      assertThat(0 < bounds.rowTerm(1) + bounds.threshold(norm, 1f)).isFalse();
    }
    for (float bound : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
      assertThat(0 < bounds.rowTerm(1) + bounds.threshold(1, bound)).isFalse();
    }
  }
}
