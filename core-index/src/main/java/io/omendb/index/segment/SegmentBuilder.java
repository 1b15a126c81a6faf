/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.FileHeader;
import io.omendb.index.format.FormatWriter;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Builds one segment file. Rows go straight to the file as they are added; the heap holds none of
 * them. Owned by one thread.
 *
 * <pre>{@code
 * try (SegmentBuilder builder = SegmentBuilder.create(file, config, tableId, segmentId)) {
 *   for (float[] row : rows) {
 *     builder.add(row);
 *   }
 *   SegmentInfo info = builder.finish(control);
 * }
 * }</pre>
 */
public final class SegmentBuilder implements Closeable {
  /** Rows from which on a segment gets a graph; below, comparing every row is as fast. */
  static final int MIN_GRAPH_ROWS = 4096;

  private final Path file;
  private final IndexConfig config;
  private final UUID tableId;
  private final UUID segmentId;
  private final int minGraphRows;
  private final FormatWriter writer;
  private final RowWriter rowWriter;
  private int rows;
  private boolean closed;
  private boolean finished;

  private SegmentBuilder(
      Path file,
      IndexConfig config,
      UUID tableId,
      UUID segmentId,
      int minGraphRows,
      FormatWriter writer,
      RowWriter rowWriter) {
    this.file = file;
    this.config = config;
    this.tableId = tableId;
    this.segmentId = segmentId;
    this.minGraphRows = minGraphRows;
    this.writer = writer;
    this.rowWriter = rowWriter;
  }

  /**
   * Starts {@code file}, which must not exist.
   *
   * @param tableId identity of the table, kept in the header
   * @param segmentId identity of this file, never used for another one
   * @throws java.nio.file.FileAlreadyExistsException when the file exists
   */
  public static SegmentBuilder create(Path file, IndexConfig config, UUID tableId, UUID segmentId)
      throws IOException {
    return create(file, config, tableId, segmentId, MIN_GRAPH_ROWS);
  }

