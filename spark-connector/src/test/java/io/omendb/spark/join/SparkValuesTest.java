/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SparkValuesTest {

  /** Any bit patterns: small and large numbers, infinities, NaN, both zeros. */
  @Property(tries = 2000)
  void anyFloatsHaveSparksValue(
      @ForAll @IntRange(min = 1, max = 70) int dimension, @ForAll long seed, @ForAll boolean tame) {
    java.util.Random random = new java.util.Random(seed);
    float[] a = new float[dimension];
    float[] b = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      a[i] = tame ? (float) random.nextGaussian() : Float.intBitsToFloat(random.nextInt());
      b[i] = tame ? (float) random.nextGaussian() : Float.intBitsToFloat(random.nextInt());
    }
    for (VectorFunction function : VectorFunction.values()) {
      assertThat(Float.floatToIntBits(SparkValues.computed(function, a, b)))
          .as("%s of %d floats", function, dimension)
          .isEqualTo(Float.floatToIntBits(SparkValues.asked(function, a, b)));
    }
  }
}
