/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing.ml.linalg;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** The layout of Spark ML's vectors in rows. */
public class VectorUDT extends UserDefinedType<Vector> {
  private static final long serialVersionUID = 1L;

  @Override
  public DataType sqlType() {
    return new StructType()
        .add("type", DataTypes.ByteType, false)
        .add("size", DataTypes.IntegerType, true)
        .add("indices", DataTypes.createArrayType(DataTypes.IntegerType, false), true)
        .add("values", DataTypes.createArrayType(DataTypes.DoubleType, false), true);
  }

  @Override
  public Object serialize(Vector vector) {
    Object values = UnsafeArrayData.fromPrimitiveArray(vector.values());
    return vector.indices() == null
        ? new GenericInternalRow(new Object[] {(byte) 1, null, null, values})
        : new GenericInternalRow(
            new Object[] {
              (byte) 0, vector.size(), UnsafeArrayData.fromPrimitiveArray(vector.indices()), values
            });
  }

  @Override
  public Vector deserialize(Object datum) {
    InternalRow row = (InternalRow) datum;
    double[] values = row.getArray(3).toDoubleArray();
    return row.getByte(0) == 1
        ? Vector.dense(values)
        : Vector.sparse(row.getInt(1), row.getArray(2).toIntArray(), values);
  }

  @Override
  public Class<Vector> userClass() {
    return Vector.class;
  }

  @Override
  public int hashCode() {
    return VectorUDT.class.hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VectorUDT;
  }
}
