/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.util.List;

/**
 * What the segments of a version add up to. Stored in the version file and compared when it is
 * read, so that a version which lost or gained an entry is noticed.
 *
 * @param segments number of segments
 * @param rows vectors in the files, deleted ones included
 * @param deleted rows that are deleted
 * @param bytes of all files
 */
record Totals(long segments, long rows, long deleted, long bytes) {

  /** Throws ArithmeticException when the sizes exceed 63 bits. */
  static Totals of(List<SegmentEntry> segments) {
    long rows = 0;
    long live = 0;
    long bytes = 0;
    for (SegmentEntry segment : segments) {
      rows += segment.rows();
      live += segment.liveRows();
      bytes = Math.addExact(bytes, segment.totalBytes());
    }
    return new Totals(segments.size(), rows, rows - live, bytes);
  }
}
