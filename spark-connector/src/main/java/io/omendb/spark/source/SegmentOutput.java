/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.SegmentBuilder;
import io.omendb.index.segment.SegmentInfo;
import io.omendb.spark.exec.Fingerprint;
import io.omendb.spark.exec.PayloadWriter;
import io.omendb.spark.table.PayloadEntry;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.Utils;

/**
 * One segment in the making: its vectors, and its other columns in the same order. On a local file
 * system the files are written under their final names, which nobody else uses; elsewhere they are
 * made on local disk and copied. Owned by one thread.
 */
final class SegmentOutput implements Closeable {
  private final SegmentWriterFactory write;
  private final UUID id;
  private final TableFiles files;
  private final Path temporary;
  private final Path segmentFile;
  private final Path payloadFile;
  private final SegmentBuilder builder;
  private PayloadWriter payload;

  /** Starts a segment of vectors with {@code dimension} floats. */
  SegmentOutput(SegmentWriterFactory write, UUID id, int dimension) throws IOException {
    this.write = write;
    this.id = id;
    this.files = new TableFiles(write.root());
    Path local = SegmentFiles.localPath(files.segment(id));
    if (local == null) {
      this.temporary =
          Files.createTempDirectory(
              Path.of(Utils.getLocalDir(SparkEnv.get().conf())), "omendb-build-");
      this.segmentFile = temporary.resolve(id + ".omx");
      this.payloadFile = temporary.resolve(id + ".parquet");
    } else {
      this.temporary = null;
      this.segmentFile = local;
      this.payloadFile = SegmentFiles.localPath(files.payload(id));
      Files.createDirectories(segmentFile.getParent());
      if (write.payload() != null) {
        Files.createDirectories(payloadFile.getParent());
      }
    }
    this.builder =
        SegmentBuilder.create(
            segmentFile, write.config().indexConfig(dimension), write.tableId(), id);
    this.payload = write.payload() == null ? null : write.payload().create(payloadFile);
  }

  /** Appends a row; {@code columns} is not looked at when there is no payload. */
  void add(float[] vector, InternalRow columns) throws IOException {
    builder.add(vector);
    if (payload != null) {
      payload.write(columns);
    }
  }

  int rows() {
    return builder.size();
  }

  /** Builds the index and makes both files durable at their final names. */
  SegmentEntry finish(BuildControl control) throws IOException {
    PayloadEntry payloadEntry = null;
    if (payload != null) {
      payload.close();
      payload = null;
      Fingerprint written =
          temporary == null
              ? SegmentFiles.sync(payloadFile)
              : SegmentFiles.upload(payloadFile, files.payload(id), write.configuration());
      payloadEntry = new PayloadEntry(written.bytes(), written.crc32c());
    }
    SegmentInfo info = builder.finish(control);
    if (temporary == null) {
      SegmentFiles.syncDirectory(segmentFile.getParent());
    } else {
      SegmentFiles.upload(segmentFile, files.segment(id), write.configuration())
          .require(new Fingerprint(info.fileBytes(), info.fileCrc32c()), segmentFile.toString());
    }
    return new SegmentEntry(
        id,
        info.rows(),
        info.fileBytes(),
        info.fileCrc32c(),
        payloadEntry,
        null,
        info.hasGraph(),
        info.recall());
  }

  /** Frees memory and local copies; files at their final names are the caller's. */
  @Override
  public void close() throws IOException {
    try {
      builder.close();
      if (payload != null) {
        payload.close();
      }
    } finally {
      if (temporary != null) {
        Utils.deleteRecursively(temporary.toFile());
      }
    }
  }
}
