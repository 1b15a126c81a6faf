/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Metric;

/**
 * Decides from a float inner product whether a row may be nearer than a bound. Vectors are first
 * brought to a form in which one product is enough:
 *
 * <ul>
 *   <li>L2: q - c and x - c for a centre c. As |q - x|² = |q - c|² + |x - c|² - 2 (q - c)·(x - c),
 *       a row is of interest from a product of (|q - c|² + |x - c|² - bound) / 2. A centre near the
 *       data keeps the three terms small; rounding is relative to them, not to the distance.
 *   <li>cosine: q / |q| and x / |x|; of interest from 1 - bound.
 *   <li>inner product: q / |q| and x; of interest from -bound / |q|.
 * </ul>
 *
 * <p>So the test is {@code product >= rowTerm(row) + threshold(query, bound)} for every metric.
 * Both are lowered by the largest error that rounding can have caused: a chain of d fused or
 * unfused float operations has a relative error of at most d u / (1 - d u) of the product of norms
 * (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), u = 2^-24, and coordinates
 * carry one u each. So a row whose true distance is below the bound always passes; one that passes
 * need not be below. Immutable.
 */
final class ProductBound {
  private static final double U = 0x1p-24;

  /** Squared norms up to here cannot overflow a product; larger ones make every row pass. */
  private static final double MAX_SQUARED_NORM = 0x1p120;

  private final Metric metric;

  /** Relative error of a product of packed vectors against the product of their norms. */
  private final double relative;

  /** What d underflowing operations can add up to. */
  private final double absolute;

  ProductBound(Metric metric, int d) {
    this.metric = metric;
    // One chain of products is d u; 8 u covers the packed coordinates (2 u), the addition of the
    // two terms (2 u) and terms of second order.
    this.relative = (d + 8) * U / (1 - (d + 8) * U);
    this.absolute = d * (double) Float.MIN_VALUE;
  }

  /** What coordinates of a row with this squared norm are multiplied by when packed. */
  double rowScale(double squaredNorm) {
    return metric == Metric.COSINE ? 1 / Math.sqrt(squaredNorm) : 1;
  }

  /** What coordinates of a query with this squared norm are multiplied by when packed. */
  double queryScale(double squaredNorm) {
    return metric == Metric.L2 ? 1 : 1 / Math.sqrt(squaredNorm);
  }

  /** The part of the test that depends on the row, by its squared norm about the centre. */
  float rowTerm(double squaredNorm) {
    if (!(squaredNorm <= MAX_SQUARED_NORM)) {
      return Float.NEGATIVE_INFINITY;
    }
    switch (metric) {
      case L2:
        return below(squaredNorm * (1 - relative) / 2 - absolute);
      case INNER_PRODUCT:
        return below(-Math.sqrt(squaredNorm) * relative - absolute);
      default:
        return 0;
    }
  }

  /** The part that depends on the query, by its squared norm about the centre, and the bound. */
  float threshold(double squaredNorm, float bound) {
    if (!(squaredNorm <= MAX_SQUARED_NORM)) {
      return Float.NEGATIVE_INFINITY;
    }
    switch (metric) {
      case L2:
        return below((squaredNorm * (1 - relative) - bound * (1 + 4 * U)) / 2);
      case INNER_PRODUCT:
        double product = -bound / Math.sqrt(squaredNorm);
        return below(product - Math.abs(product) * 4 * U);
      default:
        return below(1 - bound - relative - absolute);
    }
  }

  /** A float not above the value; NaN stays NaN, which passes everything. */
  private static float below(double value) {
    return Math.nextDown((float) value);
  }
}
