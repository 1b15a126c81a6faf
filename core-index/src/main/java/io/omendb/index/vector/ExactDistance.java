/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/**
 * Distances in double precision, rounded once to float. The sums are strict Java arithmetic in a
 * fixed order and so have the same bits on every machine, whichever {@link Kernels} it runs. For
 * finite floats nothing overflows or vanishes on the way. Eight sums run side by side, because
 * additions of one sum wait for each other. Stateless.
 */
public final class ExactDistance {
  private ExactDistance() {}

  /**
   * The distance in the convention of {@link Metric}. The squared norms are used by {@link
   * Metric#COSINE} alone, which is NaN when one of them is zero.
   */
  public static float of(
      Metric metric,
      float[] query,
      int queryOffset,
      double querySquaredNorm,
      float[] row,
      int rowOffset,
      double rowSquaredNorm,
      int d) {
    switch (metric) {
      case L2:
        return (float) squaredL2(query, queryOffset, row, rowOffset, d);
      case INNER_PRODUCT:
        // Not negated: zero minus zero is +0.
        return (float) (0 - dot(query, queryOffset, row, rowOffset, d));
      default:
        double dot = dot(query, queryOffset, row, rowOffset, d);
        // One root of the product: its argument neither overflows nor underflows for float
        // vectors, and a vector is at distance zero from itself.
        return (float) Math.max(0, 1 - dot / Math.sqrt(querySquaredNorm * rowSquaredNorm));
    }
  }

  /** Squared length of {@code d} floats. */
  public static double squaredNorm(float[] a, int aOffset, int d) {
    return dot(a, aOffset, a, aOffset, d);
  }

  /** Inner product of {@code d} floats each. */
  public static double dot(float[] a, int aOffset, float[] b, int bOffset, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i <= d - 8; i += 8) {
      int at = aOffset + i;
      int bt = bOffset + i;
      s0 += (double) a[at] * b[bt];
      s1 += (double) a[at + 1] * b[bt + 1];
      s2 += (double) a[at + 2] * b[bt + 2];
      s3 += (double) a[at + 3] * b[bt + 3];
      s4 += (double) a[at + 4] * b[bt + 4];
      s5 += (double) a[at + 5] * b[bt + 5];
      s6 += (double) a[at + 6] * b[bt + 6];
      s7 += (double) a[at + 7] * b[bt + 7];
    }
    for (; i < d; i++) {
      s0 += (double) a[aOffset + i] * b[bOffset + i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  /** Squared Euclidean distance of {@code d} floats each. */
  public static double squaredL2(float[] a, int aOffset, float[] b, int bOffset, int d) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i <= d - 8; i += 8) {
      int at = aOffset + i;
      int bt = bOffset + i;
      double x0 = (double) a[at] - b[bt];
      double x1 = (double) a[at + 1] - b[bt + 1];
      double x2 = (double) a[at + 2] - b[bt + 2];
      double x3 = (double) a[at + 3] - b[bt + 3];
      double x4 = (double) a[at + 4] - b[bt + 4];
      double x5 = (double) a[at + 5] - b[bt + 5];
      double x6 = (double) a[at + 6] - b[bt + 6];
      double x7 = (double) a[at + 7] - b[bt + 7];
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
      s4 += x4 * x4;
      s5 += x5 * x5;
      s6 += x6 * x6;
      s7 += x7 * x7;
    }
    for (; i < d; i++) {
      double x = (double) a[aOffset + i] - b[bOffset + i];
      s0 += x * x;
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
