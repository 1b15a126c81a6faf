/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.index.segment.RecallCurve;
import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Small tables whose files have the declared length and no meaning. */
final class TestTables {

  static final String SCHEMA = "{\"type\":\"struct\",\"fields\":[]}";

  private TestTables() {}

  static TableConfig config(int dimension) {
    return new TableConfig(
        "v", dimension, Metric.L2, 32, 100, 1.2f, 0, 42L, 0.95, VectorStorage.FLOAT32);
  }

  static SegmentEntry segment(int rows) {
    return new SegmentEntry(
        UUID.randomUUID(), rows, rows * 8L, 7, null, null, false, RecallCurve.EXACT);
  }

  /** A segment with its files in the table at {@code root}. */
  static SegmentEntry written(String root, int rows) {
    return written(new Configuration(), root, rows);
  }

  static SegmentEntry written(Configuration conf, String root, int rows) {
    SegmentEntry bare = segment(rows);
    SegmentEntry segment =
        new SegmentEntry(
            bare.id(),
            rows,
            bare.bytes(),
            7,
            new PayloadEntry(rows * 4L, 9),
            null,
            false,
            RecallCurve.EXACT);
    TableFiles files = new TableFiles(root);
    write(conf, files.segment(segment.id()), (int) segment.bytes());
    write(conf, files.payload(segment.id()), (int) segment.payload().bytes());
    return segment;
  }

  static void write(Configuration conf, Path file, int bytes) {
    try {
      FileSystem fs = file.getFileSystem(conf);
      try (OutputStream out = fs.create(file, false)) {
        out.write(new byte[bytes]);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Change.Create create(SegmentEntry... segments) {
    return new Change.Create(
        UUID.randomUUID(),
        SCHEMA,
        config(segments.length == 0 ? 0 : 8),
        List.of(segments),
        Optional.empty(),
        Map.of());
  }

  static Change.Append append(TableVersion base, SegmentEntry... segments) {
    return new Change.Append(base, 8, List.of(segments), Optional.empty(), Map.of());
  }

  static Change.Overwrite overwrite(TableVersion base, SegmentEntry... segments) {
    return new Change.Overwrite(
        base, SCHEMA, config(8), List.of(segments), Optional.empty(), Map.of());
  }
}
