/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/**
 * Distances from the prepared query to full-precision vectors, in the convention of {@link Metric}.
 * Under {@link Metric#COSINE} a vector of norm zero, or any vector when the query's norm is zero,
 * is at distance NaN: it is nobody's neighbour. One per thread; allocates nothing after
 * construction.
 */
public final class ExactScorer implements Scorer {
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
    switch (metric) {
      case L2:
        return kernels.squaredL2(query, 0, row, 0, d);
      case INNER_PRODUCT:
        // Not negated: zero minus zero is +0.
        return 0 - kernels.dot(query, 0, row, 0, d);
      default:
        double dot = kernels.dot(query, 0, row, 0, d);
        double norms = (double) squaredNorm * kernels.dot(row, 0, row, 0, d);
        return (float) (1 - dot / Math.sqrt(norms));
    }
  }
}
