/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.segment.Segment;
import io.omendb.spark.error.ReadErrors;
import java.io.Closeable;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A reference to an opened segment of this JVM. The segment stays mapped until the last handle is
 * closed and the cache evicts it. Close by any thread; further closes do nothing.
 */
public final class SegmentHandle implements Closeable {
  private final SegmentCache cache;
  private final SegmentCache.Entry entry;
  private final Segment segment;
  private final AtomicBoolean closed = new AtomicBoolean();

  SegmentHandle(SegmentCache cache, SegmentCache.Entry entry, Segment segment) {
    this.cache = cache;
    this.entry = entry;
    this.segment = segment;
  }

  /** The segment, valid until {@link #close}. */
  public Segment segment() {
    return segment;
  }

  /**
   * What to throw when reading the mapped file failed. The JVM raises InternalError when a page of
   * a mapping cannot be read, because the file was truncated or the disk failed; Spark would end
   * the executor for it. The next task opens the file anew and verifies it.
   */
  public RuntimeException unreadable(InternalError error) {
    cache.detach(entry);
    return ReadErrors.damagedFile(entry.file().segmentPath().toString(), error);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      cache.release(entry);
    }
  }
}
