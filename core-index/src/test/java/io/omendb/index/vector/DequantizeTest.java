/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Rows of bytes become the same floats in every implementation. */
class DequantizeTest {
  private static final Kernels[] IMPLEMENTATIONS = {new ScalarKernels(), new SimdKernels()};

  @Property(tries = 300)
  void floatsAreBasePlusTheRoundedProductInEveryImplementation(
      @ForAll @IntRange(min = 1, max = 200) int d,
      @ForAll @IntRange(min = 0, max = 9) int codesOffset,
      @ForAll @IntRange(min = 0, max = 9) int outOffset,
      @ForAll float base,
      @ForAll float step,
      @ForAll long seed) {
    assertRow(d, codesOffset, outOffset, base, step, seed);
  }

  @Test
  void longRowsAndEveryTailAreComplete() {
    assertRow(1, 0, 0, 0.25f, 0.5f, 1);
    assertRow(4096, 8, 0, -3e38f, 1e36f, 2);
    for (int d = 4096; d < 4096 + 40; d++) {
      assertRow(d, 3, 5, 1e-3f, 7e-6f, d);
    }
  }

  @Test
  void bitsStayTheSameWhileTheMethodIsBeingCompiled() {
    byte[] codes = new byte[333];
    new Random(1).nextBytes(codes);
    for (Kernels kernels : IMPLEMENTATIONS) {
      float[] first = new float[333];
      kernels.dequantize(codes, 0, 0.1f, 0.3f, 333, first, 0);
      float[] out = new float[333];
      for (int i = 0; i < 30_000; i++) {
        kernels.dequantize(codes, 0, 0.1f, 0.3f, 333, out, 0);
      }
      assertThat(out).containsExactly(first);
    }
  }

  private static void assertRow(
      int d, int codesOffset, int outOffset, float base, float step, long seed) {
    byte[] codes = new byte[codesOffset + d + 3];
    new Random(seed).nextBytes(codes);
    float[] expected = new float[outOffset + d + 3];
    Arrays.fill(expected, 77f);
    for (int i = 0; i < d; i++) {
      // A product of 24 and 8 bits is exact in double, so this rounds once.
      float product = (float) ((double) step * codes[codesOffset + i]);
      expected[outOffset + i] = product + base;
    }
    for (Kernels kernels : IMPLEMENTATIONS) {
      float[] out = new float[expected.length];
      Arrays.fill(out, 77f);
      kernels.dequantize(codes, codesOffset, base, step, d, out, outOffset);
      assertThat(out).as(kernels.name()).containsExactly(expected);
    }
  }
}
