/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.VectorStorage;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.ProjectingInternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Turns the rows of one partition into segments, one after the other, so that memory is bounded by
 * the size of a segment.
 */
final class SegmentDataWriter implements DataWriter<InternalRow> {

  private static final int ROWS_BETWEEN_POLLS = 256;

  private final SegmentWriterFactory write;
  private final int partition;
  private final TaskContext task;
  private final VectorCheck check;
  private final BuildMemory memory;

  private final List<UUID> started = new ArrayList<>();
  private final List<SegmentEntry> finished = new ArrayList<>();
  private final JoinedRow joined = new JoinedRow();
  private final Object[] original = new Object[1];
  private final GenericInternalRow originalRow = new GenericInternalRow(original);
  private final ProjectingInternalRow columns;

  private SegmentOutput output;
  private float[] vector;
  private int maxRows;
  private long rows;
  private long bytes;
  private long buildNanos;

  SegmentDataWriter(SegmentWriterFactory write, int partition, TaskContext task) {
    this.write = write;
    this.partition = partition;
    this.task = task;
    this.check = new VectorCheck(write, partition);
    this.memory = BuildMemory.ofTask(task, write.limits());
    this.columns = payloadColumns(write);
  }

  /** The payload's columns in a row that is followed by one column for the original vector. */
  private static ProjectingInternalRow payloadColumns(SegmentWriterFactory write) {
    List<Object> ordinals = new ArrayList<>();
    for (StructField field : write.payloadSchema().fields()) {
      int ordinal = write.rows().fieldIndex(field.name());
      ordinals.add(ordinal == write.vectorOrdinal() ? write.rows().length() : ordinal);
    }
    return new ProjectingInternalRow(
        write.payloadSchema(), CollectionConverters.asScala(ordinals).toIndexedSeq());
  }

  @Override
  public void writeAll(Iterator<InternalRow> records) throws IOException {
    while (records.hasNext()) {
      if (rows % ROWS_BETWEEN_POLLS == 0) {
        task.killTaskIfInterrupted();
      }
      write(records.next());
    }
    // Here and not in commit, before which Spark takes the last metrics.
    if (output != null) {
      finish();
    }
  }

  @Override
  public void write(InternalRow row) throws IOException {
    vector = check.read(row, rows, vector);
    if (output == null) {
      start();
    }
    if (!write.payloadSchema().isEmpty()) {
      // Vectors that are rounded anyway have no originals to restore.
      boolean keep =
          write.config().vectorStorage() == VectorStorage.FLOAT32
              && !write.vectors().isAlwaysLossless()
              && !write.vectors().isLossless(row, write.vectorOrdinal(), vector);
      original[0] = keep ? row.get(write.vectorOrdinal(), vectorType()) : null;
      columns.project(joined.apply(row, originalRow));
    }
    output.add(vector, columns);
    rows++;
    if (output.rows() >= maxRows) {
      finish();
    }
  }

  private DataType vectorType() {
    return write.rows().fields()[write.vectorOrdinal()].dataType();
  }

  private void start() throws IOException {
    UUID id = UUID.randomUUID();
    started.add(id);
    maxRows = memory.maxRows(write.config().indexConfig(check.dimension()));
    output = new SegmentOutput(write, id, check.dimension());
  }

  private void finish() throws IOException {
    long start = System.nanoTime();
    SegmentEntry entry;
    try {
      entry =
          output.finish(new BuildControl(memory.threads(), memory.bytes(), task::isInterrupted));
    } catch (IOException e) {
      // A build that stopped because it was asked to is no failure of the build.
      task.killTaskIfInterrupted();
      throw e;
    }
    output.close();
    output = null;
    buildNanos += System.nanoTime() - start;
    bytes += entry.totalBytes();
    finished.add(entry);
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (output != null) {
      finish();
    }
    task.killTaskIfInterrupted();
    return new WrittenSegments(
        partition, finished.isEmpty() ? 0 : check.dimension(), finished, buildNanos / 1_000_000);
  }

  @Override
  public void abort() throws IOException {
    try {
      close();
    } finally {
      deleteFiles();
    }
  }

  @Override
  public void close() throws IOException {
    if (output != null) {
      SegmentOutput unfinished = output;
      output = null;
      unfinished.close();
    }
    if (task.isInterrupted()) {
      // Spark drops the result of a killed task, so nobody else will ever know of these files.
      deleteFiles();
    }
  }

  private void deleteFiles() {
    SegmentFiles.delete(new TableFiles(write.root()), started, write.configuration());
    started.clear();
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return new CustomTaskMetric[] {
      new OmenMetrics.Value(OmenMetrics.RowsWritten.NAME, rows),
      new OmenMetrics.Value(OmenMetrics.SegmentsWritten.NAME, finished.size()),
      new OmenMetrics.Value(OmenMetrics.BytesWritten.NAME, bytes),
      new OmenMetrics.Value(OmenMetrics.BuildMillis.NAME, buildNanos / 1_000_000)
    };
  }
}
