/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import io.omendb.spark.error.MlErrors;
import io.omendb.spark.error.QueryErrors;
import io.omendb.spark.exec.RowVectors;
import java.util.Arrays;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What the columns of data frames and of the model's table are. */
final class NeighborsSchema {
  /** Column of the model's table, and field of a neighbour. */
  static final String ID = "id";

  /** Column of the model's table. */
  static final String FEATURES = "features";

  private NeighborsSchema() {}

  /** Whether {@code schema} has the column. */
  static boolean has(StructType schema, String column) {
    return Arrays.asList(schema.fieldNames()).contains(column);
  }

  /** Type of a column of vectors; throws when there is none of this name. */
  static DataType requireVectors(StructType schema, String column) {
    if (!has(schema, column)) {
      throw QueryErrors.noColumn(column, columns(schema));
    }
    DataType type = schema.apply(column).dataType();
    if (RowVectors.of(type).isEmpty()) {
      throw QueryErrors.notAVector(column, type.sql());
    }
    return type;
  }

  /** Type of the ids of fitted rows: of the column, or BIGINT where fit numbers the rows. */
  static DataType idType(StructType schema, NeighborsParams<?> params) {
    String column = params.getIdCol();
    if (has(schema, column)) {
      return requireId(schema, column);
    }
    if (params.isSet(params.idCol())) {
      throw QueryErrors.noColumn(column, columns(schema));
    }
    return DataTypes.LongType;
  }

  /** Type of a column of ids. */
  static DataType requireId(StructType schema, String column) {
    DataType type = schema.apply(column).dataType();
    if (!type.equals(DataTypes.LongType)
        && !type.equals(DataTypes.IntegerType)
        && !type.equals(DataTypes.StringType)) {
      throw MlErrors.idType(column, type.sql());
    }
    return type;
  }

  /** {@code schema} with the column of neighbours. */
  static StructType withNeighbors(StructType schema, NeighborsParams<?> params, DataType id) {
    requireVectors(schema, params.getFeaturesCol());
    if (Arrays.stream(schema.fieldNames()).anyMatch(params.getPredictionCol()::equalsIgnoreCase)) {
      throw MlErrors.columnExists(params.getPredictionCol());
    }
    if (params.getDistCol().equalsIgnoreCase(ID)) {
      throw MlErrors.fieldTwice(params.getDistCol());
    }
    StructType neighbor =
        new StructType().add(ID, id).add(params.getDistCol(), DataTypes.DoubleType);
    DataType type =
        params.getOutputMode().equals(NeighborsParamSet.ROWS)
            ? neighbor
            : DataTypes.createArrayType(neighbor, false);
    return schema.add(new StructField(params.getPredictionCol(), type, false, Metadata.empty()));
  }

  /** The names of all columns, for messages. */
  static String columns(StructType schema) {
    return String.join(", ", schema.fieldNames());
  }

  /** A name as SQL reads it whatever it contains. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
