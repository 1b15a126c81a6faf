/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * Reads a vector column of Spark rows into float arrays: ARRAY&lt;FLOAT&gt;, ARRAY&lt;DOUBLE&gt; or
 * a Spark ML vector. Immutable and shared by threads.
 */
public abstract class RowVectors implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The reader of a column type; empty when the type cannot hold vectors. */
  public static Optional<RowVectors> of(DataType type) {
    if (type instanceof ArrayType array && array.elementType() instanceof FloatType) {
      return Optional.of(new FloatArrays());
    }
    if (type instanceof ArrayType array && array.elementType() instanceof DoubleType) {
      return Optional.of(new DoubleArrays());
    }
    // By name: the class is in spark-mllib-local, which need not be there.
    if (type instanceof UserDefinedType<?> udt
        && udt.userClass().getName().endsWith(".ml.linalg.Vector")) {
      return Optional.of(new MlVectors());
    }
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
   * Whether the value that was just read into {@code vector} can be restored from it, that is
   * {@link #toCatalyst} returns an equal value.
   */
  public abstract boolean isLossless(SpecializedGetters row, int ordinal, float[] vector);

  /** Whether {@link #isLossless} is true of every value of this type. */
  public abstract boolean isAlwaysLossless();

  /** The vector as a new value of the column's type in Spark's internal format. */
  public abstract Object toCatalyst(float[] vector);

  private static float[] sized(float[] dst, int length) {
    return dst != null && dst.length == length ? dst : new float[length];
  }

  /** Whether an element is null. Looks at the null words of Spark's own layout, 64 bits a time. */
  static boolean hasNull(ArrayData array) {
    int n = array.numElements();
    if (array instanceof UnsafeArrayData unsafe) {
      int words = (UnsafeArrayData.calculateHeaderPortionInBytes(n) - 8) / 8;
      return BitSetMethods.anySet(unsafe.getBaseObject(), unsafe.getBaseOffset() + 8, words);
    }
    for (int i = 0; i < n; i++) {
      if (array.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean restores(double exact, float rounded) {
    return Double.doubleToRawLongBits(exact) == Double.doubleToRawLongBits(rounded);
  }

  private static final class FloatArrays extends RowVectors {
    private static final long serialVersionUID = 1L;

    @Override
    public float[] read(SpecializedGetters row, int ordinal, float[] dst) {
      ArrayData array = row.isNullAt(ordinal) ? null : row.getArray(ordinal);
      if (array == null || hasNull(array)) {
        return null;
      }
      int n = array.numElements();
      float[] out = sized(dst, n);
      if (array instanceof UnsafeArrayData unsafe) {
        Platform.copyMemory(
            unsafe.getBaseObject(),
            unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(n),
            out,
            Platform.FLOAT_ARRAY_OFFSET,
            4L * n);
      } else {
        for (int i = 0; i < n; i++) {
          out[i] = array.getFloat(i);
        }
      }
      return out;
    }

    @Override
    public boolean isLossless(SpecializedGetters row, int ordinal, float[] vector) {
      return true;
    }

    @Override
    public boolean isAlwaysLossless() {
      return true;
    }

    @Override
    public Object toCatalyst(float[] vector) {
      return UnsafeArrayData.fromPrimitiveArray(vector);
    }
  }

  private static final class DoubleArrays extends RowVectors {
    private static final long serialVersionUID = 1L;

    @Override
    public float[] read(SpecializedGetters row, int ordinal, float[] dst) {
      ArrayData array = row.isNullAt(ordinal) ? null : row.getArray(ordinal);
      if (array == null || hasNull(array)) {
        return null;
      }
      float[] out = sized(dst, array.numElements());
      for (int i = 0; i < out.length; i++) {
        out[i] = (float) array.getDouble(i);
      }
      return out;
    }

    @Override
    public boolean isLossless(SpecializedGetters row, int ordinal, float[] vector) {
      ArrayData array = row.getArray(ordinal);
      for (int i = 0; i < vector.length; i++) {
        if (!restores(array.getDouble(i), vector[i])) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean isAlwaysLossless() {
      return false;
    }

    @Override
    public Object toCatalyst(float[] vector) {
      return UnsafeArrayData.fromPrimitiveArray(widen(vector));
    }
  }

  /** Struct of type (0 sparse, 1 dense), size, indices, values. */
  private static final class MlVectors extends RowVectors {
    private static final long serialVersionUID = 1L;
    private static final int FIELDS = 4;
    private static final byte DENSE = 1;

    @Override
    public float[] read(SpecializedGetters row, int ordinal, float[] dst) {
      if (row.isNullAt(ordinal)) {
        return null;
      }
      SpecializedGetters vector = row.getStruct(ordinal, FIELDS);
      ArrayData values = vector.getArray(3);
      int n = values.numElements();
      if (vector.getByte(0) == DENSE) {
        float[] out = sized(dst, n);
        for (int i = 0; i < n; i++) {
          out[i] = (float) values.getDouble(i);
        }
        return out;
      }
      float[] out = sized(dst, vector.getInt(1));
      Arrays.fill(out, 0f);
      ArrayData indices = vector.getArray(2);
      for (int i = 0; i < n; i++) {
        out[indices.getInt(i)] = (float) values.getDouble(i);
      }
      return out;
    }

    @Override
    public boolean isLossless(SpecializedGetters row, int ordinal, float[] vector) {
      SpecializedGetters original = row.getStruct(ordinal, FIELDS);
      if (original.getByte(0) != DENSE) {
        return false;
      }
      ArrayData values = original.getArray(3);
      for (int i = 0; i < vector.length; i++) {
        if (!restores(values.getDouble(i), vector[i])) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean isAlwaysLossless() {
      return false;
    }

    @Override
    public Object toCatalyst(float[] vector) {
      return new GenericInternalRow(
          new Object[] {DENSE, null, null, UnsafeArrayData.fromPrimitiveArray(widen(vector))});
    }
  }

  private static double[] widen(float[] vector) {
    double[] wide = new double[vector.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = vector[i];
    }
    return wide;
  }
}
