/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.FileHeader;
import io.omendb.index.format.FormatWriter;
import io.omendb.index.format.Resealed;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.format.UnsupportedFormatException;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to the bytes of a file, opening it says so. */
class CorruptionTest {
  private static final int ROWS = 60;
  private static final IndexConfig CONFIG = new IndexConfig(5, Metric.L2, 4, 12, 1.2f, 2, 42L);

  /** Sections of a file with a graph, in file order. */
  private static final int VECTORS = 0;

  private static final int CODEBOOK = 1;
  private static final int GRAPH = 3;
  private static final int NODE_ROWS = 4;
  private static final int STATS = 5;

  @TempDir Path dir;

  private Path build(boolean graph) throws IOException {
    return build(graph, VectorStorage.FLOAT32, 2);
  }

  private Path build(boolean graph, VectorStorage storage, int subspaces) throws IOException {
    Path file = dir.resolve("s.omx");
    IndexConfig config =
        new IndexConfig(5, Metric.L2, 4, 12, 1.2f, subspaces, 42L).withStorage(storage);
    Fixtures.build(file, Fixtures.integerRows(ROWS, 5, 1), config, graph ? 10 : Integer.MAX_VALUE);
    return file;
  }

  @ParameterizedTest
  @CsvSource({"false, FLOAT32, 2", "true, FLOAT32, 2", "true, FLOAT32, 0", "false, INT8, 2"})
  void everyFlippedByteIsFound(boolean graph, VectorStorage storage, int subspaces)
      throws IOException {
    Path file = build(graph, storage, subspaces);
    byte[] good = Files.readAllBytes(file);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long most = 0;
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (int at = 0; at < good.length; at++) {
        boolean structure = at < 128 || at >= good.length - 300;
        for (int bit = structure ? 0 : at % 8; bit < (structure ? 8 : at % 8 + 1); bit++) {
          bytes.seek(at);
          bytes.write(good[at] ^ (1 << bit));
          long before = threads.getThreadAllocatedBytes(thread);
          assertDamaged(file, "bit " + bit + " of byte " + at);
          most = Math.max(most, threads.getThreadAllocatedBytes(thread) - before);
        }
        bytes.seek(at);
        bytes.write(good[at]);
      }
    }
    assertThat(most).isLessThan(4L * good.length + (1 << 20));
    Segment.open(file).close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTruncationIsFound(boolean graph) throws IOException {
    Path file = build(graph);
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (long length = bytes.length() - 1; length >= 0; length--) {
        bytes.setLength(length);
        assertDamaged(file, "length " + length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyGrowthIsFound(boolean graph) throws IOException {
    Path file = build(graph);
    byte[] good = Files.readAllBytes(file);
    for (int more : new int[] {1, 2, 40, 4096, 1 << 20}) {
      byte[] zeros = java.util.Arrays.copyOf(good, good.length + more);
      Files.write(file, zeros);
      assertDamaged(file, more + " zeros more");
      System.arraycopy(good, good.length - 40, zeros, zeros.length - 40, 40);
      Files.write(file, zeros);
      assertDamaged(file, more + " bytes more and the trailer again");
    }
    Files.write(file, new byte[0]);
    assertDamaged(file, "empty");
    Files.write(file, new byte[good.length]);
    assertDamaged(file, "zeros");
  }

  @Test
  void sectionsOfOtherFilesAreFound() throws IOException {
    Path file = build(true);
    byte[] one = Files.readAllBytes(file);
    Fixtures.build(file, Fixtures.integerRows(ROWS, 5, 2), CONFIG, 10);
    byte[] other = Files.readAllBytes(file);
    Resealed sections = new Resealed(one);
    for (int section = VECTORS; section <= GRAPH; section++) {
      int from = (int) sections.section(section);
      byte[] mixed = one.clone();
      System.arraycopy(other, from, mixed, from, (int) sections.section(section + 1) - from);
      Files.write(file, mixed);
      assertDamaged(file, "section " + section + " of another file");
    }
  }

  @Test
  void endsOfOtherFilesAreFound() throws IOException {
    Path file = build(false);
    byte[] one = Files.readAllBytes(file);
    Fixtures.build(file, Fixtures.integerRows(ROWS, 5, 2), CONFIG, Integer.MAX_VALUE);
    byte[] mixed = Files.readAllBytes(file);
    int toc = new Resealed(one).toc(0, 0);
    System.arraycopy(one, toc, mixed, toc, one.length - toc);
    Files.write(file, mixed);
    assertDamaged(file, "the end of another file");

    byte[] header = one.clone();
    header[20] ^= 1;
    header = new Resealed(header).bytes();
    System.arraycopy(one, toc, header, toc, one.length - toc);
    Files.write(file, header);
    assertDamaged(file, "the valid header of another file");
  }

  @Test
  void contentThatNoWriterWritesIsFound() throws IOException {
    Path file = build(true);
    assertRejects(file, "VECTORS", VECTORS, 4 * 33, Float.floatToIntBits(Float.NaN));
    assertRejects(
        file, "VECTORS", VECTORS, 4 * ROWS * 5 - 4, Float.floatToIntBits(Float.NEGATIVE_INFINITY));
    assertRejects(file, "CODEBOOK", CODEBOOK, 8, Float.floatToIntBits(Float.POSITIVE_INFINITY));
    assertRejects(file, "GRAPH24", GRAPH, 0, ROWS);
    assertRejects(file, "GRAPH24", GRAPH, 0, 0xFF_FFFE);
    assertRejects(file, "GRAPH24", GRAPH, 3 * 4 * 7, 7);
    assertRejects(file, "GRAPH24", GRAPH, 3, 0x7F_FFFF);
    assertRejects(file, "GRAPH24", GRAPH, 3 * 4 * (ROWS - 1), 0xFFFF_FFFF, ROWS / 2);
    assertRejects(file, "STATS", STATS, 0, -1);
    assertRejects(file, "STATS", STATS, 0, ROWS);
    assertRejects(file, "STATS", STATS, 4, -1);
    assertRejects(file, "STATS", STATS, 4, ROWS + 1);
    assertRejects(file, "STATS", STATS, 8, 0);
    assertRejects(file, "STATS", STATS, 8, Integer.MAX_VALUE);
    assertRejects(file, "STATS", STATS, 12, 0);
    assertRejects(file, "STATS", STATS, 16, Float.floatToIntBits(1.01f));
    assertRejects(file, "STATS", STATS, 20, Float.floatToIntBits(Float.NaN));
  }

  @Test
  void transformThatNoWriterWritesIsFound() throws IOException {
    Path file = build(true, VectorStorage.FLOAT32, 0);
    int nan = Float.floatToIntBits(Float.NaN);
    int components;
    try (Segment segment = Segment.open(file)) {
      components = ((TransformQuantizer) segment.quantizer()).copySteps().length;
    }
    assertRejects(file, "TRANSFORM", CODEBOOK, 4 * 4, nan);
    assertRejects(file, "TRANSFORM", CODEBOOK, 4 * 5, nan);
    assertRejects(file, "TRANSFORM", CODEBOOK, 16 + 8 * components, nan);
    // Behind the steps any byte is one of the basis.
    Resealed edit = new Resealed(Files.readAllBytes(file));
    int basis = 20 + 8 * components;
    edit.putInt(edit.section(CODEBOOK) + basis, nan);
    Files.write(file, edit.withChecksumsOfChunks());
    Segment.open(file).close();
  }

  @Test
  void codesOfALengthThatTheirQuantizerDoesNotHaveAreFound() throws IOException {
    for (int subspaces : new int[] {0, 2}) {
      Path file = build(true, VectorStorage.FLOAT32, subspaces);
      byte[] good = Files.readAllBytes(file);
      for (int asked : new int[] {1, 2, 3, 5}) {
        if (asked != subspaces) {
          Files.write(file, new Resealed(good.clone()).putInt(72, asked).bytes());
          assertDamaged(file, "a header that asks for " + asked);
        }
      }
    }
  }

  @Test
  void wideNeighboursThatNoWriterWritesAreFound() throws IOException {
    Path file = dir.resolve("wide.omx");
    Files.copy(GoldenTest.GOLDEN.resolve("graph.omx"), file);
    int rows = GoldenFiles.graphRows().length;
    Segment.open(file).close();
    assertRejects(file, "GRAPH", GRAPH, 0, rows);
    assertRejects(file, "GRAPH", GRAPH, 0, -2);
    assertRejects(file, "GRAPH", GRAPH, 4 * 4 * 7, 7);
    assertRejects(file, "GRAPH", GRAPH, 4, Integer.MAX_VALUE);
    assertRejects(file, "GRAPH", GRAPH, 4 * 4 * (rows - 1), -1, rows / 2);
  }

  @Test
  void neighbourInTwoChunksIsChecked() throws IOException {
    // 24 bytes per record: the 43,691st begins 16 bytes before the end of the first chunk, and its
    // sixth slot lies in both.
    int rows = 43_700;
    int slot = 43_690 * 24 + 5 * 3;
    assertThat(slot).isEqualTo(SegmentFormat.CHUNK_BYTES - 1);
    Path file = dir.resolve("s.omx");
    IndexConfig config = new IndexConfig(2, Metric.L2, 8, 12, 1.2f, 1, 42L);
    Fixtures.build(file, Fixtures.integerRows(rows, 2, 1), config, 10);
    Segment.open(file).close();
    assertRejects(file, "GRAPH24", GRAPH, slot, rows);
    byte[] damaged = Files.readAllBytes(file);
    damaged[(int) new Resealed(damaged).section(GRAPH) + 100] ^= 1;
    Files.write(file, damaged);
    assertThat(SegmentChecker.check(file, 1, 1).damages()).hasSize(1);
  }

  @Test
  void nodesThatAreNoRowsOrTheSameOneAreFound() throws IOException {
    Path file = build(true);
    byte[] good = Files.readAllBytes(file);
    int at = (int) new Resealed(good).section(NODE_ROWS);
    int second = good[at + 3];
    assertThat(good[at]).isNotEqualTo((byte) second);
    assertRejects(file, "NODE_ROWS", NODE_ROWS, 0, ROWS | second << 24);
    assertRejects(file, "NODE_ROWS", NODE_ROWS, 0, 0xFF_FFFF | second << 24);
    assertRejects(file, "NODE_ROWS", NODE_ROWS, 0, second | second << 24);
  }

  @Test
  void nodeInTwoChunksIsChecked() throws IOException {
    // The 349,526th slot of three bytes lies in two chunks.
    int rows = 349_530;
    int slot = 349_525;
    assertThat(slot * 3).isEqualTo(SegmentFormat.CHUNK_BYTES - 1);
    Path file = dir.resolve("s.omx");
    writeChain(file, rows, node -> rows - 1 - node);
    try (Segment segment = Segment.open(file)) {
      assertThat(segment.nodeOrder().row(slot)).isEqualTo(rows - 1 - slot);
      assertThat(segment.nodeOrder().node(7)).isEqualTo(rows - 8);
    }
    writeChain(file, rows, node -> node == slot ? 3 : rows - 1 - node);
    assertThatThrownBy(() -> Segment.open(file))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("node 349526 is row 3");
    writeChain(file, rows, node -> node == slot ? rows : rows - 1 - node);
    assertThatThrownBy(() -> Segment.open(file))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("node 349525 is row 349530");
    writeChain(file, rows, node -> rows - 1 - node);
    byte[] damaged = Files.readAllBytes(file);
    damaged[(int) new Resealed(damaged).section(NODE_ROWS) + 100] ^= 1;
    Files.write(file, damaged);
    assertThat(SegmentChecker.check(file, 1, 1).damages()).hasSize(1);
  }

  /** A segment of rows of one zero each, whose nodes have one neighbour each, the next one. */
  private static void writeChain(Path file, int rows, IntUnaryOperator rowOfNode)
      throws IOException {
    Files.deleteIfExists(file);
    FileHeader header = new FileHeader(Fixtures.TABLE, Fixtures.SEGMENT, 1, 1, 4, 12, 1.2f, 1, 42L);
    try (FormatWriter writer = FormatWriter.create(file, header)) {
      writeSection(writer, SectionId.VECTORS, new byte[4 * rows]);
      writeSection(writer, SectionId.CODEBOOK, new byte[1024]);
      writeSection(writer, SectionId.CODES, new byte[rows]);
      byte[] graph = new byte[12 * rows];
      byte[] nodeRows = new byte[3 * rows];
      Arrays.fill(graph, (byte) -1);
      for (int node = 0; node < rows; node++) {
        put24(graph, 12 * node, (node + 1) % rows);
        put24(nodeRows, 3 * node, rowOfNode.applyAsInt(node));
      }
      writeSection(writer, SectionId.GRAPH24, graph);
      writeSection(writer, SectionId.NODE_ROWS, nodeRows);
      writeSection(writer, SectionId.STATS, new byte[SegmentFormat.Stats.BYTES]);
      writer.finish(rows);
    }
  }

  private static void writeSection(FormatWriter writer, int id, byte[] bytes) throws IOException {
    writer.beginSection(id);
    writer.write(bytes, 0, bytes.length);
    writer.endSection();
  }

  private static void put24(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
    bytes[at + 2] = (byte) (value >> 16);
  }

  @Test
  void int8RowsThatNoWriterWritesAreFound() throws IOException {
    Path file = build(false, VectorStorage.INT8, 2);
    String section = "INT8_VECTORS";
    int row = 8 + 5;
    int nan = Float.floatToIntBits(Float.NaN);
    assertRejects(file, section, 0, 0, nan);
    assertRejects(file, section, 0, 3 * row, Float.floatToIntBits(Float.NEGATIVE_INFINITY));
    assertRejects(file, section, 0, 3 * row + 4, nan);
    assertRejects(file, section, 0, 3 * row + 4, Float.floatToIntBits(-1f));
    assertRejects(file, section, 0, 3 * row + 4, Float.floatToIntBits(1e37f));
    assertRejects(file, section, 0, 3 * row + 9, 0x00_00_80_00);
  }

  @Test
  void int8RowInTwoChunksIsChecked() throws IOException {
    Path file = dir.resolve("s.omx");
    int row = 2162;
    int split = 485;
    assertThat(split * row).isEqualTo(SegmentFormat.CHUNK_BYTES - 6);
    IndexConfig config = IndexConfig.defaults(row - 8, Metric.L2).withStorage(VectorStorage.INT8);
    Fixtures.build(file, Fixtures.integerRows(490, row - 8, 1), config, Integer.MAX_VALUE);
    Segment.open(file).close();
    int nan = Float.floatToIntBits(Float.NaN);
    assertRejects(file, "INT8_VECTORS", 0, split * row, nan);
    assertRejects(file, "INT8_VECTORS", 0, split * row + 4, nan);
    byte[] damaged = Files.readAllBytes(file);
    damaged[4096 + 100] ^= 1;
    Files.write(file, damaged);
    assertThat(SegmentChecker.check(file, 1, 1).damages()).hasSize(1);
  }

  @Test
  void entryPointWithoutAGraphIsFound() throws IOException {
    Path file = build(false);
    assertRejects(file, "STATS", 1, 0, 0);
  }

  @Test
  void damageBehindAVerifiedOpenNeverEndsTheProcess() throws IOException {
    Path file = build(true);
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(3);
    int opened = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bad = good.clone();
      for (int flips = 0; flips < 20; flips++) {
        bad[random.nextInt(bad.length - 512)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file, bad);
      try (Segment segment = Segment.openVerified(file)) {
        opened++;
        Neighbors out = new Neighbors(5);
        GraphSearch walk = new GraphSearch(segment);
        Reranker reranker = new Reranker(segment.vectors(), Metric.L2);
        reranker.start(new float[5], 5);
        walk.search(new float[5], 20, reranker, new SearchStats());
        reranker.finish(out);
      } catch (CorruptIndexException | IndexOutOfBoundsException e) {
        assertThat(e).isNotNull();
      }
    }
    assertThat(opened).isGreaterThan(100);
  }

  /** Puts ints at an offset of a section, makes all checksums right, and wants a complaint. */
  private static void assertRejects(Path file, String section, int index, int offset, int... values)
      throws IOException {
    byte[] good = Files.readAllBytes(file);
    Resealed edit = new Resealed(good);
    for (int i = 0; i < values.length; i++) {
      edit.putInt(edit.section(index) + offset + 4L * i, values[i]);
    }
    Files.write(file, edit.withChecksumsOfChunks());
    assertThat(Files.readAllBytes(file)).isNotEqualTo(good);
    assertThatThrownBy(() -> Segment.open(file))
        .isInstanceOfSatisfying(
            CorruptIndexException.class,
            e -> {
              assertThat(e.section()).isEqualTo(section);
              assertThat(e.offset()).isBetween(4096L, (long) good.length);
            });
    Files.write(file, good);
  }

  private static void assertDamaged(Path file, String what) throws IOException {
    try {
      Segment.open(file).close();
    } catch (CorruptIndexException | UnsupportedFormatException e) {
      return;
    }
    fail(what + " went unnoticed");
  }
}
