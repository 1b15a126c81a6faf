/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.table.TableVersion;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownFilters;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;

/** Collects what Spark pushes into a scan. */
final class OmenScanBuilder
    implements ScanBuilder, SupportsPushDownFilters, SupportsPushDownRequiredColumns {
  private final String root;
  private final TableVersion snapshot;
  private final StructType tableSchema;
  private StructType required;
  private Filter[] pushed = {};

  OmenScanBuilder(String root, TableVersion snapshot, StructType tableSchema) {
    this.root = root;
    this.snapshot = snapshot;
    this.tableSchema = tableSchema;
    this.required = tableSchema;
  }

  /** Parquet skips row groups and pages by them, so Spark must evaluate all of them again. */
  @Override
  public Filter[] pushFilters(Filter[] filters) {
    pushed =
        PayloadReader.decidable(
            SparkSession.active(), tableSchema, snapshot.config().vectorColumn(), filters);
    return filters;
  }

  @Override
  public Filter[] pushedFilters() {
    return pushed.clone();
  }

  @Override
  public void pruneColumns(StructType requiredSchema) {
    required = requiredSchema;
  }

  @Override
  public Scan build() {
    return new OmenScan(root, snapshot, tableSchema, required, pushed);
  }
}
