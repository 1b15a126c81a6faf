/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.table.TableVersion;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;

/** Reads one version of a table, one partition per segment. */
public final class OmenScan implements Scan {
  private final String root;
  private final TableVersion version;
  private final StructType schema;
  private final Filter[] pushed;

  OmenScan(String root, TableVersion version, StructType schema, Filter[] pushed) {
    this.root = root;
    this.version = version;
    this.schema = schema;
    this.pushed = pushed;
  }

  /** Directory of the table, as a qualified Hadoop path. */
  public String root() {
    return root;
  }

  /** The version that is read, whatever is committed meanwhile. */
  public TableVersion snapshot() {
    return version;
  }

  @Override
  public StructType readSchema() {
    return schema;
  }

  /** Filters that were pushed to Parquet. Spark evaluates them again on the rows that are read. */
  public Filter[] pushedFilters() {
    return pushed.clone();
  }
}
