/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.segment.Segment;
import java.io.Closeable;

/**
 * A reference to an opened segment of this JVM. The segment stays mapped until the last handle is
 * closed and the cache evicts it. Close once, by any thread; further closes do nothing.
 */
public final class SegmentHandle implements Closeable {
  private final Segment segment;

  SegmentHandle(Segment segment) {
    this.segment = segment;
  }

  /** The segment, valid until {@link #close}. */
  public Segment segment() {
    return segment;
  }

  @Override
  public void close() {}
}