  /** Builds a graph from {@code minGraphRows} rows on, at least 1. */
  static SegmentBuilder create(
      Path file, IndexConfig config, UUID tableId, UUID segmentId, int minGraphRows)
      throws IOException {
    FormatWriter writer = FormatWriter.create(file, header(config, tableId, segmentId));
    try {
      RowWriter rowWriter = new RowWriter(writer, file, config);
      return new SegmentBuilder(file, config, tableId, segmentId, minGraphRows, writer, rowWriter);
    } catch (IOException | RuntimeException | Error e) {
      writer.close();
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /**
   * Heap that suffices for {@link #finish}, in bytes. With n rows of d floats, R slots, M bytes per
   * code, S = ceil(1.3 R), C = max(32, 1.5 R) and T threads, that is
   *
   * <pre>
   *   4 n (S + 1) + 8 n                 graph, insertion order, counts of back-edges
   *   + 8 n                             repair, with an incremental builder
   *   + 46 n + n (8 C + 2) / 4          partitions and candidates, with a partitioned one,
   *                                     or 12 n + 4 n R for the edges reversed, when that is more
   *   + 1 KiB d                         codebook, or less
   *   + 12 n                            unless the metric is L2
   *   + T (6.5 n + O(d (L + R + 2000))) scratch of each thread; 0.5 n instead of 6.5 n with an
   *     + T 5 MiB                       incremental builder
   * </pre>
   *
   * or, when that is more, what choosing the codes takes: the 4 d min(n, 16,384) bytes of the
   * sample from which a codebook is trained, or, to find principal components, 4 d (2 min(n, 8192)
   * + d + 396) + 1080 min(n, 8192) bytes and 128 min(n, 8192) for each thread. A partitioned build
   * that may use more is faster: up to 3/4 n (8 C + 2) bytes more are used, and the file is the
   * same. Vectors and codes are read from the file and not counted. Few rows need less: without a
   * graph a build needs nothing but its buffers. Those are 2 MiB, and 1 MiB and 4 d bytes more with
   * {@link VectorStorage#INT8}. Until the build ends, a file beside the segment takes M bytes per
   * row of disk when there is a graph, and another one 4 d with {@link VectorStorage#INT8}.
   *
   * @param rows in the segment
   * @param threads of the build
   */
  public static long estimatedMemory(IndexConfig config, int rows, int threads) {
    return estimatedMemory(config, rows, threads, MIN_GRAPH_ROWS);
  }

  private static long estimatedMemory(IndexConfig config, int rows, int threads, int minGraphRows) {
    long buffers = 2L * SegmentFormat.CHUNK_BYTES + RowWriter.heapBytes(config);
    return rows < minGraphRows ? buffers : buffers + GraphBuild.heapBytes(config, rows, threads);
  }

  /**
   * Appends a row; its ordinal is the number of rows before it.
   *
   * @param vector d finite floats; under cosine of a squared length that float can hold and that is
   *     not zero. Not kept.
   * @throws IllegalArgumentException when the vector is not such a one; nothing is appended then
   */
  public void add(float[] vector) throws IOException {
    requireOpen();
    if (rows == SegmentFormat.MAX_ROWS) {
      throw new IllegalStateException("a segment holds at most " + rows + " rows; start another");
    }
    requireVector(vector);
    rowWriter.write(vector);
    rows++;
  }

  /** Rows added so far. */
  public int size() {
    return rows;
  }

  /**
   * Trains, builds, writes and syncs the file. On failure the file is deleted.
   *
   * @throws IllegalArgumentException when the build would need more than the budget of memory
   * @throws java.io.InterruptedIOException when cancelled
   */
  public SegmentInfo finish(BuildControl control) throws IOException {
    requireOpen();
    try {
      requireMemory(control);
      rowWriter.end();
      boolean graph = rows >= minGraphRows;
      SegmentStats stats =
          graph
              ? new GraphBuild(file, writer, rowWriter, rows, config, control).run()
              : SegmentStats.NO_GRAPH;
      byte[] encoded = stats.encode();
      writer.beginSection(SectionId.STATS);
      writer.write(encoded, 0, encoded.length);
      writer.endSection();
      control.throwIfCancelled();
      writer.finish(rows);
      SegmentInfo info =
          new SegmentInfo(
              segmentId,
              tableId,
              graph ? config : config.withBuilder(GraphBuilder.INCREMENTAL),
              rows,
              graph,
              writer.fileBytes(),
              writer.fileCrc32c(),
              stats.recall());
      writer.close();
      finished = true;
      return info;
    } finally {
      close();
    }
  }

  /** Deletes the file unless {@link #finish} succeeded. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (rowWriter) {
      writer.close();
    } finally {
      if (!finished) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileHeader header(IndexConfig config, UUID tableId, UUID segmentId) {
    return new FileHeader(
        tableId,
        segmentId,
        config.dimension(),
        config.metric().wireId(),
        config.maxDegree(),
        config.buildListSize(),
        config.alpha(),
        config.pqSubspaces(),
        config.seed());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the builder of " + file + " is finished or closed");
    }
  }

  private void requireMemory(BuildControl control) {
    long needed = estimatedMemory(config, rows, control.threads(), minGraphRows);
    if (needed > control.memoryBudget()) {
      throw new IllegalArgumentException(
          String.format(
              "building a segment of %d rows x %d floats with maxDegree %d on %d threads needs %d"
                  + " MiB of heap, the budget is %d MiB; build more and smaller segments, or raise"
                  + " the budget",
              rows,
              config.dimension(),
              config.maxDegree(),
              control.threads(),
              (needed >> 20) + 1,
              control.memoryBudget() >> 20));
    }
  }

  private void requireVector(float[] vector) {
    if (vector.length != config.dimension()) {
      throw new IllegalArgumentException(
          String.format(
              "row %d has %d floats, the vectors of this segment have %d; give every row the same"
                  + " number",
              rows, vector.length, config.dimension()));
    }
    float squaredNorm = Kernels.BEST.dot(vector, 0, vector, 0, vector.length);
    if (!Float.isFinite(squaredNorm)) {
      requireFinite(vector);
    }
    if (config.metric() == Metric.COSINE
        && !(squaredNorm > 0f && squaredNorm < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          String.format(
              "row %d has squared length %s in float, so it has no direction and no cosine; leave"
                  + " the row out, scale it, or use another metric",
              rows, squaredNorm));
    }
  }

  /** Large floats are finite although their squares are not. */
  private void requireFinite(float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            String.format(
                "component %d of row %d is %s; replace it by a finite number or leave the row out",
                i, rows, vector[i]));
      }
    }
  }
}
