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

  private static final int MOST_ROWS = 16;
  private static final int MOST_FLOATS = 1 << 14;

  private final Kernels kernels = Kernels.BEST;
  private final VectorReader vectors;
  private final Metric metric;
  private final float[] query;

  /** Rows that are read one after the other before any is compared: reads then overlap. */
  private final float[] rows;

  private float squaredNorm;

  /** A scorer that waits for its first {@link #prepare}. */
  public ExactScorer(VectorReader vectors, Metric metric) {
    this.vectors = vectors;
    this.metric = metric;
    this.query = new float[vectors.dimension()];
    this.rows =
        new float[query.length * Math.max(1, Math.min(MOST_ROWS, MOST_FLOATS / query.length))];
  }

  /** Copies the query from {@code source[offset .. offset + dimension)}. */
  public void prepare(float[] source, int offset) {
    System.arraycopy(source, offset, query, 0, query.length);
    squaredNorm = kernels.dot(query, 0, query, 0, query.length);
  }

  @Override
  public void distances(int[] ordinals, int n, float[] out) {
    int d = query.length;
    int most = rows.length / d;
    for (int from = 0; from < n; from += most) {
      int to = Math.min(n, from + most);
      vectors.prefetch(ordinals, from, to);
      for (int i = from; i < to; i++) {
        vectors.read(ordinals[i], rows, (i - from) * d);
      }
      for (int i = from; i < to; i++) {
        out[i] = distance((i - from) * d);
      }
    }
  }

  private float distance(int at) {
    int d = query.length;
    float distance;
    switch (metric) {
      case L2:
        distance = kernels.squaredL2(query, 0, rows, at, d);
        break;
      case INNER_PRODUCT:
        // Not negated: zero minus zero is +0.
        distance = 0 - kernels.dot(query, 0, rows, at, d);
        break;
      default:
        distance = cosine(at);
    }
    return Float.isFinite(distance) ? distance : inDoublePrecision(at);
  }

  /** NaN when a length is beyond what float sums can hold. */
  private float cosine(int at) {
    int d = query.length;
    float rowSquaredNorm = kernels.dot(rows, at, rows, at, d);
    if (!inRange(squaredNorm) || !inRange(rowSquaredNorm)) {
      return Float.NaN;
    }
    double norms = Math.sqrt((double) squaredNorm * rowSquaredNorm);
    return (float) Math.max(0, 1 - kernels.dot(query, 0, rows, at, d) / norms);
  }

  private static boolean inRange(float squaredNorm) {
    return squaredNorm >= MIN_SQUARED_NORM && squaredNorm <= MAX_SQUARED_NORM;
  }

  /** What finite vectors need whose float sums overflow, cancel at infinity or vanish. */
  private float inDoublePrecision(int at) {
    int d = query.length;
    return ExactDistance.of(
        metric,
        query,
        0,
        ExactDistance.squaredNorm(query, 0, d),
        rows,
        at,
        ExactDistance.squaredNorm(rows, at, d),
        d);
  }
}
