/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The part of {@link SimdKernels} that reads bytes, under its rules: of the loads of bytes, too,
 * only those from arrays are the same in Java 17 to 25.
 */
final class SimdInt8 {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();

  /** As many bytes as there are floats in a vector, and at least the eight of the shortest one. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

  /** Said where it is used: a method would take and return vectors. */
  private static final VectorOperators.Conversion<Byte, Float> B2F = VectorOperators.B2F;

  private static final VectorShuffle<Float> ROTATE_HALF = SimdKernels.rotation(LANES / 2);
  private static final VectorMask<Float> UPPER_HALF =
      VectorMask.fromLong(FLOATS, (1L << LANES) - (1L << (LANES / 2)));

  /** For machines where four floats make a vector: no vector of bytes is as short. */
  private static final ScalarKernels SCALAR = new ScalarKernels();

  private SimdInt8() {}

  /** As {@link Kernels#dequantize}; the same bits as in plain Java. */
  static void dequantize(
      byte[] codes, int codesOffset, float base, float step, int d, float[] out, int outOffset) {
    int i = 0;
    // Where four floats make a vector, no vector of bytes is as short, and plain Java is faster.
    if (BYTES.length() == LANES) {
      for (; i <= d - LANES; i += LANES) {
        FloatVector x =
            (FloatVector)
                ByteVector.fromArray(BYTES, codes, codesOffset + i).convertShape(B2F, FLOATS, 0);
        // Not fused: the product is rounded, so that every machine reads the same row.
        x.mul(step).add(base).intoArray(out, outOffset + i);
      }
    }
    for (; i < d; i++) {
      float product = step * codes[codesOffset + i];
      out[outOffset + i] = product + base;
    }
  }

  /** As {@link Kernels#dotInt8Rows}. */
  static void dotRows(float[] query, byte[] rows, int n, int d, float[] out) {
    if (BYTES.length() != LANES) {
      SCALAR.dotInt8Rows(query, rows, n, d, out);
      return;
    }
    int r = 0;
    for (; r <= n - 4; r += 4) {
      fourRows(query, rows, r, d, out);
    }
    if (r < n) {
      if (n >= 4) {
        // Overlaps rows that are done: cheaper than up to three one by one.
        fourRows(query, rows, n - 4, d, out);
      } else {
        SCALAR.dotInt8Rows(query, rows, n, d, out);
      }
    }
  }

