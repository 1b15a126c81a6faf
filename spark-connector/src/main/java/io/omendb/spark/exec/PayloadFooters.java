/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.spark.error.ReadErrors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.ref.SoftReference;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * Footers of the payload files that this JVM read lately: a join fetches from the same files for
 * every batch of queries. Payload files never change, so a footer is found by the segment's id.
 * Thread-safe.
 */
final class PayloadFooters {

  private static final int MAX_FOOTERS = 256;

  private static final Map<UUID, SoftReference<ParquetMetadata>> LATELY_READ =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(
                Map.Entry<UUID, SoftReference<ParquetMetadata>> eldest) {
              return size() > MAX_FOOTERS;
            }
          });

  /** Local payload files whose every byte was verified, as they were then. */
  private static final Map<UUID, FileTime> VERIFIED = new ConcurrentHashMap<>();

  private PayloadFooters() {}

  /** The footer of a payload, whose length and rows are those that the version lists. */
  static ParquetMetadata read(SegmentFile file, HadoopInputFile input, SeekableInputStream stream)
      throws IOException {
    SoftReference<ParquetMetadata> known = LATELY_READ.get(file.entry().id());
    ParquetMetadata footer = known == null ? null : known.get();
    if (footer == null) {
      footer = decode(file, input, stream);
      LATELY_READ.put(file.entry().id(), new SoftReference<>(footer));
    }
    return footer;
  }

  /**
   * Opens a payload whose length is the one that the version lists. One on a local disk is read
   * once and compared with its checksum: unlike other file systems, the disk does not do that, and
   * Parquet has no checksum for its footer, where a flipped bit could hide rows from a filter.
   */
  static HadoopInputFile open(SegmentFile file, Configuration conf) throws IOException {
    String name = file.payloadPath().toString();
    try {
      if (file.isLocal()) {
        verifyOnce(file, SegmentFile.local(file.payloadPath()));
      }
      HadoopInputFile input = HadoopInputFile.fromPath(file.payloadPath(), conf);
      long expected = file.entry().payload().bytes();
      if (input.getLength() != expected) {
        throw ReadErrors.changedFile(name, expected + " bytes", input.getLength() + " bytes");
      }
      return input;
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw ReadErrors.missingFile(name, e);
    }
  }

  private static void verifyOnce(SegmentFile file, Path path) throws IOException {
    FileTime modified = Files.getLastModifiedTime(path);
    if (modified.equals(VERIFIED.get(file.entry().id()))) {
      return;
    }
    LATELY_READ.remove(file.entry().id());
    try (InputStream in = Files.newInputStream(path)) {
      Fingerprint.of(in).require(file.payloadFingerprint(), path.toString());
    }
    VERIFIED.put(file.entry().id(), modified);
  }

  private static ParquetMetadata decode(
      SegmentFile file, HadoopInputFile input, SeekableInputStream stream) throws IOException {
    String name = file.payloadPath().toString();
    ParquetMetadata footer;
    try {
      footer =
          ParquetFileReader.readFooter(
              input,
              HadoopReadOptions.builder(input.getConfiguration(), input.getPath()).build(),
              stream);
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw ReadErrors.damagedFile(name, e);
    }
    long rows = 0;
    for (BlockMetaData block : footer.getBlocks()) {
      rows += block.getRowCount();
    }
    if (rows != file.entry().rows()) {
      throw ReadErrors.changedFile(name, file.entry().rows() + " rows", rows + " rows");
    }
    return footer;
  }
}
