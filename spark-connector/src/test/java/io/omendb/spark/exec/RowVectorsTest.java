/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.ml.linalg.Vector;
import io.omendb.spark.testing.ml.linalg.VectorUDT;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

class RowVectorsTest {

  private static final RowVectors FLOATS = of(DataTypes.createArrayType(DataTypes.FloatType));
  private static final RowVectors DOUBLES = of(DataTypes.createArrayType(DataTypes.DoubleType));
  private static final RowVectors ML = of(new VectorUDT());

  private static RowVectors of(DataType type) {
    return RowVectors.of(type).orElseThrow();
  }

  private static InternalRow row(Object value) {
    return new GenericInternalRow(new Object[] {value});
  }

  @Test
  void onlyThreeTypesHoldVectors() {
    assertThat(RowVectors.of(DataTypes.createArrayType(DataTypes.IntegerType))).isEmpty();
    assertThat(RowVectors.of(DataTypes.FloatType)).isEmpty();
    assertThat(RowVectors.of(DataTypes.BinaryType)).isEmpty();
  }

  @Property
  void floatsAreReadBitForBitFromEveryLayout(@ForAll @Size(max = 200) float[] vector) {
    Object[] boxed = new Object[vector.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = vector[i];
    }
    for (ArrayData array :
        new ArrayData[] {UnsafeArrayData.fromPrimitiveArray(vector), new GenericArrayData(boxed)}) {
      InternalRow row = row(array);
      float[] reused = new float[vector.length];
      assertThat(FLOATS.read(row, 0, reused)).isSameAs(reused).isEqualTo(vector);
      assertThat(FLOATS.read(row, 0, new float[vector.length + 1])).isEqualTo(vector);
      assertThat(FLOATS.read(row, 0, null)).isEqualTo(vector);
      assertThat(FLOATS.isLossless(row, 0, vector)).isTrue();
      assertThat(((ArrayData) FLOATS.toCatalyst(vector)).toFloatArray()).isEqualTo(vector);
    }
  }

  @Property
  void doublesAreLosslessExactlyWhenTheyReturn(@ForAll @Size(max = 20) double[] vector) {
    InternalRow row = row(UnsafeArrayData.fromPrimitiveArray(vector));
    float[] read = DOUBLES.read(row, 0, null);
    boolean returns = true;
    for (int i = 0; i < vector.length; i++) {
      assertThat(read[i]).isEqualTo((float) vector[i]);
      returns &= Double.doubleToRawLongBits(vector[i]) == Double.doubleToRawLongBits(read[i]);
    }
    assertThat(DOUBLES.isLossless(row, 0, read)).isEqualTo(returns);
    if (returns) {
      assertThat(((ArrayData) DOUBLES.toCatalyst(read)).toDoubleArray()).isEqualTo(vector);
    }
  }

  @Test
  void nullsAreSeenAtEveryPosition() {
    for (int n = 1; n < 140; n++) {
      for (int at = 0; at < n; at++) {
        Object[] values = new Object[n];
        Arrays.fill(values, 1f);
        values[at] = null;
        assertThat(FLOATS.read(row(new GenericArrayData(values)), 0, null)).isNull();
        UnsafeArrayData unsafe = UnsafeArrayData.fromPrimitiveArray(new float[n]);
        unsafe.setNullAt(at);
        assertThat(FLOATS.read(row(unsafe), 0, null)).isNull();
      }
    }
    for (RowVectors vectors : new RowVectors[] {FLOATS, DOUBLES, ML}) {
      assertThat(vectors.read(row(null), 0, null)).isNull();
    }
  }

  @Test
  void mlVectorsAreReadDenseOrSparse() {
    VectorUDT udt = new VectorUDT();
    InternalRow dense = row(udt.serialize(Vector.dense(1, 0, 2.5)));
    InternalRow sparse =
        row(udt.serialize(Vector.sparse(3, new int[] {0, 2}, new double[] {1, 2.5})));
    float[] expected = {1f, 0f, 2.5f};
    float[] dirty = {9, 9, 9};
    assertThat(ML.read(dense, 0, dirty)).isSameAs(dirty).isEqualTo(expected);
    assertThat(ML.read(sparse, 0, new float[] {9, 9, 9})).isEqualTo(expected);
    assertThat(ML.isLossless(dense, 0, expected)).isTrue();
    assertThat(ML.isLossless(sparse, 0, expected)).isFalse();
    assertThat(udt.deserialize(ML.toCatalyst(expected))).isEqualTo(Vector.dense(1, 0, 2.5));
  }

  @Test
  void theFirstElementThatIsNotFiniteIsFound() {
    assertThat(RowVectors.firstNonFinite(new float[] {1, -0f, Float.MAX_VALUE})).isEqualTo(-1);
    assertThat(RowVectors.firstNonFinite(new float[] {1, Float.NaN, Float.NaN})).isEqualTo(1);
    assertThat(RowVectors.firstNonFinite(new float[] {Float.NEGATIVE_INFINITY})).isZero();
  }
}
