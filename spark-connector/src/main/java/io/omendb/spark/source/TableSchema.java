/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.error.InputErrors;
import io.omendb.spark.exec.PayloadFormat;
import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.exec.RowVectors;
import io.omendb.spark.table.TableVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** What the columns of a table may be, and which of them is the vector. */
final class TableSchema {

  private static final Set<String> RESERVED =
      Set.of(PayloadReader.SEGMENT.name(), PayloadReader.ORDINAL.name(), PayloadReader.ROW_INDEX);

  private TableSchema() {}

  /** The schema of a stored table as readers see it: a vector is never null. */
  static StructType readSchema(TableVersion version) {
    StructType stored = storedSchema(version);
    String vector = version.config().vectorColumn();
    StructField[] fields = stored.fields();
    for (int i = 0; i < fields.length; i++) {
      StructField field = fields[i];
      if (field.name().equals(vector)) {
        fields[i] = new StructField(vector, field.dataType(), false, field.metadata());
      }
    }
    return new StructType(fields);
  }

  /** The schema as it is stored: everything may be null, so that a bad row reaches the writer. */
  static StructType storedSchema(TableVersion version) {
    return (StructType) DataType.fromJson(version.schemaJson());
  }

  /**
   * The schema that a table made of these rows has. Like in Parquet, every column may be null.
   *
   * @throws io.omendb.spark.error.OmenException for columns that a table cannot hold
   */
  static StructType of(StructType rows) {
    Set<String> names = new TreeSet<>();
    for (StructField field : rows.fields()) {
      String name = field.name();
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw InputErrors.duplicateColumn(name);
      }
      if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
        throw InputErrors.reservedColumn(name);
      }
      if (!PayloadFormat.supports(field.dataType()) || hasEmptyStruct(field.dataType())) {
        throw InputErrors.unsupportedType(name, field.dataType().catalogString());
      }
    }
    return rows.asNullable();
  }

  /**
   * The name of the vector column.
   *
   * @param given what the user named; empty for the only ARRAY&lt;FLOAT&gt; column
   * @throws io.omendb.spark.error.OmenException when there is none, several, or of another type
   */
  static String vectorColumn(StructType schema, String given) {
    if (given.isEmpty()) {
      return onlyFloatArray(schema);
    }
    for (StructField field : schema.fields()) {
      if (field.name().equalsIgnoreCase(given)) {
        if (RowVectors.of(field.dataType()).isEmpty()) {
          throw InputErrors.notAVectorColumn(field.name(), field.dataType().catalogString());
        }
        return field.name();
      }
    }
    throw InputErrors.noSuchVectorColumn(given, List.of(schema.fieldNames()));
  }

  private static String onlyFloatArray(StructType schema) {
    List<String> found = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (field.dataType() instanceof ArrayType array && array.elementType() instanceof FloatType) {
        found.add(field.name());
      }
    }
    if (found.size() != 1) {
      throw InputErrors.vectorColumnNotGiven(found, schema.simpleString());
    }
    return found.get(0);
  }

  /** Parquet has no way to write a struct without fields. */
  private static boolean hasEmptyStruct(DataType type) {
    if (type instanceof StructType struct) {
      if (struct.isEmpty()) {
        return true;
      }
      for (StructField field : struct.fields()) {
        if (hasEmptyStruct(field.dataType())) {
          return true;
        }
      }
      return false;
    }
    if (type instanceof ArrayType array) {
      return hasEmptyStruct(array.elementType());
    }
    if (type instanceof MapType map) {
      return hasEmptyStruct(map.keyType()) || hasEmptyStruct(map.valueType());
    }
    return type instanceof UserDefinedType<?> udt && hasEmptyStruct(udt.sqlType());
  }
}
