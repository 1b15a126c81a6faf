/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.table.TableVersion;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A version of a table at a path, as Spark sees it. Two of the same version are equal. */
public final class OmenTable implements SupportsRead {
  private final String root;
  private final TableVersion version;

  OmenTable(String root, TableVersion version) {
    this.root = root;
    this.version = version;
  }

  /** Directory of the table, as a qualified Hadoop path. */
  public String root() {
    return root;
  }

  /** The version that every scan of this table reads. */
  public TableVersion snapshot() {
    return version;
  }

  @Override
  public String name() {
    return "omendb " + root;
  }

  @Override
  public StructType schema() {
    return (StructType) DataType.fromJson(version.schemaJson());
  }

  @Override
  public Set<TableCapability> capabilities() {
    return EnumSet.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    throw new UnsupportedOperationException();
  }
}
