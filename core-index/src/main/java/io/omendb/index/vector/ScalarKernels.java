/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/** {@link Kernels} in plain Java, for JVMs without the Vector API. */
public final class ScalarKernels implements Kernels {
  ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public float squaredL2(float[] a, int aOffset, float[] b, int bOffset, int d) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i < d - 3; i += 4) {
      float d0 = a[aOffset + i] - b[bOffset + i];
      float d1 = a[aOffset + i + 1] - b[bOffset + i + 1];
      float d2 = a[aOffset + i + 2] - b[bOffset + i + 2];
      float d3 = a[aOffset + i + 3] - b[bOffset + i + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < d; i++) {
      float d0 = a[aOffset + i] - b[bOffset + i];
      s0 += d0 * d0;
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int d) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i < d - 3; i += 4) {
      s0 += a[aOffset + i] * b[bOffset + i];
      s1 += a[aOffset + i + 1] * b[bOffset + i + 1];
      s2 += a[aOffset + i + 2] * b[bOffset + i + 2];
      s3 += a[aOffset + i + 3] * b[bOffset + i + 3];
    }
    for (; i < d; i++) {
      s0 += a[aOffset + i] * b[bOffset + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public void squaredL2Columns(
      float[] query,
      int queryOffset,
      int d,
      float[] columns,
      int columnsOffset,
      int n,
      float[] out,
      int outOffset) {
    java.util.Arrays.fill(out, outOffset, outOffset + n, 0f);
    for (int j = 0; j < d; j++) {
      float q = query[queryOffset + j];
      int at = columnsOffset + j * n;
      for (int i = 0; i < n; i++) {
        float difference = q - columns[at + i];
        out[outOffset + i] += difference * difference;
      }
    }
  }

  @Override
  public void negatedDotColumns(
      float[] query,
      int queryOffset,
      int d,
      float[] columns,
      int columnsOffset,
      int n,
      float[] out,
      int outOffset) {
    java.util.Arrays.fill(out, outOffset, outOffset + n, 0f);
    for (int j = 0; j < d; j++) {
      float q = query[queryOffset + j];
      int at = columnsOffset + j * n;
      for (int i = 0; i < n; i++) {
        out[outOffset + i] -= q * columns[at + i];
      }
    }
  }

  @Override
  public int nearestColumn(
      float[] query, int queryOffset, int d, float[] columns, int columnsOffset, int n) {
    int nearest = 0;
    float best = Float.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      float sum = 0;
      for (int j = 0; j < d; j++) {
        float difference = query[queryOffset + j] - columns[columnsOffset + j * n + i];
        sum += difference * difference;
      }
      if (sum < best) {
        best = sum;
        nearest = i;
      }
    }
    return nearest;
  }

  @Override
  public void sumCodes(float[] table, byte[] codes, int n, int subspaces, float[] out) {
    for (int i = 0; i < n; i++) {
      float sum = 0;
      int at = i * subspaces;
      for (int s = 0; s < subspaces; s++) {
        sum += table[256 * s + (codes[at + s] & 0xff)];
      }
      out[i] = sum;
    }
  }
}
