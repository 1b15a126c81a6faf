/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/**
 * Distances from the prepared query to full-precision vectors, in the convention of {@link Metric}.
 * Under {@link Metric#COSINE} a vector of norm zero, or any vector when the query's norm is zero,
 * is at distance NaN: it is nobody's neighbour. One per thread; allocates nothing after
 * construction.
 */
public final class ExactScorer implements Scorer {
  /** Squared norms outside of this may have over- or underflowed on the way. */
  private static final float MIN_SQUARED_NORM = 0x1p-80f;

  private static final float MAX_SQUARED_NORM = 0x1p120f;

  private final Kernels kernels = Kernels.BEST;
  private final VectorReader vectors;
  private final Metric metric;
  private final float[] query;
  private final float[] row;
  private float squaredNorm;

  /** A scorer that waits for its first {@link #prepare}. */
  public ExactScorer(VectorReader vectors, Metric metric) {
    this.vectors = vectors;
    this.metric = metric;
    this.query = new float[vectors.dimension()];
    this.row = new float[vectors.dimension()];
  }

  /** Copies the query from {@code source[offset .. offset + dimension)}. */
  public void prepare(float[] source, int offset) {
    System.arraycopy(source, offset, query, 0, query.length);
    squaredNorm = kernels.dot(query, 0, query, 0, query.length);
  }

  @Override
  public void distances(int[] ordinals, int n, float[] out) {
    for (int i = 0; i < n; i++) {
      vectors.read(ordinals[i], row, 0);
      out[i] = distance();
    }
  }

  private float distance() {
    int d = query.length;
    float distance;
    switch (metric) {
      case L2:
        distance = kernels.squaredL2(query, 0, row, 0, d);
        break;
      case INNER_PRODUCT:
        // Not negated: zero minus zero is +0.
        distance = 0 - kernels.dot(query, 0, row, 0, d);
        break;
      default:
        distance = cosine();
    }
    return Float.isFinite(distance) ? distance : inDoublePrecision();
  }

  /** NaN when a length is beyond what float sums can hold. */
  private float cosine() {
    int d = query.length;
    float rowSquaredNorm = kernels.dot(row, 0, row, 0, d);
    if (!inRange(squaredNorm) || !inRange(rowSquaredNorm)) {
      return Float.NaN;
    }
    double norms = Math.sqrt((double) squaredNorm * rowSquaredNorm);
    return (float) Math.max(0, 1 - kernels.dot(query, 0, row, 0, d) / norms);
  }

  private static boolean inRange(float squaredNorm) {
    return squaredNorm >= MIN_SQUARED_NORM && squaredNorm <= MAX_SQUARED_NORM;
  }

  /** What finite vectors need whose float sums overflow, cancel at infinity or vanish. */
  private float inDoublePrecision() {
    int d = query.length;
    return ExactDistance.of(
        metric,
        query,
        0,
        ExactDistance.squaredNorm(query, 0, d),
        row,
        0,
        ExactDistance.squaredNorm(row, 0, d),
        d);
  }
}
