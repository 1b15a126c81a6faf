/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableFiles;
import java.io.File;
import java.io.Serializable;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * A segment of one table version, as the driver ships it to tasks: enough to find, verify and open
 * its files without reading the log.
 *
 * @param root directory of the table, as a qualified Hadoop path
 * @param tableId identity of the table
 * @param entry the segment as the version lists it
 */
public record SegmentFile(String root, UUID tableId, SegmentEntry entry) implements Serializable {

  /** Whether the table is on a file system of this machine. */
  boolean isLocal() {
    String scheme = segmentPath().toUri().getScheme();
    return scheme == null || scheme.equals("file");
  }

  /** The file of this machine that a Hadoop path names. */
  static java.nio.file.Path local(Path path) {
    return new File(path.toUri().getPath()).toPath();
  }

  /** What the segment file must be. */
  Fingerprint segmentFingerprint() {
    return new Fingerprint(entry.bytes(), entry.crc32c());
  }

  /** What the payload file must be. */
  Fingerprint payloadFingerprint() {
    return new Fingerprint(entry.payload().bytes(), entry.payload().crc32c());
  }

  /** The file with the vectors and the graph. */
  public Path segmentPath() {
    return new TableFiles(root).segment(entry.id());
  }

  /** The Parquet file with the other columns; meaningful only when the entry has a payload. */
  public Path payloadPath() {
    return new TableFiles(root).payload(entry.id());
  }
}