  private static void fourRows(float[] query, byte[] rows, int r, int d, float[] out) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int a = r * d;
    int b = a + d;
    int c = b + d;
    int e = c + d;
    int i = 0;
    for (; i <= d - LANES; i += LANES) {
      FloatVector q = FloatVector.fromArray(FLOATS, query, i);
      s0 = q.fma(ByteVector.fromArray(BYTES, rows, a + i).convertShape(B2F, FLOATS, 0), s0);
      s1 = q.fma(ByteVector.fromArray(BYTES, rows, b + i).convertShape(B2F, FLOATS, 0), s1);
      s2 = q.fma(ByteVector.fromArray(BYTES, rows, c + i).convertShape(B2F, FLOATS, 0), s2);
      s3 = q.fma(ByteVector.fromArray(BYTES, rows, e + i).convertShape(B2F, FLOATS, 0), s3);
    }
    float t0 = 0;
    float t1 = 0;
    float t2 = 0;
    float t3 = 0;
    for (; i < d; i++) {
      t0 += query[i] * rows[a + i];
      t1 += query[i] * rows[b + i];
      t2 += query[i] * rows[c + i];
      t3 += query[i] * rows[e + i];
    }
    if (LANES > 8) {
      s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_8));
      s1 = s1.add(s1.rearrange(SimdKernels.ROTATE_8));
      s2 = s2.add(s2.rearrange(SimdKernels.ROTATE_8));
      s3 = s3.add(s3.rearrange(SimdKernels.ROTATE_8));
    }
    s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_4));
    s1 = s1.add(s1.rearrange(SimdKernels.ROTATE_4));
    s2 = s2.add(s2.rearrange(SimdKernels.ROTATE_4));
    s3 = s3.add(s3.rearrange(SimdKernels.ROTATE_4));
    s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_2));
    s1 = s1.add(s1.rearrange(SimdKernels.ROTATE_2));
    s2 = s2.add(s2.rearrange(SimdKernels.ROTATE_2));
    s3 = s3.add(s3.rearrange(SimdKernels.ROTATE_2));
    s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_1));
    s1 = s1.add(s1.rearrange(SimdKernels.ROTATE_1));
    s2 = s2.add(s2.rearrange(SimdKernels.ROTATE_1));
    s3 = s3.add(s3.rearrange(SimdKernels.ROTATE_1));
    out[r] = s0.lane(0) + t0;
    out[r + 1] = s1.lane(0) + t1;
    out[r + 2] = s2.lane(0) + t2;
    out[r + 3] = s3.lane(0) + t3;
  }

  /** As {@link Kernels#codeProducts}. */
  static void codeProducts(
      float[] weights, int wideBytes, byte[] codes, int codeBytes, int n, float[] out) {
    if (BYTES.length() != LANES) {
      SCALAR.codeProducts(weights, wideBytes, codes, codeBytes, n, out);
      return;
    }
    // Two codes at a time share the loads of weights; the last of an odd number is its own partner.
    for (int r = 0; r < n; r += 2) {
      int partner = Math.min(r + 1, n - 1);
      int a = r * codeBytes + Float.BYTES;
      int b = partner * codeBytes + Float.BYTES;
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector a1 = FloatVector.zero(FLOATS);
      FloatVector b0 = FloatVector.zero(FLOATS);
      FloatVector b1 = FloatVector.zero(FLOATS);
      for (int i = 0; i < wideBytes; i += LANES) {
        FloatVector weight = FloatVector.fromArray(FLOATS, weights, i);
        a0 = weight.fma(ByteVector.fromArray(BYTES, codes, a + i).convertShape(B2F, FLOATS, 0), a0);
        b0 = weight.fma(ByteVector.fromArray(BYTES, codes, b + i).convertShape(B2F, FLOATS, 0), b0);
      }
      int w = wideBytes;
      for (int block = wideBytes; block < codeBytes - Float.BYTES; block += 16) {
        for (int i = 0; i < 16; i += LANES) {
          FloatVector upper = FloatVector.fromArray(FLOATS, weights, w + i);
          FloatVector lower = FloatVector.fromArray(FLOATS, weights, w + 16 + i);
          ByteVector codeA = ByteVector.fromArray(BYTES, codes, a + block + i);
          ByteVector codeB = ByteVector.fromArray(BYTES, codes, b + block + i);
          a0 = upper.fma(codeA.convertShape(B2F, FLOATS, 0), a0);
          b0 = upper.fma(codeB.convertShape(B2F, FLOATS, 0), b0);
          a1 = lower.fma(codeA.and((byte) 15).convertShape(B2F, FLOATS, 0), a1);
          b1 = lower.fma(codeB.and((byte) 15).convertShape(B2F, FLOATS, 0), b1);
        }
        w += 32;
      }
      // Adds up both at a time, one in either half, in the order of additions of one alone.
      FloatVector sumA = a0.add(a1);
      FloatVector sumB = b0.add(b1);
      sumA = sumA.add(sumA.rearrange(ROTATE_HALF));
      sumB = sumB.add(sumB.rearrange(ROTATE_HALF));
      FloatVector both = sumA.blend(sumB, UPPER_HALF);
      if (LANES > 8) {
        both = both.add(both.rearrange(SimdKernels.ROTATE_4));
      }
      both = both.add(both.rearrange(SimdKernels.ROTATE_2));
      both = both.add(both.rearrange(SimdKernels.ROTATE_1));
      out[r] = both.lane(0);
      out[partner] = both.lane(LANES / 2);
    }
  }
}
