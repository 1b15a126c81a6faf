/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark;

import io.omendb.spark.source.PathTables;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.CreatableRelationProvider;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The data source {@code omendb}: tables at a path, for {@code spark.read().format("omendb")},
 * {@code df.write().format("omendb")} and {@code CREATE TEMPORARY VIEW ... USING omendb}.
 *
 * <p>A table that is read is pinned to the version that was newest when it was loaded. Writes with
 * any save mode go through {@link #createRelation}, because Spark's V2 path offers append and
 * overwrite only.
 */
public final class OmenDataSource
    implements TableProvider, DataSourceRegister, CreatableRelationProvider {

  private final PathTables tables = new PathTables();

  /** Made by Spark. */
  public OmenDataSource() {}

  @Override
  public String shortName() {
    return "omendb";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return tables.load(options).schema();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return tables.table(schema, properties);
  }

  /** Lets DataFrameWriter ask for the table before it exists. */
  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public BaseRelation createRelation(
      SQLContext sqlContext,
      SaveMode mode,
      scala.collection.immutable.Map<String, String> parameters,
      Dataset<Row> data) {
    return tables.write(sqlContext, mode, CollectionConverters.asJava(parameters), data);
  }

  /** Types are checked with the schema, where the message can say what to do. */
  @Override
  public boolean supportsDataType(DataType type) {
    return true;
  }

  @Override
  public String toString() {
    return shortName();
  }
}
