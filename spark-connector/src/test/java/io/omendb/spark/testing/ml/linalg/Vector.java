/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing.ml.linalg;

import java.util.Arrays;
import org.apache.spark.sql.types.SQLUserDefinedType;

/**
 * Stands for Spark ML's vector, which is recognised by the end of its name and by its layout.
 *
 * @param size number of elements
 * @param indices of the values, null when dense
 */
@SQLUserDefinedType(udt = VectorUDT.class)
public record Vector(int size, int[] indices, double[] values) {

  /** A vector with all elements. */
  public static Vector dense(double... values) {
    return new Vector(values.length, null, values);
  }

  /** A vector with some elements, the others being zero. */
  public static Vector sparse(int size, int[] indices, double[] values) {
    return new Vector(size, indices, values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vector vector
        && size == vector.size
        && Arrays.equals(indices, vector.indices)
        && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return size + Arrays.toString(indices) + Arrays.toString(values);
  }
}
