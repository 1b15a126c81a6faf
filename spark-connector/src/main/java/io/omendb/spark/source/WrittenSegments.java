/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.table.SegmentEntry;
import java.util.List;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What a task tells the driver.
 *
 * @param partition number of the task's partition
 * @param dimension of its vectors; 0 when it had no rows
 * @param segments finished and durable, in the order of their rows
 * @param buildMillis time spent building them
 */
record WrittenSegments(int partition, int dimension, List<SegmentEntry> segments, long buildMillis)
    implements WriterCommitMessage {

  WrittenSegments {
    segments = List.copyOf(segments);
  }
}
