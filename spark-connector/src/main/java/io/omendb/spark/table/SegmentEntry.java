/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.index.segment.RecallCurve;
import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

/**
 * One segment of a table as a version lists it. File names follow from the id, see {@link
 * TableFiles}.
 *
 * @param id identity of the segment, repeated in the header of its file
 * @param rows vectors in the file, deleted ones included; at least 1
 * @param bytes length of the segment file
 * @param crc32c CRC32C of the whole segment file
 * @param payload the other columns; null when the table has only the vector column
 * @param deletion the deleted rows; null when none is deleted
 * @param graph false when the segment is small and searched by brute force
 * @param recall measured while the segment was built
 */
public record SegmentEntry(
    UUID id,
    int rows,
    long bytes,
    int crc32c,
    PayloadEntry payload,
    DeletionEntry deletion,
    boolean graph,
    RecallCurve recall)
    implements Serializable {

  /** Throws IllegalArgumentException for counts that contradict each other. */
  public SegmentEntry {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(recall, "recall");
    if (rows <= 0) {
      throw new IllegalArgumentException("segment rows must be positive, was " + rows);
    }
    if (bytes <= 0) {
      throw new IllegalArgumentException("segment bytes must be positive, was " + bytes);
    }
    if (deletion != null && deletion.cardinality() > rows) {
      throw new IllegalArgumentException(
          "segment has " + rows + " rows but " + deletion.cardinality() + " deleted ones");
    }
    int previous = 0;
    for (RecallCurve.Point point : recall.points()) {
      if (point.listSize() <= previous || !isShare(point.recallAt10(), point.recallAt100())) {
        throw new IllegalArgumentException(
            "recall must be in [0, 1] at ascending list sizes, was " + recall);
      }
      previous = point.listSize();
    }
  }

  /** Rows that are not deleted. */
  public int liveRows() {
    return deletion == null ? rows : rows - deletion.cardinality();
  }

  /**
   * Bytes of the segment file and of the files that belong to it. Throws ArithmeticException above
   * 63 bits.
   */
  public long totalBytes() {
    long others =
        Math.addExact(
            payload == null ? 0 : payload.bytes(), deletion == null ? 0 : deletion.bytes());
    return Math.addExact(bytes, others);
  }

  private static boolean isShare(float... values) {
    for (float value : values) {
      if (!(value >= 0 && value <= 1)) {
        return false;
      }
    }
    return true;
  }
}
