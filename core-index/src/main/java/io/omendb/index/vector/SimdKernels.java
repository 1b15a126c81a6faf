/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} on the Vector API, which no class names but this one, {@link SimdInt8}, {@link
 * SimdNearest} and {@link SimdRows}.
 *
 * <p>Four rules keep it fast and reproducible:
 *
 * <ul>
 *   <li>The API incubates: of its loads and stores only those from and to float arrays are the same
 *       in Java 17 to 25, so nothing else is used and one class file serves all.
 *   <li>No method takes or returns a vector. The compiler may decline to inline such a method at a
 *       call site that used to be cold, and then every vector that passes becomes an object.
 *   <li>A method holds few operations on vectors, some forty. The compiler of Java 17 takes in a
 *       method until it has so many nodes; calls after that get their types too late, and what they
 *       return becomes an object. A profile decides how many nodes, so that it shows now and then.
 *       {@link SimdRows} and {@link SimdNearest} hold more, and are to be suspected first.
 *   <li>Lanes are added up by rotating and adding. The order of {@code reduceLanes(ADD)} is
 *       undefined and does change when the method is compiled, but builds must be reproducible.
 * </ul>
 */
final class SimdKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  static final VectorShuffle<Float> ROTATE_8 = rotation(8);
  static final VectorShuffle<Float> ROTATE_4 = rotation(4);
  static final VectorShuffle<Float> ROTATE_2 = rotation(2);
  static final VectorShuffle<Float> ROTATE_1 = rotation(1);

  /**
   * Throws UnsupportedOperationException on a machine where this would be slower than plain Java.
   * On x86, fused multiply-add came together with vectors of 256 bits; without it each of ours
   * would be emulated.
   */
  SimdKernels() {
    boolean x86 = System.getProperty("os.arch", "").matches("amd64|x86_64");
    if (LANES < (x86 ? 8 : 4) || LANES > 16) {
      throw new UnsupportedOperationException("vectors of " + LANES + " floats");
    }
  }

  static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) % LANES);
  }

  @Override
  public String name() {
    return "simd-" + SPECIES.vectorBitSize();
  }

  @Override
  public float squaredL2(float[] a, int aOffset, float[] b, int bOffset, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= d - 4 * LANES; i += 4 * LANES) {
      int at = aOffset + i;
      int bt = bOffset + i;
      FloatVector x0 =
          FloatVector.fromArray(SPECIES, a, at).sub(FloatVector.fromArray(SPECIES, b, bt));
      FloatVector x1 =
          FloatVector.fromArray(SPECIES, a, at + LANES)
              .sub(FloatVector.fromArray(SPECIES, b, bt + LANES));
      FloatVector x2 =
          FloatVector.fromArray(SPECIES, a, at + 2 * LANES)
              .sub(FloatVector.fromArray(SPECIES, b, bt + 2 * LANES));
      FloatVector x3 =
          FloatVector.fromArray(SPECIES, a, at + 3 * LANES)
              .sub(FloatVector.fromArray(SPECIES, b, bt + 3 * LANES));
      s0 = x0.fma(x0, s0);
      s1 = x1.fma(x1, s1);
      s2 = x2.fma(x2, s2);
      s3 = x3.fma(x3, s3);
    }
    for (; i <= d - LANES; i += LANES) {
      FloatVector x0 =
          FloatVector.fromArray(SPECIES, a, aOffset + i)
              .sub(FloatVector.fromArray(SPECIES, b, bOffset + i));
      s0 = x0.fma(x0, s0);
    }
    float tail = 0;
    for (; i < d; i++) {
      float x = a[aOffset + i] - b[bOffset + i];
      tail += x * x;
    }
    FloatVector s = s0.add(s1).add(s2.add(s3));
    if (LANES > 8) {
      s = s.add(s.rearrange(ROTATE_8));
    }
    if (LANES > 4) {
      s = s.add(s.rearrange(ROTATE_4));
    }
    s = s.add(s.rearrange(ROTATE_2));
    return s.add(s.rearrange(ROTATE_1)).lane(0) + tail;
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= d - 4 * LANES; i += 4 * LANES) {
      int at = aOffset + i;
      int bt = bOffset + i;
      s0 = FloatVector.fromArray(SPECIES, a, at).fma(FloatVector.fromArray(SPECIES, b, bt), s0);
      s1 =
          FloatVector.fromArray(SPECIES, a, at + LANES)
              .fma(FloatVector.fromArray(SPECIES, b, bt + LANES), s1);
      s2 =
          FloatVector.fromArray(SPECIES, a, at + 2 * LANES)
              .fma(FloatVector.fromArray(SPECIES, b, bt + 2 * LANES), s2);
      s3 =
          FloatVector.fromArray(SPECIES, a, at + 3 * LANES)
              .fma(FloatVector.fromArray(SPECIES, b, bt + 3 * LANES), s3);
    }
    for (; i <= d - LANES; i += LANES) {
      s0 =
          FloatVector.fromArray(SPECIES, a, aOffset + i)
              .fma(FloatVector.fromArray(SPECIES, b, bOffset + i), s0);
    }
    float tail = 0;
    for (; i < d; i++) {
      tail += a[aOffset + i] * b[bOffset + i];
    }
    FloatVector s = s0.add(s1).add(s2.add(s3));
    if (LANES > 8) {
      s = s.add(s.rearrange(ROTATE_8));
    }
    if (LANES > 4) {
      s = s.add(s.rearrange(ROTATE_4));
    }
    s = s.add(s.rearrange(ROTATE_2));
    return s.add(s.rearrange(ROTATE_1)).lane(0) + tail;
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
    SimdRows.squaredL2At(query, queryOffset, rows, offsets, n, d, out);
  }

  @Override
  public void dotRows(
      float[] query, int queryOffset, float[] rows, int rowsOffset, int n, int d, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = dot(query, queryOffset, rows, rowsOffset + i * d, d);
    }
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
    int i = 0;
    for (; i <= n - 4 * LANES; i += 4 * LANES) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector s2 = FloatVector.zero(SPECIES);
      FloatVector s3 = FloatVector.zero(SPECIES);
      int at = columnsOffset + i;
      for (int j = 0; j < d; j++) {
        FloatVector q = FloatVector.broadcast(SPECIES, query[queryOffset + j]);
        FloatVector x0 = FloatVector.fromArray(SPECIES, columns, at).sub(q);
        FloatVector x1 = FloatVector.fromArray(SPECIES, columns, at + LANES).sub(q);
        FloatVector x2 = FloatVector.fromArray(SPECIES, columns, at + 2 * LANES).sub(q);
        FloatVector x3 = FloatVector.fromArray(SPECIES, columns, at + 3 * LANES).sub(q);
        s0 = x0.fma(x0, s0);
        s1 = x1.fma(x1, s1);
        s2 = x2.fma(x2, s2);
        s3 = x3.fma(x3, s3);
        at += n;
      }
      s0.intoArray(out, outOffset + i);
      s1.intoArray(out, outOffset + i + LANES);
      s2.intoArray(out, outOffset + i + 2 * LANES);
      s3.intoArray(out, outOffset + i + 3 * LANES);
    }
    for (; i < n; i++) {
      float s = 0;
      for (int j = 0; j < d; j++) {
        float x = columns[columnsOffset + j * n + i] - query[queryOffset + j];
        s = Math.fma(x, x, s);
      }
      out[outOffset + i] = s;
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
    int i = 0;
    for (; i <= n - 4 * LANES; i += 4 * LANES) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = FloatVector.zero(SPECIES);
      FloatVector s2 = FloatVector.zero(SPECIES);
      FloatVector s3 = FloatVector.zero(SPECIES);
      int at = columnsOffset + i;
      for (int j = 0; j < d; j++) {
        FloatVector q = FloatVector.broadcast(SPECIES, -query[queryOffset + j]);
        s0 = FloatVector.fromArray(SPECIES, columns, at).fma(q, s0);
        s1 = FloatVector.fromArray(SPECIES, columns, at + LANES).fma(q, s1);
        s2 = FloatVector.fromArray(SPECIES, columns, at + 2 * LANES).fma(q, s2);
        s3 = FloatVector.fromArray(SPECIES, columns, at + 3 * LANES).fma(q, s3);
        at += n;
      }
      s0.intoArray(out, outOffset + i);
      s1.intoArray(out, outOffset + i + LANES);
      s2.intoArray(out, outOffset + i + 2 * LANES);
      s3.intoArray(out, outOffset + i + 3 * LANES);
    }
    for (; i < n; i++) {
      float s = 0;
      for (int j = 0; j < d; j++) {
        s = Math.fma(columns[columnsOffset + j * n + i], -query[queryOffset + j], s);
      }
      out[outOffset + i] = s;
    }
  }

  @Override
  public void dequantize(
      byte[] codes, int codesOffset, float base, float step, int d, float[] out, int outOffset) {
    SimdInt8.dequantize(codes, codesOffset, base, step, d, out, outOffset);
  }

  @Override
  public void dotInt8Rows(float[] query, byte[] rows, int n, int d, float[] out) {
    SimdInt8.dotRows(query, rows, n, d, out);
  }

  @Override
  public void codeProducts(
      float[] weights, int wideBytes, byte[] codes, int codeBytes, int n, float[] out) {
    SimdInt8.codeProducts(weights, wideBytes, codes, codeBytes, n, out);
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
    SimdNearest.nearestColumns(rows, rowsOffset, stride, count, d, columns, columnsOffset, n, out);
  }

  @Override
  public int tileQueries() {
    return 6;
  }

  @Override
  public int tileRows() {
    return 2 * LANES;
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
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector b2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    FloatVector b3 = FloatVector.zero(SPECIES);
    FloatVector a4 = FloatVector.zero(SPECIES);
    FloatVector b4 = FloatVector.zero(SPECIES);
    FloatVector a5 = FloatVector.zero(SPECIES);
    FloatVector b5 = FloatVector.zero(SPECIES);
    int q = queriesOffset;
    int r = rowsOffset;
    for (int j = 0; j < d; j++) {
      FloatVector ra = FloatVector.fromArray(SPECIES, rows, r);
      FloatVector rb = FloatVector.fromArray(SPECIES, rows, r + LANES);
      FloatVector q0 = FloatVector.broadcast(SPECIES, queries[q]);
      a0 = ra.fma(q0, a0);
      b0 = rb.fma(q0, b0);
      FloatVector q1 = FloatVector.broadcast(SPECIES, queries[q + 1]);
      a1 = ra.fma(q1, a1);
      b1 = rb.fma(q1, b1);
      FloatVector q2 = FloatVector.broadcast(SPECIES, queries[q + 2]);
      a2 = ra.fma(q2, a2);
      b2 = rb.fma(q2, b2);
      FloatVector q3 = FloatVector.broadcast(SPECIES, queries[q + 3]);
      a3 = ra.fma(q3, a3);
      b3 = rb.fma(q3, b3);
      FloatVector q4 = FloatVector.broadcast(SPECIES, queries[q + 4]);
      a4 = ra.fma(q4, a4);
      b4 = rb.fma(q4, b4);
      FloatVector q5 = FloatVector.broadcast(SPECIES, queries[q + 5]);
      a5 = ra.fma(q5, a5);
      b5 = rb.fma(q5, b5);
      q += 6;
      r += 2 * LANES;
    }
    FloatVector ta = FloatVector.fromArray(SPECIES, rowTerms, rowTermsOffset);
    FloatVector tb = FloatVector.fromArray(SPECIES, rowTerms, rowTermsOffset + LANES);
    int t = thresholdsOffset;
    int passing = 0;
    a0.intoArray(products, 0);
    b0.intoArray(products, LANES);
    a1.intoArray(products, 2 * LANES);
    b1.intoArray(products, 3 * LANES);
    a2.intoArray(products, 4 * LANES);
    b2.intoArray(products, 5 * LANES);
    a3.intoArray(products, 6 * LANES);
    b3.intoArray(products, 7 * LANES);
    a4.intoArray(products, 8 * LANES);
    b4.intoArray(products, 9 * LANES);
    a5.intoArray(products, 10 * LANES);
    b5.intoArray(products, 11 * LANES);
    if (!a0.compare(VectorOperators.LT, ta.add(thresholds[t]))
        .and(b0.compare(VectorOperators.LT, tb.add(thresholds[t])))
        .allTrue()) {
      passing |= 1;
    }
    if (!a1.compare(VectorOperators.LT, ta.add(thresholds[t + 1]))
        .and(b1.compare(VectorOperators.LT, tb.add(thresholds[t + 1])))
        .allTrue()) {
      passing |= 2;
    }
    if (!a2.compare(VectorOperators.LT, ta.add(thresholds[t + 2]))
        .and(b2.compare(VectorOperators.LT, tb.add(thresholds[t + 2])))
        .allTrue()) {
      passing |= 4;
    }
    if (!a3.compare(VectorOperators.LT, ta.add(thresholds[t + 3]))
        .and(b3.compare(VectorOperators.LT, tb.add(thresholds[t + 3])))
        .allTrue()) {
      passing |= 8;
    }
    if (!a4.compare(VectorOperators.LT, ta.add(thresholds[t + 4]))
        .and(b4.compare(VectorOperators.LT, tb.add(thresholds[t + 4])))
        .allTrue()) {
      passing |= 16;
    }
    if (!a5.compare(VectorOperators.LT, ta.add(thresholds[t + 5]))
        .and(b5.compare(VectorOperators.LT, tb.add(thresholds[t + 5])))
        .allTrue()) {
      passing |= 32;
    }
    return passing;
  }
}
