/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Products of floats with bytes and half bytes, in every implementation. */
class CodeProductsTest {
  private static final Kernels[] IMPLEMENTATIONS = {new ScalarKernels(), new SimdKernels()};

  @Property(tries = 200)
  void rowsOfBytesAreMultipliedAsIfByFloats(
      @ForAll @IntRange(min = 0, max = 11) int n,
      @ForAll @IntRange(min = 1, max = 150) int d,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] query = floats(d, random);
    byte[] rows = new byte[n * d + 1];
    random.nextBytes(rows);
    for (Kernels kernels : IMPLEMENTATIONS) {
      float[] out = new float[n + 1];
      Arrays.fill(out, 77f);
      kernels.dotInt8Rows(query, rows, n, d, out);
      for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int j = 0; j < d; j++) {
          sum += (double) query[j] * rows[i * d + j];
        }
        assertThat((double) out[i]).as(kernels.name()).isCloseTo(sum, within(1e-3 * d));
      }
      assertThat(out[n]).isEqualTo(77f);
    }
  }

  @Property(tries = 200)
  void codesAreWeighedByteByByteAndHalfByHalf(
      @ForAll @IntRange(min = 0, max = 6) int n,
      @ForAll @IntRange(min = 0, max = 4) int wide,
      @ForAll @IntRange(min = 0, max = 5) int narrow,
      @ForAll long seed) {
    Random random = new Random(seed);
    int codeBytes = 4 + 16 * (wide + narrow);
    float[] weights = floats(16 * wide + 32 * narrow, random);
    byte[] codes = new byte[n * codeBytes];
    random.nextBytes(codes);
    for (Kernels kernels : IMPLEMENTATIONS) {
      float[] out = new float[n + 1];
      Arrays.fill(out, 77f);
      kernels.codeProducts(weights, 16 * wide, codes, codeBytes, n, out);
      for (int r = 0; r < n; r++) {
        double sum = 0;
        int at = r * codeBytes + 4;
        for (int i = 0; i < 16 * wide; i++) {
          sum += (double) weights[i] * codes[at + i];
        }
        for (int block = 0; block < narrow; block++) {
          for (int i = 0; i < 16; i++) {
            int code = codes[at + 16 * (wide + block) + i];
            int w = 16 * wide + 32 * block + i;
            sum += (double) weights[w] * code + (double) weights[w + 16] * (code & 15);
          }
        }
        assertThat((double) out[r]).as(kernels.name()).isCloseTo(sum, within(0.2));
      }
      assertThat(out[n]).isEqualTo(77f);
    }
  }

  @Test
  void bitsStayTheSameWhileTheMethodsAreBeingCompiled() {
    Random random = new Random(1);
    byte[] codes = new byte[9 * 116];
    random.nextBytes(codes);
    float[] weights = floats(208, random);
    for (Kernels kernels : IMPLEMENTATIONS) {
      float[] products = new float[9];
      kernels.codeProducts(weights, 16, codes, 116, 9, products);
      float[] rows = new float[9];
      kernels.dotInt8Rows(weights, codes, 9, 116, rows);
      float[] out = new float[9];
      for (int i = 0; i < 30_000; i++) {
        kernels.codeProducts(weights, 16, codes, 116, 9, out);
      }
      assertThat(out).containsExactly(products);
      for (int i = 0; i < 30_000; i++) {
        kernels.dotInt8Rows(weights, codes, 9, 116, out);
      }
      assertThat(out).containsExactly(rows);
    }
  }

  private static float[] floats(int n, Random random) {
    float[] floats = new float[n];
    for (int i = 0; i < n; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return floats;
  }
}
