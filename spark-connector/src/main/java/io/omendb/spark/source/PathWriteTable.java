/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;

/** The target of a planned write. Its schema is what Spark casts the rows to. */
record PathWriteTable(WritePlan plan) implements SupportsWrite {

  @Override
  public String name() {
    return PathTables.nameOf(plan.root());
  }

  @Override
  public StructType schema() {
    return plan.schema();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return EnumSet.of(TableCapability.BATCH_WRITE, TableCapability.TRUNCATE);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new Builder(plan, info.schema());
  }

  /** The plan says already whether rows are replaced. */
  private record Builder(WritePlan plan, StructType rows) implements SupportsTruncate {
    @Override
    public WriteBuilder truncate() {
      return this;
    }

    @Override
    public Write build() {
      return new OmenWrite(plan, rows);
    }
  }
}
