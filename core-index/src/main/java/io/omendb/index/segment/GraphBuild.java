/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.FormatWriter;
import io.omendb.index.format.MappedFile;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.graph.ArrayGraph;
import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.graph.VamanaBuilder;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.quantization.Quantizer;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.VectorReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives a segment its quantizer, codes and graph: works on the mapping of what is written already
 * and appends the sections. Used once, by one thread, which starts its own workers.
 */
final class GraphBuild {
  private static final int MOST_HELD_OUT = 256;
  private static final int ENCODE_ROWS = 1024;

  private final Path file;
  private final FormatWriter writer;
  private final RowWriter rowWriter;
  private final int rows;
  private final IndexConfig config;
  private final BuildControl control;

  /** Writes behind the rows of {@code rowWriter}, the last section of {@code writer} so far. */
  GraphBuild(
      Path file,
      FormatWriter writer,
      RowWriter rowWriter,
      int rows,
      IndexConfig config,
      BuildControl control) {
    this.file = file;
    this.writer = writer;
    this.rowWriter = rowWriter;
    this.rows = rows;
    this.config = config;
    this.control = control;
  }

  /** Bytes of heap at the peak; the formula of {@link SegmentBuilder#estimatedMemory}. */
  static long heapBytes(IndexConfig config, int rows, int threads) {
    int d = config.dimension();
    int m = CodeChoice.mostCodeBytes(config);
    long train = CodeChoice.heapBytes(config, rows, threads);
    long encode = threads * (ENCODE_ROWS * (4L * d + m) + CodeChoice.encodeBytes(config));
    int graphDimension = MetricViews.graphDimension(config.metric(), d);
    long graph =
        heapBytesBesidesGraph(config, rows, threads)
            + VamanaBuilder.bytes(rows, graphDimension, config.graphConfig(), threads);
    long codebook = 4L * ProductQuantizer.CENTROIDS * d;
    long before = MetricViews.heapBytes(config.metric(), rows) + codebook + Math.max(train, encode);
    return Math.max(before, graph);
  }

  /** What is on the heap while the graph is built. */
  private static long heapBytesBesidesGraph(IndexConfig config, int rows, int threads) {
    int d = config.dimension();
    long navigator =
        CodeChoice.estimatorBytes(config)
            + 4L * d
            + (long) CodeChoice.mostCodeBytes(config) * config.graphConfig().slackDegree();
    return MetricViews.heapBytes(config.metric(), rows)
        + threads * navigator
        + 4L * ProductQuantizer.CENTROIDS * d
        + RecallMeter.heapBytes(rows, d, CodeChoice.estimatorBytes(config), heldOut(rows), threads);
  }

  /** Rows that wait outside of the graph until its recall is known. */
  static int heldOut(int rows) {
    return Math.min(MOST_HELD_OUT, rows / 20);
  }

  /** Trains, encodes, builds, measures and writes. */
  SegmentStats run() throws IOException {
    try (MappedFile mapped = writer.mapWritten();
        MappedFile floats = rowWriter.mapFloats()) {
      VectorReader vectors = rowWriter.added(mapped, floats, rows);
      MetricViews views = MetricViews.of(vectors, config.metric(), control.threads());
      control.throwIfCancelled();
      CodeChoice choice = new CodeChoice(vectors, views.codeSpace, config, control);
      Quantizer quantizer = choice.train();
      control.throwIfCancelled();
      write(quantizer);
      // Nodes are numbered when the graph is known, so codes wait for their place in the segment.
      try (SideFile side = new SideFile(file, ".codes")) {
        writeCodes(views.codeSpace, quantizer, side);
        try (MappedFile codes = side.map()) {
          boolean navigate = choice.tellsRowsApart() && config.metric() != Metric.INNER_PRODUCT;
          return buildGraph(
              vectors, rowWriter.stored(mapped, rows), views, quantizer, codes, navigate);
        }
      }
    }
  }

  private SegmentStats buildGraph(
      VectorReader vectors,
      MappedVectors stored,
      MetricViews views,
      Quantizer quantizer,
      MappedFile codesOfRows,
      boolean navigate)
      throws IOException {
    MappedCodes codes = new MappedCodes(codesOfRows, 0, quantizer.codeBytes());
    VamanaBuilder builder =
        new VamanaBuilder(
            views.graphSpace,
            config.graphConfig(),
            control.threads(),
            control.memoryBudget() - heapBytesBesidesGraph(config, rows, control.threads()),
            control.cancelled(),
            () -> navigate ? new CodeScorer(codes, quantizer, config.metric()) : null);
    int[] heldOut = builder.insertAllBut(heldOut(rows));
    RecallCurve recall = RecallCurve.EXACT;
    if (heldOut.length > 0) {
      recall =
          new RecallMeter(vectors, stored, config.metric(), heldOut, control)
              .measure(builder.graph(), codes, quantizer);
    }
    ArrayGraph graph = builder.finish();
    int[] nodeRows = builder.nearOrder();
    int[] nodes = inverse(nodeRows);
    writeCodes(codesOfRows, quantizer.codeBytes(), nodeRows);
    writeGraph(graph, nodeRows, nodes);
    writeNodeRows(nodeRows);
    if (config.builder() == GraphBuilder.PARTITIONED) {
      writer.beginSection(SectionId.PARTITIONED);
      writer.endSection();
    }
    return new SegmentStats(nodes[graph.entryPoint()], heldOut.length, recall);
  }

