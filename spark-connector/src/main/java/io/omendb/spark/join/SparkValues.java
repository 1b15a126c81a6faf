/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import java.util.Random;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;

/**
 * Values of Spark's vector functions over plain arrays, several times faster than Spark's own code
 * asks its rows for them. Floats are added in the same order, eight products at a time, so the
 * values are the same bit for bit. Whether they are is tried once per JVM; if the Spark that runs
 * computes otherwise, it is asked. Stateless.
 */
final class SparkValues {
  private static final int LANES = 8;

  /** Spark's cosine is NULL where the product of the lengths is below this. */
  private static final float SHORTEST = Float.MIN_NORMAL;

  private static final boolean SAME = agrees();

  private SparkValues() {}

  /** The value of {@code function}, NaN where SQL says NULL; both vectors have one length. */
  static float value(VectorFunction function, float[] query, float[] vector) {
    return SAME ? computed(function, query, vector) : asked(function, query, vector);
  }

  private static boolean agrees() {
    Random random = new Random(1);
    for (int dimension : new int[] {1, 7, 8, 31, 784}) {
      float[] a = new float[dimension];
      float[] b = new float[dimension];
      for (int i = 0; i < dimension; i++) {
        a[i] = (float) random.nextGaussian();
        b[i] = (float) random.nextGaussian();
      }
      for (VectorFunction function : VectorFunction.values()) {
        if (Float.compare(computed(function, a, b), asked(function, a, b)) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  static float asked(VectorFunction function, float[] query, float[] vector) {
    Float value =
        function.value(
            UnsafeArrayData.fromPrimitiveArray(query), UnsafeArrayData.fromPrimitiveArray(vector));
    return value == null ? Float.NaN : value;
  }

  static float computed(VectorFunction function, float[] query, float[] vector) {
    return switch (function) {
      case L2_DISTANCE -> (float) Math.sqrt(squares(query, vector));
      case INNER_PRODUCT -> products(query, vector);
      case COSINE_SIMILARITY -> {
        float lengths = (float) Math.sqrt(products(query, query) * products(vector, vector));
        yield lengths < SHORTEST ? Float.NaN : products(query, vector) / lengths;
      }
    };
  }

  private static float products(float[] a, float[] b) {
    int i = 0;
    float sum = 0;
    for (; i <= a.length - LANES; i += LANES) {
      sum +=
          a[i] * b[i]
              + a[i + 1] * b[i + 1]
              + a[i + 2] * b[i + 2]
              + a[i + 3] * b[i + 3]
              + a[i + 4] * b[i + 4]
              + a[i + 5] * b[i + 5]
              + a[i + 6] * b[i + 6]
              + a[i + 7] * b[i + 7];
    }
    for (; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static float squares(float[] a, float[] b) {
    int i = 0;
    float sum = 0;
    for (; i <= a.length - LANES; i += LANES) {
      float d0 = a[i] - b[i];
      float d1 = a[i + 1] - b[i + 1];
      float d2 = a[i + 2] - b[i + 2];
      float d3 = a[i + 3] - b[i + 3];
      float d4 = a[i + 4] - b[i + 4];
      float d5 = a[i + 5] - b[i + 5];
      float d6 = a[i + 6] - b[i + 6];
      float d7 = a[i + 7] - b[i + 7];
      sum += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4 + d5 * d5 + d6 * d6 + d7 * d7;
    }
    for (; i < a.length; i++) {
      float d = a[i] - b[i];
      sum += d * d;
    }
    return sum;
  }
}
