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
    for (int r = 0; r < n; r++) {
      int at = r * codeBytes + Float.BYTES;
      int end = (r + 1) * codeBytes;
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      for (int i = 0; i < wideBytes; i += LANES) {
        s0 =
            ((FloatVector)
                    ByteVector.fromArray(BYTES, codes, at + i)
                        .convertShape(VectorOperators.B2F, FLOATS, 0))
                .fma(FloatVector.fromArray(FLOATS, weights, i), s0);
      }
      int w = wideBytes;
      for (int block = at + wideBytes; block < end; block += 16) {
        for (int i = 0; i < 16; i += LANES) {
          IntVector code =
              (IntVector)
                  ByteVector.fromArray(BYTES, codes, block + i)
                      .convertShape(VectorOperators.B2I, INTS, 0);
          s0 =
              ((FloatVector) code.convert(VectorOperators.I2F, 0))
                  .fma(FloatVector.fromArray(FLOATS, weights, w + i), s0);
          s1 =
              ((FloatVector) code.and(15).convert(VectorOperators.I2F, 0))
                  .fma(FloatVector.fromArray(FLOATS, weights, w + 16 + i), s1);
        }
        w += 32;
      }
      FloatVector s = s0.add(s1);
      if (LANES > 8) {
        s = s.add(s.rearrange(SimdKernels.ROTATE_8));
      }
      s = s.add(s.rearrange(SimdKernels.ROTATE_4));
      s = s.add(s.rearrange(SimdKernels.ROTATE_2));
      out[r] = s.add(s.rearrange(SimdKernels.ROTATE_1)).lane(0);
    }
  }
}
