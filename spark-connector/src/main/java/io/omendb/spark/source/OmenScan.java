/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.exec.SegmentFile;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads one version of a table, one partition per segment. */
public final class OmenScan implements Scan, Batch, SupportsReportStatistics {
  private final String root;
  private final TableVersion snapshot;
  private final StructType tableSchema;
  private final StructType readSchema;
  private final Filter[] pushed;

  OmenScan(
      String root,
      TableVersion snapshot,
      StructType tableSchema,
      StructType required,
      Filter[] pushed) {
    this.root = root;
    this.snapshot = snapshot;
    this.tableSchema = tableSchema;
    this.readSchema =
        PayloadReader.rowSchema(tableSchema, snapshot.config().vectorColumn(), required);
    this.pushed = pushed;
  }

  /** Directory of the table, as a qualified Hadoop path. */
  public String root() {
    return root;
  }

  /** The version that is read, whatever is committed meanwhile. */
  public TableVersion snapshot() {
    return snapshot;
  }

  /** All columns of the table. */
  public StructType tableSchema() {
    return tableSchema;
  }

  /** The required columns, those that are not in Parquet files first. */
  @Override
  public StructType readSchema() {
    return readSchema;
  }

  /** Filters by which Parquet skips rows. Spark evaluates them again on the rows that are read. */
  public Filter[] pushedFilters() {
    return pushed.clone();
  }

  /** The segments of the version, as tasks open them. */
  public List<SegmentFile> segments() {
    return snapshot.segments().stream()
        .map(entry -> new SegmentFile(root, snapshot.tableId(), entry))
        .toList();
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    return segments().stream().map(SegmentPartition::new).toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SegmentReaderFactory(
        PayloadReader.of(
            SparkSession.active(),
            tableSchema,
            snapshot.config().vectorColumn(),
            readSchema,
            pushed));
  }

  @Override
  public String description() {
    return "omendb %s [version=%d, segments=%d, rows=%d, pushed=%s]"
        .formatted(
            root,
            snapshot.version(),
            snapshot.segments().size(),
            snapshot.rows(),
            Arrays.toString(pushed));
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return OmenMetrics.ofReads();
  }

  @Override
  public Statistics estimateStatistics() {
    long rows = snapshot.rows();
    long payloadBytes = 0;
    for (SegmentEntry segment : snapshot.segments()) {
      payloadBytes += segment.payload() == null ? 0 : segment.payload().bytes();
    }
    String vector = snapshot.config().vectorColumn();
    long vectorBytes = rows * snapshot.config().dimension() * Float.BYTES;
    double bytes = 0;
    long payloadWidth = 1;
    for (StructField field : tableSchema.fields()) {
      payloadWidth += field.name().equals(vector) ? 0 : field.dataType().defaultSize();
    }
    for (StructField field : readSchema.fields()) {
      bytes +=
          field.name().equals(vector)
              ? vectorBytes
              : (double) payloadBytes * field.dataType().defaultSize() / payloadWidth;
    }
    return new Estimate(OptionalLong.of(Math.max(1, (long) bytes)), OptionalLong.of(rows));
  }

  private record Estimate(OptionalLong sizeInBytes, OptionalLong numRows) implements Statistics {}

  @Override
  public boolean equals(Object other) {
    return other instanceof OmenScan scan
        && root.equals(scan.root)
        && snapshot.commitId().equals(scan.snapshot.commitId())
        && readSchema.equals(scan.readSchema)
        && Arrays.equals(pushed, scan.pushed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(root, snapshot.commitId(), readSchema, Arrays.hashCode(pushed));
  }
}
