/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.spark.error.Errors;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The versions of one table: finds the latest, loads any, publishes the next. Thread-safe, and safe
 * against other processes. Failures of the file system leave as UncheckedIOException with the
 * original as cause.
 */
public final class TableLog {

  private final Configuration conf;
  private final FileSystem fs;
  private final TableFiles files;
  private final VersionReader reader;

  /** The table at {@code root}, a path of any Hadoop file system; nothing is read yet. */
  public TableLog(Configuration conf, String root) {
    this.conf = conf;
    try {
      Path path = new Path(root);
      FileSystem found = path.getFileSystem(conf);
      this.files = new TableFiles(found.makeQualified(path).toString());
      // Version files carry their own checksum, and a stale .crc beside one must not hide it.
      this.fs = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
    } catch (IOException e) {
      throw Errors.io("cannot open '" + root + "'", e);
    }
    this.reader = new VersionReader(fs, files);
  }

  /** Where the files of the table are; its root is fully qualified. */
  public TableFiles files() {
    return files;
  }

  /**
   * The newest version; empty when no table is there.
   *
   * @throws io.omendb.spark.error.CorruptDataException when the newest version file is damaged or
   *     one below it is missing; the version before is never taken instead
   * @throws io.omendb.spark.error.OmenException when a newer release is needed to read the table
   */
  public Optional<TableVersion> latest() {
    try {
      return reader.latest().map(ManifestCodec.Decoded::version);
    } catch (IOException e) {
      throw Errors.io("cannot read the versions of table '" + files.root() + "'", e);
    }
  }

  /** Like {@link #latest()}; throws OmenException when no table is there. */
  public TableVersion current() {
    return latest().orElseThrow(() -> Errors.notATable(files.root()));
  }

  /**
   * One version.
   *
   * @throws io.omendb.spark.error.SnapshotExpiredException when it is below the floor
   * @throws io.omendb.spark.error.OmenException when it never existed, or as {@link #latest()}
   */
  public TableVersion load(long version) {
    TableVersion newest = current();
    if (version == newest.version()) {
      return newest;
    }
    if (version < 1 || version > newest.version()) {
      throw Errors.noSuchVersion(files.root(), version, newest.floor(), newest.version());
    }
    if (version < newest.floor()) {
      throw Errors.snapshotExpired(files.root(), version, newest.floor(), newest.version());
    }
    try {
      return reader.read(version).version();
    } catch (IOException e) {
      throw Errors.io("cannot read version " + version + " of table '" + files.root() + "'", e);
    }
  }

  /**
   * Publishes {@code change} as the next version and returns it; returns the newest version when
   * that contains the change's transaction already. When other writers were faster, the change is
   * put on top of theirs if {@link ConflictRules} allow it. An interrupt does not tear the commit:
   * it only ends the tries, and the thread is still interrupted afterwards.
   *
   * @throws io.omendb.spark.error.CommitStateUnknownException when it could not be found out
   *     whether the version was published: the files of the change must be kept
   * @throws io.omendb.spark.error.CommitConflictException when the change does not fit what others
   *     published; like every other exception it means that nothing was published
   */
  public TableVersion commit(Change change) {
    try {
      CommitStore store = CommitStore.forTable(fs, files, conf);
      return commit(
          new Commit.Environment(fs, files, store, InstantSource.system(), TableLog::pause),
          change);
    } catch (IOException e) {
      throw Errors.io("cannot commit to table '" + files.root() + "'", e);
    }
  }

  /**
   * Runs the commit on a thread of its own, because an interrupt closes the files of its thread.
   */
  static TableVersion commit(Commit.Environment environment, Change change) throws IOException {
    AtomicBoolean cancelled = new AtomicBoolean();
    FutureTask<TableVersion> task =
        new FutureTask<>(() -> new Commit(environment, change, cancelled).run());
    Thread thread = new Thread(task, "omendb-commit");
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
          cancelled.set(true);
        }
      }
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException unwrapped(Throwable failure) throws IOException {
    if (failure instanceof IOException io) {
      return io;
    }
    if (failure instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException(failure);
  }

  private static void pause(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
