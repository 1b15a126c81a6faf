/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;

/**
 * Reads a vector column of Spark rows into float arrays: ARRAY&lt;FLOAT&gt;, ARRAY&lt;DOUBLE&gt; or
 * a Spark ML vector. Immutable and shared by threads.
 */
public abstract class RowVectors implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The reader of a column type; empty when the type cannot hold vectors. */
  public static Optional<RowVectors> of(DataType type) {
    return Optional.empty();
  }

  /**
   * The vector at {@code ordinal} of {@code row}, rounded to float. Returns {@code dst} when its
   * length is that of the vector, else a new array; null when the value or one of its elements is
   * null. Elements may be NaN or infinite, see {@link #firstNonFinite}.
   */
  public abstract float[] read(SpecializedGetters row, int ordinal, float[] dst);

  /** Index of the first element that is NaN or infinite; -1 when all are finite. */
  public static int firstNonFinite(float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Whether the value just read into {@code vector} can be restored from it, that is {@link
   * #toCatalyst} returns an equal value.
   */
  public abstract boolean isLossless(SpecializedGetters row, int ordinal, float[] vector);

  /** The vector as a value of the column's type in Spark's internal format. */
  public abstract Object toCatalyst(float[] vector);
}
