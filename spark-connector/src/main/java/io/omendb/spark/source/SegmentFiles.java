/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.error.ReadErrors;
import io.omendb.spark.exec.Fingerprint;
import io.omendb.spark.table.TableFiles;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the files of segments to where the table is, and removes those of a failed write. */
final class SegmentFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

  private SegmentFiles() {}

  /** The path on this machine's disk, null when the file system is another. */
  static Path localPath(org.apache.hadoop.fs.Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file")
        ? new File(path.toUri().getPath()).toPath()
        : null;
  }

  /** Makes a local file and its name durable and reads it back. */
  static Fingerprint sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    syncDirectory(file.getParent());
    try (InputStream in = Files.newInputStream(file)) {
      return Fingerprint.of(in);
    }
  }

  /** Makes the names in a local directory durable. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Copies a local file to a name that nobody else uses, and makes it durable there. */
  static Fingerprint upload(Path file, org.apache.hadoop.fs.Path target, Configuration conf)
      throws IOException {
    FileSystem fs = target.getFileSystem(conf);
    Fingerprint copied;
    try (InputStream in = Files.newInputStream(file);
        FSDataOutputStream out = fs.create(target, false)) {
      copied = Fingerprint.ofCopy(in, out);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    }
    long found = fs.getFileStatus(target).getLen();
    if (found != copied.bytes()) {
      throw ReadErrors.changedFile(target.toString(), copied.bytes() + " bytes", found + " bytes");
    }
    return copied;
  }

  /** Deletes the files of segments that no version lists. What cannot be deleted is logged. */
  static void delete(TableFiles files, Collection<UUID> segments, Configuration conf) {
    for (UUID id : segments) {
      for (org.apache.hadoop.fs.Path path : List.of(files.segment(id), files.payload(id))) {
        try {
          path.getFileSystem(conf).delete(path, false);
        } catch (IOException e) {
          LOG.warn("Cannot delete {}, which a failed write left behind", path, e);
        }
      }
    }
  }
}
