/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
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
}
