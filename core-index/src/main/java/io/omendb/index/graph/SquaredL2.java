/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/** Squared Euclidean distance between slices of two arrays. */
final class SquaredL2 {
  private SquaredL2() {}

  static float distance(float[] a, int aOffset, float[] b, int bOffset, int dimension) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    int i = 0;
    for (; i + 3 < dimension; i += 4) {
      float d0 = a[aOffset + i] - b[bOffset + i];
      float d1 = a[aOffset + i + 1] - b[bOffset + i + 1];
      float d2 = a[aOffset + i + 2] - b[bOffset + i + 2];
      float d3 = a[aOffset + i + 3] - b[bOffset + i + 3];
      s0 = Math.fma(d0, d0, s0);
      s1 = Math.fma(d1, d1, s1);
      s2 = Math.fma(d2, d2, s2);
      s3 = Math.fma(d3, d3, s3);
    }
    for (; i < dimension; i++) {
      float d = a[aOffset + i] - b[bOffset + i];
      s0 = Math.fma(d, d, s0);
    }
    return (s0 + s1) + (s2 + s3);
  }
}
