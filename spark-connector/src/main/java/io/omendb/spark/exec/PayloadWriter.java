/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.Closeable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;

/** A payload file in the making. Owned by one thread. */
public final class PayloadWriter implements Closeable {
  private final OutputWriter writer;

  PayloadWriter(OutputWriter writer) {
    this.writer = writer;
  }

  /** Appends a row of the payload's columns. */
  public void write(InternalRow row) {
    writer.write(row);
  }

  /** Completes the file, or what there is of it. Once. */
  @Override
  public void close() {
    writer.close();
  }
}
