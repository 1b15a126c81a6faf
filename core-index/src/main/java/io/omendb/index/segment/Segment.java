/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.FileHeader;
import io.omendb.index.format.FormatReader;
import io.omendb.index.format.MappedFile;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.format.SegmentFormat.TransformBlocks;
import io.omendb.index.graph.Graph;
import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.quantization.Quantizer;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.VectorReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An opened segment. Immutable, shared by any number of threads, no locks.
 *
 * <p>The file is mapped, and reading unmapped memory would end the process. So every search and
 * every read holds a reference to the mapping for its own length, at the price of two atomic
 * additions. {@link #close} may come at any time from any thread: it returns at once, calls that
 * are under way finish undisturbed, later ones throw IllegalStateException, and the last one out
 * unmaps.
 */
public final class Segment implements Closeable {
  private final SegmentInfo info;
  private final MappedFile file;
  private final MappedVectors vectors;
  private final MappedCodes codes;
  private final MappedGraph graph;
  private final NodeOrder nodeOrder;
  private final Quantizer quantizer;

  private Segment(FormatReader reader, SegmentInfo info, SegmentStats stats) throws IOException {
    this.info = info;
    this.file = reader.map();
    IndexConfig config = info.config();
    this.vectors = new MappedVectors(file, vectorsSection(reader), info.rows(), config.dimension());
    if (info.hasGraph()) {
      this.quantizer = quantizer(reader, file, config);
      this.codes =
          new MappedCodes(file, reader.section(SectionId.CODES).offset(), quantizer.codeBytes());
      this.graph =
          new MappedGraph(
              file, graphSection(reader), info.rows(), config.maxDegree(), stats.entryPoint());
      this.nodeOrder =
          NodeOrder.of(
              file, reader.section(SectionId.NODE_ROWS), graphSection(reader), info.rows());
    } else {
      this.codes = null;
      this.graph = null;
      this.nodeOrder = null;
      this.quantizer = null;
    }
  }

  /**
   * Reads and verifies every byte as a stream, then maps the file.
   *
   * @throws CorruptIndexException when anything is not as a writer leaves it
   * @throws io.omendb.index.format.UnsupportedFormatException when the file is newer than this
   *     library
   */
  public static Segment open(Path file) throws IOException {
    return open(file, true);
  }

  /**
   * Maps a file whose bytes were verified before by this process. Reads header, table of contents
   * and statistics only, in a time that does not depend on the rows. A file that was damaged since
   * gives wrong answers or unchecked exceptions.
   *
   * @throws CorruptIndexException when what is read is damaged
   * @throws io.omendb.index.format.UnsupportedFormatException when the file is newer than this
   *     library
   */
  public static Segment openVerified(Path file) throws IOException {
    return open(file, false);
  }

  private static Segment open(Path file, boolean verify) throws IOException {
    try (FormatReader reader = FormatReader.open(file)) {
      SegmentStats stats = stats(reader, file);
      if (verify) {
        reader.verify(new ContentCheck(file, reader));
      }
      return new Segment(reader, info(reader, stats), stats);
    }
  }

  /** Reads STATS. */
  static SegmentStats stats(FormatReader reader, Path file) throws IOException {
    Section section = reader.section(SectionId.STATS);
    return SegmentStats.decode(
        file, section, reader.readSmall(section), reader.rows(), hasGraph(reader));
  }

  /** What header, table of contents and STATS say. */
  static SegmentInfo info(FormatReader reader, SegmentStats stats) {
    FileHeader header = reader.header();
    IndexConfig config =
        new IndexConfig(
            header.dimension(),
            Metric.fromWireId(header.metric()),
            header.maxDegree(),
            header.buildListSize(),
            header.alpha(),
            header.pqSubspaces(),
            header.seed(),
            vectorsSection(reader).id() == SectionId.INT8_VECTORS
                ? VectorStorage.INT8
                : VectorStorage.FLOAT32,
            reader.section(SectionId.PARTITIONED) != null
                ? GraphBuilder.PARTITIONED
                : GraphBuilder.INCREMENTAL);
    return new SegmentInfo(
        header.segmentId(),
        header.tableId(),
        config,
        reader.rows(),
        hasGraph(reader),
        reader.fileBytes(),
        reader.fileCrc32c(),
        stats.recall());
  }

  /** What CODEBOOK or TRANSFORM says, whichever the file has. */
  private static Quantizer quantizer(FormatReader reader, MappedFile file, IndexConfig config) {
    int d = config.dimension();
    boolean negatedDot = config.metric() == Metric.INNER_PRODUCT;
    int codeBytes = (int) (reader.section(SectionId.CODES).length() / reader.rows());
    Section codebook = reader.section(SectionId.CODEBOOK);
    if (codebook != null) {
      float[] centroids = new float[ProductQuantizer.CENTROIDS * d];
      file.getFloats(codebook.offset(), centroids, 0, centroids.length);
      return new ProductQuantizer(d, codeBytes, centroids, negatedDot);
    }
    Section transform = reader.section(SectionId.TRANSFORM);
    int components = TransformBlocks.components(transform.length(), d);
    float[] mean = new float[d];
    float[] scales = new float[components];
    float[] steps = new float[components];
    byte[] basis = new byte[components * d];
    long at = transform.offset();
    file.getFloats(at, mean, 0, d);
    at += 4L * d;
    file.getFloats(at, scales, 0, components);
    at += 4L * components;
    file.getFloats(at, steps, 0, components);
    at += 4L * components;
    file.getBytes(at, basis, 0, basis.length);
    int narrow = TransformBlocks.narrow(components, codeBytes);
    return new TransformQuantizer(
        TransformBlocks.all(codeBytes) - narrow, narrow, mean, scales, steps, basis, negatedDot);
  }

  /** VECTORS or INT8_VECTORS, whichever the file has. */
  private static Section vectorsSection(FormatReader reader) {
    Section floats = reader.section(SectionId.VECTORS);
    return floats != null ? floats : reader.section(SectionId.INT8_VECTORS);
  }

  private static boolean hasGraph(FormatReader reader) {
    return graphSection(reader) != null;
  }

  /** GRAPH or GRAPH24, whichever the file has; null without a graph. */
  private static Section graphSection(FormatReader reader) {
    Section wide = reader.section(SectionId.GRAPH);
    return wide != null ? wide : reader.section(SectionId.GRAPH24);
  }

  /** What the file says of itself. */
  public SegmentInfo info() {
    return info;
  }

  /**
   * Copies the vector of {@code ordinal} to the front of {@code dst}: exactly as it was added, or
   * as {@link VectorStorage#INT8} rounded it.
   *
   * @throws IndexOutOfBoundsException when there is no such row or {@code dst} is too short
   * @throws IllegalStateException when the segment was closed
   */
  public void readVector(int ordinal, float[] dst) {
    Objects.checkIndex(ordinal, info.rows());
    acquire();
    try {
      vectors.newReader().read(ordinal, dst, 0);
    } finally {
      release();
    }
  }

  /** A searcher for one thread. */
  public SegmentSearcher newSearcher() {
    return new SegmentSearcher(this);
  }

  /** Refuses new readers and unmaps the file after the last one. Later calls do nothing. */
  @Override
  public void close() {
    file.close();
  }

  /**
   * Keeps the mapping until {@link #release}; needed around every use of what the methods below
   * return.
   *
   * @throws IllegalStateException when the segment was closed
   */
  void acquire() {
    file.acquire();
  }

  void release() {
    file.release();
  }

  /** A reader of the rows for one thread. */
  VectorReader vectors() {
    return vectors.newReader();
  }

  /** Null without a graph. */
  Graph graph() {
    return graph;
  }

  /** Which rows the nodes of graph and codes are. Null without a graph. */
  NodeOrder nodeOrder() {
    return nodeOrder;
  }

  /** Null without a graph. */
  MappedCodes codes() {
    return codes;
  }

  /** Null without a graph. */
  Quantizer quantizer() {
    return quantizer;
  }
}
