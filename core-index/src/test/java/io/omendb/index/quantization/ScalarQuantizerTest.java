/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Kernels;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a vector of bytes keeps of the floats. */
class ScalarQuantizerTest {
  @Property(tries = 500)
  void noValueMovesByMoreThanHalfAStepAndRounding(
      @ForAll @IntRange(min = 1, max = 100) int d,
      @ForAll @IntRange(min = -120, max = 120) int exponent,
      @ForAll @IntRange(min = -3, max = 3) int shift,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] vector = new float[d];
    for (int i = 0; i < d; i++) {
      vector[i] = (float) Math.scalb(random.nextGaussian() + shift, exponent);
    }
    assertClose(vector);
  }

  @Property(tries = 300)
  void anyFiniteVectorStaysFinite(@ForAll float[] values) {
    float[] vector = new float[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      vector[i] = Float.isFinite(values[i]) ? values[i] : 0;
    }
    assertClose(vector);
  }

  @Test
  void theEndsOfFloatStayFinite() {
    float max = Float.MAX_VALUE;
    assertClose(new float[] {max, -max});
    assertClose(new float[] {max, -max, 0, 1, max / 2});
    assertClose(new float[] {max, Math.nextDown(max)});
    assertClose(new float[] {max, 0.9f * max});
    assertClose(new float[] {Float.MIN_VALUE, 0, -Float.MIN_VALUE});
    assertClose(new float[] {1e-40f, 2e-40f});
  }

  @Test
  void equalValuesAreKeptExactly() {
    for (float value : new float[] {0, -0f, 1, -0.1f, 3.3e38f, -Float.MAX_VALUE, 1e-45f}) {
      float[] vector = new float[33];
      Arrays.fill(vector, value);
      assertThat(roundTrip(vector, new ScalarQuantizer())).containsOnly(value + 0f);
    }
    assertThat(roundTrip(new float[] {0.1f}, new ScalarQuantizer())).containsExactly(0.1f);
  }

  @Test
  void codesUseTheWholeRangeAndNeverMinus128() {
    ScalarQuantizer quantizer = new ScalarQuantizer();
    float[] vector = new float[255];
    for (int i = 0; i < 255; i++) {
      vector[i] = i - 127;
    }
    byte[] codes = new byte[257];
    quantizer.encode(vector, 0, 255, codes, 1);
    assertThat(quantizer.base()).isZero();
    assertThat(quantizer.step()).isOne();
    for (int i = 0; i < 255; i++) {
      assertThat(codes[1 + i]).isEqualTo((byte) (i - 127));
    }
    assertThat(codes[0] + codes[256]).isZero();
  }

  private static void assertClose(float[] vector) {
    ScalarQuantizer quantizer = new ScalarQuantizer();
    float[] back = roundTrip(vector, quantizer);
    assertThat(quantizer.step()).isNotNegative();
    assertThat(ScalarQuantizer.isFinite(quantizer.base(), quantizer.step())).isTrue();
    double largest = 0;
    for (float x : vector) {
      largest = Math.max(largest, Math.abs((double) x));
    }
    // Rounding of base, of 127 steps and of their sum.
    double rounding = 3 * largest * 0x1p-23 + 127 * (double) Float.MIN_VALUE;
    for (int i = 0; i < vector.length; i++) {
      assertThat(Math.abs((double) back[i] - vector[i]))
          .as("value %s of %s", vector[i], Arrays.toString(vector))
          .isLessThanOrEqualTo(0.5 * quantizer.step() + rounding);
    }
  }

  private static float[] roundTrip(float[] vector, ScalarQuantizer quantizer) {
    int d = vector.length;
    byte[] codes = new byte[d];
    float[] back = new float[d];
    quantizer.encode(vector, 0, d, codes, 0);
    Kernels.scalar().dequantize(codes, 0, quantizer.base(), quantizer.step(), d, back, 0);
    return back;
  }
}
