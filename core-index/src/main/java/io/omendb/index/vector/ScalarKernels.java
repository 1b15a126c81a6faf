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
  public void squaredL2Rows(
      float[] query, int queryOffset, float[] rows, int rowsOffset, int n, int d, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = squaredL2(query, queryOffset, rows, rowsOffset + i * d, d);
    }
  }

  @Override
  public void squaredL2At(
      float[] query, int queryOffset, float[] rows, int[] offsets, int n, int d, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = squaredL2(query, queryOffset, rows, offsets[i], d);
    }
  }

  @Override
  public void dotRows(
      float[] query, int queryOffset, float[] rows, int rowsOffset, int n, int d, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = dot(query, queryOffset, rows, rowsOffset + i * d, d);
    }
  }

  @Override
  public void dequantize(
      byte[] codes, int codesOffset, float base, float step, int d, float[] out, int outOffset) {
    for (int i = 0; i < d; i++) {
      float product = step * codes[codesOffset + i];
      out[outOffset + i] = product + base;
    }
  }

  @Override
  public void nearestColumns(
      float[] rows,
      int rowsOffset,
      int stride,
      int count,
      int d,
      float[] columns,
      int columnsOffset,
      int n,
      int[] out) {
    for (int i = 0; i < count; i++) {
      int row = rowsOffset + i * stride;
      int nearest = 0;
      float smallest = Float.POSITIVE_INFINITY;
      for (int c = 0; c < n; c++) {
        float sum = 0;
        for (int j = 0; j < d; j++) {
          float x = columns[columnsOffset + j * n + c] - rows[row + j];
          sum += x * x;
        }
        if (sum < smallest) {
          smallest = sum;
          nearest = c;
        }
      }
      out[i] = nearest;
    }
  }

  @Override
  public int tileQueries() {
    return 4;
  }

  @Override
  public int tileRows() {
    return 4;
  }

  @Override
  public int tile(
      float[] queries,
      int queriesOffset,
      float[] rows,
      int rowsOffset,
      int d,
      float[] rowTerms,
      int rowTermsOffset,
      float[] thresholds,
      int thresholdsOffset,
      float[] products) {
    float s00 = 0;
    float s01 = 0;
    float s02 = 0;
    float s03 = 0;
    float s10 = 0;
    float s11 = 0;
    float s12 = 0;
    float s13 = 0;
    float s20 = 0;
    float s21 = 0;
    float s22 = 0;
    float s23 = 0;
    float s30 = 0;
    float s31 = 0;
    float s32 = 0;
    float s33 = 0;
    int q = queriesOffset;
    int r = rowsOffset;
    for (int j = 0; j < d; j++) {
      float r0 = rows[r];
      float r1 = rows[r + 1];
      float r2 = rows[r + 2];
      float r3 = rows[r + 3];
      float q0 = queries[q];
      s00 += q0 * r0;
      s01 += q0 * r1;
      s02 += q0 * r2;
      s03 += q0 * r3;
      float q1 = queries[q + 1];
      s10 += q1 * r0;
      s11 += q1 * r1;
      s12 += q1 * r2;
      s13 += q1 * r3;
      float q2 = queries[q + 2];
      s20 += q2 * r0;
      s21 += q2 * r1;
      s22 += q2 * r2;
      s23 += q2 * r3;
      float q3 = queries[q + 3];
      s30 += q3 * r0;
      s31 += q3 * r1;
      s32 += q3 * r2;
      s33 += q3 * r3;
      q += 4;
      r += 4;
    }
    products[0] = s00;
    products[1] = s01;
    products[2] = s02;
    products[3] = s03;
    products[4] = s10;
    products[5] = s11;
    products[6] = s12;
    products[7] = s13;
    products[8] = s20;
    products[9] = s21;
    products[10] = s22;
    products[11] = s23;
    products[12] = s30;
    products[13] = s31;
    products[14] = s32;
    products[15] = s33;
    int passing = 0;
    for (int i = 0; i < 16; i++) {
      if (!(products[i]
          < rowTerms[rowTermsOffset + (i & 3)] + thresholds[thresholdsOffset + (i >> 2)])) {
        passing |= 1 << (i >> 2);
      }
    }
    return passing;
  }

  @Override
  public void dotInt8Rows(float[] query, byte[] rows, int n, int d, float[] out) {
    for (int r = 0; r < n; r++) {
      int at = r * d;
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      int i = 0;
      for (; i < d - 3; i += 4) {
        s0 += query[i] * rows[at + i];
        s1 += query[i + 1] * rows[at + i + 1];
        s2 += query[i + 2] * rows[at + i + 2];
        s3 += query[i + 3] * rows[at + i + 3];
      }
      for (; i < d; i++) {
        s0 += query[i] * rows[at + i];
      }
      out[r] = (s0 + s1) + (s2 + s3);
    }
  }

  @Override
  public void codeProducts(
      float[] weights, int wideBytes, byte[] codes, int codeBytes, int n, float[] out) {
    for (int r = 0; r < n; r++) {
      int at = r * codeBytes + Float.BYTES;
      int end = (r + 1) * codeBytes;
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = 0; i < wideBytes; i += 4) {
        s0 += weights[i] * codes[at + i];
        s1 += weights[i + 1] * codes[at + i + 1];
        s2 += weights[i + 2] * codes[at + i + 2];
        s3 += weights[i + 3] * codes[at + i + 3];
      }
      int w = wideBytes;
      for (int block = at + wideBytes; block < end; block += 16) {
        for (int i = 0; i < 16; i += 2) {
          int even = codes[block + i];
          int odd = codes[block + i + 1];
          s0 += weights[w + i] * even;
          s1 += weights[w + 16 + i] * (even & 15);
          s2 += weights[w + i + 1] * odd;
          s3 += weights[w + 16 + i + 1] * (odd & 15);
        }
        w += 32;
      }
      out[r] = (s0 + s1) + (s2 + s3);
    }
  }
}
