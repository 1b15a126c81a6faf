/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SyntheticVectorsTest {
  @Test
  void aVectorDependsOnSeedAndNumberOnly() {
    float[] first = vector(1, 7);
    SyntheticVectors other = new SyntheticVectors(24, 6, 1);
    float[] second = new float[24];
    for (int i = 9; i >= 7; i--) {
      other.vector(i, second);
    }
    assertThat(second).containsExactly(first);
    assertThat(vector(2, 7)).isNotEqualTo(first);
    assertThat(vector(1, 8)).isNotEqualTo(first);
  }

  @Test
  void valuesLieBetweenMinusOneAndOne() {
    for (float value : vector(3, 1L << 40)) {
      assertThat(value).isBetween(-1f, 1f);
    }
  }

  private static float[] vector(long seed, long i) {
    float[] vector = new float[24];
    new SyntheticVectors(24, 6, seed).vector(i, vector);
    return vector;
  }
}
