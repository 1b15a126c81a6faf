/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.spark.conf.OmenOptions;
import io.omendb.spark.error.ReadErrors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * The opened segments of this JVM, shared by all its tasks. A segment on a local file system is
 * mapped where it is; one elsewhere is first copied to Spark's local directories. Segments that no
 * task holds are closed, least recently used first, when copies exceed their limit or too many are
 * idle. Thread-safe.
 */
public final class SegmentCache {

  /** Opened segments that nobody holds; enough that the segments of one table stay open. */
  private static final int MAX_IDLE = 256;

  private static final SegmentCache OF_THIS_JVM =
      new SegmentCache(
          OmenOptions.CACHE_MAX_BYTES.of(
              SparkEnv.get() == null ? new SparkConf(false) : SparkEnv.get().conf()),
          new SegmentOpener());

  /** Loads run here, so that killing the task that waits first does not fail those that join it. */
  private static final ExecutorService LOADERS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "omendb-segment-loader");
            thread.setDaemon(true);
            return thread;
          });

  record Key(UUID tableId, UUID segmentId, long bytes, int crc32c) {}

  /** Guarded by the cache, but for the future. */
  static final class Entry {
    private final Key key;
    private final SegmentFile file;
    private final CompletableFuture<SegmentOpener.Opened> opened = new CompletableFuture<>();
    private int holders;
    private long reserved;
    private boolean detached;

    private Entry(Key key, SegmentFile file) {
      this.key = key;
      this.file = file;
    }

    SegmentFile file() {
      return file;
    }

    /** Open and held by nobody; one that is being opened is left alone. */
    private boolean isIdle() {
      return holders == 0 && opened.isDone();
    }

    /** Open, but the file was changed or removed since: whoever comes now must not trust it. */
    private boolean isStale() {
      return opened.isDone() && !opened.isCompletedExceptionally() && !opened.join().isCurrent();
    }
  }

  private final long maxBytes;
  private final SegmentOpener opener;

  /** In the order of their last use. */
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private long reservedBytes;

  /** A cache of its own, whose copies may take {@code maxBytes}. */
  SegmentCache(long maxBytes, SegmentOpener opener) {
    this.maxBytes = maxBytes;
    this.opener = opener;
  }

  /**
   * Opens a segment, or shares it when it is open. The first call verifies every byte. The caller
   * closes the handle, in a task at the latest in its completion listener.
   *
   * @throws IOException when the file cannot be read, or this thread is interrupted while waiting
   */
  public static SegmentHandle acquire(SegmentFile file, Configuration conf) throws IOException {
    VectorApi.warnOnceIfMissing();
    return OF_THIS_JVM.open(file, conf);
  }

  SegmentHandle open(SegmentFile file, Configuration conf) throws IOException {
    Key key =
        new Key(file.tableId(), file.entry().id(), file.entry().bytes(), file.entry().crc32c());
    Entry entry;
    synchronized (this) {
      entry = entries.get(key);
      if (entry != null && entry.isStale()) {
        detach(entry);
        entry = null;
      }
      if (entry == null) {
        Entry fresh = new Entry(key, file);
        entries.put(key, fresh);
        LOADERS.execute(() -> load(fresh, conf));
        entry = fresh;
      }
      entry.holders++;
    }
    try {
      return new SegmentHandle(this, entry, entry.opened.get().segment());
    } catch (InterruptedException e) {
      release(entry);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while opening " + file.segmentPath());
    } catch (ExecutionException e) {
      release(entry);
      throw rethrown(e.getCause());
    }
  }

  /** The failure of a loader thread, as the failure of the thread that waited for it. */
  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException(cause.getMessage(), cause);
  }

  private void load(Entry entry, Configuration conf) {
    try {
      if (!entry.file.isLocal()) {
        reserve(entry);
      }
      entry.opened.complete(opener.open(entry.file, conf));
    } catch (Throwable failure) {
      synchronized (this) {
        detach(entry);
      }
      entry.opened.completeExceptionally(failure);
    }
  }

  private synchronized void reserve(Entry entry) {
    long need = entry.key.bytes();
    Iterator<Entry> oldestFirst = entries.values().iterator();
    while (reservedBytes + need > maxBytes && oldestFirst.hasNext()) {
      Entry candidate = oldestFirst.next();
      if (candidate.isIdle() && candidate.reserved > 0) {
        oldestFirst.remove();
        dispose(candidate);
      }
    }
    if (reservedBytes + need > maxBytes) {
      throw ReadErrors.cacheFull(
          entry.file.segmentPath().toString(),
          need,
          maxBytes,
          OmenOptions.CACHE_MAX_BYTES.confKey().orElseThrow());
    }
    reservedBytes += need;
    entry.reserved = need;
  }

  synchronized void release(Entry entry) {
    entry.holders--;
    if (entry.holders > 0) {
      return;
    }
    if (entry.detached) {
      dispose(entry);
      return;
    }
    int idle = 0;
    for (Entry candidate : entries.values()) {
      idle += candidate.isIdle() ? 1 : 0;
    }
    Iterator<Entry> oldestFirst = entries.values().iterator();
    while (idle > MAX_IDLE && oldestFirst.hasNext()) {
      Entry candidate = oldestFirst.next();
      if (candidate.isIdle()) {
        oldestFirst.remove();
        dispose(candidate);
        idle--;
      }
    }
  }

  /** Makes later calls open the file anew; those who hold the segment keep it. */
  synchronized void detach(Entry entry) {
    if (entry.detached) {
      return;
    }
    entry.detached = true;
    entries.remove(entry.key, entry);
    opener.distrust(entry.file);
    if (entry.holders == 0) {
      dispose(entry);
    }
  }

  /** Segments that are open or being opened, and the bytes of local copies. */
  synchronized long[] usage() {
    return new long[] {entries.size(), reservedBytes};
  }

  /** Called once per entry that is no longer listed and held by nobody. */
  private void dispose(Entry entry) {
    reservedBytes -= entry.reserved;
    entry.reserved = 0;
    entry.opened.thenAccept(SegmentOpener.Opened::close);
  }
}
