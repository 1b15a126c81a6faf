/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.exec.PayloadRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/** Reads a segment in a task. */
record SegmentReaderFactory(PayloadReader reader) implements PartitionReaderFactory {

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    try {
      return new Reader(reader.scan(((SegmentPartition) partition).file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Reader implements PartitionReader<InternalRow> {
    private final PayloadRows rows;
    private long count;

    private Reader(PayloadRows rows) {
      this.rows = rows;
    }

    @Override
    public boolean next() {
      if (!rows.hasNext()) {
        return false;
      }
      count++;
      return true;
    }

    @Override
    public InternalRow get() {
      return rows.next();
    }

    @Override
    public CustomTaskMetric[] currentMetricsValues() {
      return new CustomTaskMetric[] {new OmenMetrics.Value(OmenMetrics.RowsRead.NAME, count)};
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
