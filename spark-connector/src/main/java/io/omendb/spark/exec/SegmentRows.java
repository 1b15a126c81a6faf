/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Puts together what the files of a segment hold. A row starts with the columns that are not in the
 * payload (vector, {@code _segment}, {@code _ordinal}, each if required) and goes on with those
 * that are.
 */
final class SegmentRows implements PayloadRows {
  private final PayloadReader.Layout layout;
  private final int rows;
  private final int[] wanted;
  private final PayloadFile payload;
  private final SegmentHandle handle;

  private final float[] vector;
  private final Object[] front;
  private final GenericInternalRow frontRow;
  private final JoinedRow joined = new JoinedRow();

  private int read;
  private int ordinal = -1;
  private boolean ready;

  /**
   * Takes over {@code payload} and {@code handle} and closes them.
   *
   * @param wanted ordinals to return, ascending; null for all that the payload gives
   * @param count number of wanted ordinals, or of rows when {@code wanted} is null
   * @param payload null when no column of it is required
   * @param handle null when the vector is not required
   */
  SegmentRows(
      PayloadReader.Layout layout,
      SegmentFile file,
      int[] wanted,
      int count,
      PayloadFile payload,
      SegmentHandle handle) {
    this.layout = layout;
    this.wanted = wanted;
    this.rows = count;
    this.payload = payload;
    this.handle = handle;
    this.vector = handle == null ? null : new float[handle.segment().info().config().dimension()];
    this.front = new Object[layout.frontColumns()];
    this.frontRow = new GenericInternalRow(front);
    if (layout.segmentColumn() >= 0) {
      front[layout.segmentColumn()] = UTF8String.fromString(file.entry().id().toString());
    }
  }

  @Override
  public int ordinal() {
    return ordinal;
  }

  @Override
  public boolean hasNext() {
    if (!ready) {
      try {
        ready = advance();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ready;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ready = false;
    if (front.length == 0) {
      return payload == null ? frontRow : payload.row();
    }
    if (layout.vectorColumn() >= 0) {
      front[layout.vectorColumn()] = vectorValue();
    }
    if (layout.ordinalColumn() >= 0) {
      front[layout.ordinalColumn()] = ordinal;
    }
    return payload == null ? frontRow : joined.apply(frontRow, payload.row());
  }

  private boolean advance() throws IOException {
    if (wanted == null && payload != null) {
      if (!payload.next()) {
        return false;
      }
      ordinal = payload.ordinal();
      return true;
    }
    if (read == rows) {
      return false;
    }
    ordinal = wanted == null ? read : wanted[read];
    read++;
    while (payload != null && (read == 1 || payload.ordinal() < ordinal)) {
      if (!payload.next()) {
        throw new IllegalArgumentException("ordinal " + ordinal + " is not in the segment");
      }
      if (payload.ordinal() == ordinal) {
        break;
      }
    }
    return true;
  }

  /** The original where the payload keeps one, else the floats of the segment. */
  private Object vectorValue() {
    int original = layout.originalColumn();
    if (original >= 0 && !payload.row().isNullAt(original)) {
      return payload.row().get(original, layout.vectorType());
    }
    try {
      handle.segment().readVector(ordinal, vector);
    } catch (InternalError e) {
      throw handle.unreadable(e);
    }
    return layout.vectors().toCatalyst(vector);
  }

  @Override
  public void close() throws IOException {
    try {
      if (payload != null) {
        payload.close();
      }
    } finally {
      if (handle != null) {
        handle.close();
      }
    }
  }
}
