/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.spark.error.Errors;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Finds and reads version files. Stateless, thread-safe. */
final class VersionReader {

  private final FileSystem fs;
  private final TableFiles files;

  VersionReader(FileSystem fs, TableFiles files) {
    this.fs = fs;
    this.files = files;
  }

  /**
   * The newest version; empty when there is none. Never steps back: when the newest file is damaged
   * or one below it is missing, that is an error and not the version before.
   */
  Optional<ManifestCodec.Decoded> latest() throws IOException {
    NavigableSet<Long> listed = list();
    if (listed.isEmpty()) {
      return Optional.empty();
    }
    long newest = listed.last();
    // A listing that runs beside commits may miss files made meanwhile, so it is only a lower
    // bound.
    while (exists(newest + 1)) {
      newest++;
    }
    ManifestCodec.Decoded decoded = read(newest);
    for (long v = decoded.version().floor(); v < newest; v++) {
      if (!listed.contains(v) && !exists(v)) {
        throw Errors.versionMissing(files.root(), v, newest);
      }
    }
    return Optional.of(decoded);
  }

  /** The largest version number in the log directory; empty when it has none. */
  OptionalLong highest() throws IOException {
    NavigableSet<Long> listed = list();
    return listed.isEmpty() ? OptionalLong.empty() : OptionalLong.of(listed.last());
  }

  /** Reads one version file. Throws FileNotFoundException when there is none. */
  ManifestCodec.Decoded read(long version) throws IOException {
    Path file = files.version(version);
    long length = fs.getFileStatus(file).getLen();
    if (length > ManifestCodec.MAX_FILE_BYTES) {
      throw Errors.corruptVersionFile(
          file.toString(), "it has " + length + " bytes, more than a version file can have", null);
    }
    byte[] bytes = new byte[(int) length];
    try (FSDataInputStream in = fs.open(file)) {
      in.readFully(bytes);
    } catch (EOFException e) {
      throw Errors.corruptVersionFile(file.toString(), "it is shorter than its listed length", e);
    }
    ManifestCodec.Decoded decoded = ManifestCodec.decode(file.toString(), version, bytes);
    if (Totals.of(decoded.version().segments()).deleted() > 0) {
      // The format has deletions and scans do not hide them yet: no rows rather than wrong ones.
      throw Errors.unknownReaderFeatures(file.toString(), List.of(ManifestCodec.DELETION_VECTORS));
    }
    return decoded;
  }

  private NavigableSet<Long> list() throws IOException {
    NavigableSet<Long> versions = new TreeSet<>();
    try {
      RemoteIterator<FileStatus> statuses = fs.listStatusIterator(files.log());
      while (statuses.hasNext()) {
        TableFiles.versionOf(statuses.next().getPath().getName()).ifPresent(versions::add);
      }
    } catch (FileNotFoundException e) {
      // No log directory: no table.
      return new TreeSet<>();
    }
    return versions;
  }

  private boolean exists(long version) throws IOException {
    return fs.exists(files.version(version));
  }
}
