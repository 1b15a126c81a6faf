/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

/**
 * Replaces the floats of a vector by signed bytes between the vector's own smallest and largest
 * value: locally-adaptive vector quantization with one level of 8 bits, without its subtraction of
 * a mean (Aguerrebere et al. 2023, section 3.1).
 *
 * <p>A code c stands for {@code base + step * c}, see {@link
 * io.omendb.index.vector.Kernels#dequantize}. Codes reach from -127 to 127 around the middle of the
 * vector's values, so no value is further than half a step, 1/508 of their range, from what its
 * code stands for, rounding aside. Vectors whose floats are all the same, zero among them, are kept
 * exactly. Every finite vector has codes that stand for finite values.
 *
 * <p>Holds the base and step of the last vector: one per thread.
 */
public final class ScalarQuantizer {
  private static final int MAX_CODE = 127;

  private float base;
  private float step;

  /**
   * Replaces {@code d} finite floats from {@code vector[offset]} on by codes.
   *
   * @param codes receives d bytes from {@code codesOffset} on
   */
  public void encode(float[] vector, int offset, int d, byte[] codes, int codesOffset) {
    float min = vector[offset];
    float max = vector[offset];
    for (int i = 1; i < d; i++) {
      min = Math.min(min, vector[offset + i]);
      max = Math.max(max, vector[offset + i]);
    }
    // In double: the sum and the difference of two floats may be beyond float.
    base = (float) (((double) min + max) / 2);
    step = (float) (((double) max - min) / (2 * MAX_CODE));
    while (!isFinite(base, step)) {
      step = Math.nextDown(step);
    }
    for (int i = 0; i < d; i++) {
      long code = step == 0 ? 0 : Math.round(((double) vector[offset + i] - base) / step);
      codes[codesOffset + i] = (byte) Math.max(-MAX_CODE, Math.min(MAX_CODE, code));
    }
  }

  /** What the code 0 of the last vector stands for. */
  public float base() {
    return base;
  }

  /** What one more means in the codes of the last vector; at least 0. */
  public float step() {
    return step;
  }

  /** Whether all codes stand for finite values. */
  public static boolean isFinite(float base, float step) {
    float most = step * MAX_CODE;
    return Float.isFinite(base + most) && Float.isFinite(base - most);
  }
}
