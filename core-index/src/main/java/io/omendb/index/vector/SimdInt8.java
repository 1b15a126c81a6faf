/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
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

  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

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
                ByteVector.fromArray(BYTES, codes, codesOffset + i)
                    .convertShape(VectorOperators.B2F, FLOATS, 0);
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
      s0 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, rows, a + i)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(q, s0);
      s1 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, rows, b + i)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(q, s1);
      s2 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, rows, c + i)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(q, s2);
      s3 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, rows, e + i)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(q, s3);
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
    int r = 0;
    for (; r <= n - 4; r += 4) {
      fourCodes(weights, wideBytes, codes, codeBytes, r, out);
    }
    if (r < n && n >= 4) {
      // Overlaps codes that are done: cheaper than up to three one by one.
      fourCodes(weights, wideBytes, codes, codeBytes, n - 4, out);
      return;
    }
    for (; r < n; r++) {
      oneCode(weights, wideBytes, codes, codeBytes, r, out);
    }
  }

  private static void oneCode(
      float[] weights, int wideBytes, byte[] codes, int codeBytes, int r, float[] out) {
    int a = r * codeBytes + Float.BYTES;
    FloatVector s0 = FloatVector.zero(FLOATS);
    int w = 0;
    for (; w < wideBytes; w += LANES) {
      s0 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, codes, a + w)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(FloatVector.fromArray(FLOATS, weights, w), s0);
    }
    int blocks = codeBytes - Float.BYTES;
    for (int block = wideBytes; block < blocks; block += 16) {
      for (int i = 0; i < 16; i += LANES) {
        IntVector c0 =
            (IntVector)
                ByteVector.fromArray(BYTES, codes, a + block + i)
                    .convertShape(VectorOperators.B2I, INTS, 0);
        s0 =
            ((FloatVector) c0.convert(VectorOperators.I2F, 0))
                .fma(FloatVector.fromArray(FLOATS, weights, w + i), s0);
        s0 =
            ((FloatVector) c0.and(15).convert(VectorOperators.I2F, 0))
                .fma(FloatVector.fromArray(FLOATS, weights, w + 16 + i), s0);
      }
      w += 32;
    }
    if (LANES > 8) {
      s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_8));
    }
    s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_4));
    s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_2));
    s0 = s0.add(s0.rearrange(SimdKernels.ROTATE_1));
    out[r] = s0.lane(0);
  }

  /** Loads each weight once for four codes; adds in the order of {@link #oneCode}. */
  private static void fourCodes(
      float[] weights, int wideBytes, byte[] codes, int codeBytes, int r, float[] out) {
    int a = r * codeBytes + Float.BYTES;
    int b = a + codeBytes;
    int c = b + codeBytes;
    int e = c + codeBytes;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int w = 0;
    for (; w < wideBytes; w += LANES) {
      FloatVector weight = FloatVector.fromArray(FLOATS, weights, w);
      s0 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, codes, a + w)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(weight, s0);
      s1 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, codes, b + w)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(weight, s1);
      s2 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, codes, c + w)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(weight, s2);
      s3 =
          ((FloatVector)
                  ByteVector.fromArray(BYTES, codes, e + w)
                      .convertShape(VectorOperators.B2F, FLOATS, 0))
              .fma(weight, s3);
    }
    int blocks = codeBytes - Float.BYTES;
    for (int block = wideBytes; block < blocks; block += 16) {
      for (int i = 0; i < 16; i += LANES) {
        FloatVector upper = FloatVector.fromArray(FLOATS, weights, w + i);
        FloatVector lower = FloatVector.fromArray(FLOATS, weights, w + 16 + i);
        IntVector c0 =
            (IntVector)
                ByteVector.fromArray(BYTES, codes, a + block + i)
                    .convertShape(VectorOperators.B2I, INTS, 0);
        IntVector c1 =
            (IntVector)
                ByteVector.fromArray(BYTES, codes, b + block + i)
                    .convertShape(VectorOperators.B2I, INTS, 0);
        IntVector c2 =
            (IntVector)
                ByteVector.fromArray(BYTES, codes, c + block + i)
                    .convertShape(VectorOperators.B2I, INTS, 0);
        IntVector c3 =
            (IntVector)
                ByteVector.fromArray(BYTES, codes, e + block + i)
                    .convertShape(VectorOperators.B2I, INTS, 0);
        s0 =
            ((FloatVector) c0.and(15).convert(VectorOperators.I2F, 0))
                .fma(lower, ((FloatVector) c0.convert(VectorOperators.I2F, 0)).fma(upper, s0));
        s1 =
            ((FloatVector) c1.and(15).convert(VectorOperators.I2F, 0))
                .fma(lower, ((FloatVector) c1.convert(VectorOperators.I2F, 0)).fma(upper, s1));
        s2 =
            ((FloatVector) c2.and(15).convert(VectorOperators.I2F, 0))
                .fma(lower, ((FloatVector) c2.convert(VectorOperators.I2F, 0)).fma(upper, s2));
        s3 =
            ((FloatVector) c3.and(15).convert(VectorOperators.I2F, 0))
                .fma(lower, ((FloatVector) c3.convert(VectorOperators.I2F, 0)).fma(upper, s3));
      }
      w += 32;
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
    out[r] = s0.lane(0);
    out[r + 1] = s1.lane(0);
    out[r + 2] = s2.lane(0);
    out[r + 3] = s3.lane(0);
  }
}