  /** The node of each row. */
  private static int[] inverse(int[] nodeRows) {
    int[] nodes = new int[nodeRows.length];
    for (int node = 0; node < nodes.length; node++) {
      nodes[nodeRows[node]] = node;
    }
    return nodes;
  }

  private void write(Quantizer quantizer) throws IOException {
    if (quantizer instanceof ProductQuantizer product) {
      float[] codebook = product.copyCodebook();
      writer.beginSection(SectionId.CODEBOOK);
      writer.write(codebook, 0, codebook.length);
    } else {
      TransformQuantizer transform = (TransformQuantizer) quantizer;
      writer.beginSection(SectionId.TRANSFORM);
      float[] mean = transform.copyMean();
      writer.write(mean, 0, mean.length);
      float[] scales = transform.copyScales();
      writer.write(scales, 0, scales.length);
      float[] steps = transform.copySteps();
      writer.write(steps, 0, steps.length);
      byte[] basis = transform.copyBasis();
      writer.write(basis, 0, basis.length);
    }
    writer.endSection();
  }

  private void writeCodes(VectorReader codeSpace, Quantizer quantizer, SideFile side)
      throws IOException {
    AtomicInteger next = new AtomicInteger();
    int batches = (rows + ENCODE_ROWS - 1) / ENCODE_ROWS;
    try {
      Parallel.forEach(
          control.threads(),
          Math.min(control.threads(), batches),
          thread -> {
            float[] vectors = new float[ENCODE_ROWS * config.dimension()];
            byte[] codes = new byte[ENCODE_ROWS * quantizer.codeBytes()];
            for (int b = next.getAndIncrement(); b < batches; b = next.getAndIncrement()) {
              if (control.isCancelled()) {
                return;
              }
              int first = b * ENCODE_ROWS;
              int n = Math.min(ENCODE_ROWS, rows - first);
              encode(codeSpace, first, n, quantizer, vectors, codes, side);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    control.throwIfCancelled();
  }

  private static void encode(
      VectorReader codeSpace,
      int first,
      int n,
      Quantizer quantizer,
      float[] vectors,
      byte[] codes,
      SideFile side) {
    for (int i = 0; i < n; i++) {
      codeSpace.read(first + i, vectors, i * codeSpace.dimension());
    }
    quantizer.encode(vectors, 0, n, codes, 0);
    int m = quantizer.codeBytes();
    try {
      side.write(ByteBuffer.wrap(codes, 0, n * m), (long) first * m);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes CODES, in the order of nodes. */
  private void writeCodes(MappedFile ofRows, int codeBytes, int[] nodeRows) throws IOException {
    byte[] code = new byte[codeBytes];
    writer.beginSection(SectionId.CODES);
    for (int node = 0; node < nodeRows.length; node++) {
      ofRows.getBytes((long) nodeRows[node] * codeBytes, code, 0, codeBytes);
      writer.write(code, 0, codeBytes);
    }
    writer.endSection();
  }

  private void writeNodeRows(int[] nodeRows) throws IOException {
    writer.beginSection(SectionId.NODE_ROWS);
    byte[] packed = new byte[3];
    int[] one = new int[1];
    for (int row : nodeRows) {
      one[0] = row;
      write(one, packed);
    }
    writer.endSection();
  }

  private void writeGraph(ArrayGraph graph, int[] nodeRows, int[] nodes) throws IOException {
    int slots = config.maxDegree();
    int[] record = new int[slots];
    byte[] packed = new byte[3 * slots];
    writer.beginSection(narrow() ? SectionId.GRAPH24 : SectionId.GRAPH);
    for (int node = 0; node < rows; node++) {
      int degree = graph.neighbors(nodeRows[node], record);
      for (int i = 0; i < degree; i++) {
        record[i] = nodes[record[i]];
      }
      Arrays.fill(record, degree, slots, SegmentFormat.NO_NEIGHBOR);
      write(record, packed);
    }
    writer.endSection();
  }

  /** Whether nodes and rows are written in three bytes. */
  private boolean narrow() {
    return rows <= SegmentFormat.NO_NEIGHBOR24;
  }

  private void write(int[] record, byte[] packed) throws IOException {
    if (narrow()) {
      pack(record, packed);
      writer.write(packed, 0, packed.length);
    } else {
      writer.write(record, 0, record.length);
    }
  }

  /** The lower three bytes of each number, the lowest first. */
  private static void pack(int[] record, byte[] packed) {
    for (int i = 0; i < record.length; i++) {
      packed[3 * i] = (byte) record[i];
      packed[3 * i + 1] = (byte) (record[i] >> 8);
      packed[3 * i + 2] = (byte) (record[i] >> 16);
    }
  }
}
