/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.error.InputErrors;
import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.table.TableVersion;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * One version of a table at a path, as Spark sees it. Two of the same version of the same table are
 * equal, so that Spark shares what it caches and computes for them.
 */
public final class OmenTable implements SupportsRead, SupportsMetadataColumns {
  private final String root;
  private final TableVersion snapshot;
  private final StructType schema;
  private final StructType requested;

  /**
   * A table to read.
   *
   * @param requested the schema that the user asked for, null for that of the table
   */
  OmenTable(String root, TableVersion snapshot, StructType requested) {
    this.root = root;
    this.snapshot = snapshot;
    this.schema = TableSchema.readSchema(snapshot);
    this.requested = requested;
  }

  /** Directory of the table, as a qualified Hadoop path. */
  public String root() {
    return root;
  }

  /** The version that every scan of this table reads, whatever is committed meanwhile. */
  public TableVersion snapshot() {
    return snapshot;
  }

  @Override
  public String name() {
    return PathTables.nameOf(root);
  }

  @Override
  public String id() {
    return snapshot.tableId().toString();
  }

  @Override
  public String version() {
    return Long.toString(snapshot.version());
  }

  @Override
  public StructType schema() {
    return schema;
  }

  @Override
  public Map<String, String> properties() {
    return TableOptions.properties(snapshot.config());
  }

  @Override
  public Set<TableCapability> capabilities() {
    return EnumSet.of(TableCapability.BATCH_READ);
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    return new MetadataColumn[] {
      new RowLocation(PayloadReader.SEGMENT, "Id of the segment that holds the row"),
      new RowLocation(PayloadReader.ORDINAL, "Position of the row in its segment")
    };
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    // Here and not when the table is made: DataFrameWriter passes the schema of its rows there.
    if (requested != null && !sameColumns(requested, schema)) {
      throw InputErrors.schemaGiven(root, requested.simpleString(), schema.simpleString());
    }
    return new OmenScanBuilder(root, snapshot, schema);
  }

  private static boolean sameColumns(StructType a, StructType b) {
    return a.asNullable().equals(b.asNullable());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OmenTable table
        && root.equals(table.root)
        && snapshot.commitId().equals(table.snapshot.commitId());
  }

  @Override
  public int hashCode() {
    return snapshot.commitId().hashCode();
  }

  @Override
  public String toString() {
    return name() + " version " + snapshot.version();
  }

  private record RowLocation(StructField field, String comment) implements MetadataColumn {
    @Override
    public String name() {
      return field.name();
    }

    @Override
    public DataType dataType() {
      return field.dataType();
    }

    @Override
    public boolean isNullable() {
      return field.nullable();
    }
  }
}
