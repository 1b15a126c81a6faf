/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.format.SegmentFormat.Header;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.format.SegmentFormat.TocEntry;
import io.omendb.index.format.SegmentFormat.Trailer;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writer and reader together, and what the reader must reject. */
class FormatFileTest {
  private static final FileHeader HEADER =
      new FileHeader(new UUID(1, 2), new UUID(3, 4), 3, 1, 32, 100, 1.2f, 1, 42L);

  @TempDir Path dir;

  /** Two rows of three floats, empty STATS, and sections of other ids. */
  private Path write(int... moreSections) throws IOException {
    Path file = dir.resolve("f.omx");
    Files.deleteIfExists(file);
    try (FormatWriter writer = FormatWriter.create(file, HEADER)) {
      writer.beginSection(SectionId.VECTORS);
      writer.write(new float[] {1, 2, 3, 4, 5, 6, 7}, 0, 6);
      writer.endSection();
      writer.beginSection(SectionId.STATS);
      writer.write(new byte[SegmentFormat.Stats.BYTES], 0, SegmentFormat.Stats.BYTES);
      writer.endSection();
      for (int id : moreSections) {
        writer.beginSection(id);
        writer.write(new int[] {id}, 0, 1);
        writer.endSection();
      }
      writer.finish(2);
    }
    return file;
  }

  @Test
  void readsBackWhatWasWrittenAcrossChunks() throws IOException {
    Path file = dir.resolve("big.omx");
    int rows = 300_000;
    byte[] bytes = new byte[rows];
    for (int i = 0; i < rows; i++) {
      bytes[i] = (byte) (i * 31);
    }
    int crc;
    try (FormatWriter writer = FormatWriter.create(file, HEADER)) {
      writer.beginSection(SectionId.VECTORS);
      for (int i = 0; i < rows; i++) {
        writer.write(new float[] {i, i + 0.5f, -i}, 0, 3);
      }
      writer.endSection();
      writer.beginSection(99);
      writer.write(bytes, 0, rows);
      writer.endSection();
      writer.beginSection(SectionId.STATS);
      writer.write(new int[3], 0, 3);
      writer.endSection();
      writer.finish(rows);
      crc = writer.fileCrc32c();
      assertThat(writer.fileBytes()).isEqualTo(Files.size(file));
    }
    CRC32C expected = new CRC32C();
    expected.update(Files.readAllBytes(file));
    assertThat(crc).isEqualTo((int) expected.getValue());
    try (FormatReader reader = FormatReader.open(file)) {
      assertThat(reader.header()).isEqualTo(HEADER);
      assertThat(reader.rows()).isEqualTo(rows);
      assertThat(reader.fileCrc32c()).isEqualTo(crc);
      List<String> chunks = new ArrayList<>();
      reader.verify(
          (section, offset, chunk) ->
              chunks.add(section.name() + "@" + offset + "+" + chunk.remaining()));
      assertThat(chunks)
          .containsExactly(
              "VECTORS@0+1048576",
              "VECTORS@1048576+1048576",
              "VECTORS@2097152+1048576",
              "VECTORS@3145728+454272",
              "SECTION_99@0+300000",
              "STATS@0+12");
      try (MappedFile mapped = reader.map()) {
        float[] row = new float[3];
        mapped.getFloats(reader.section(SectionId.VECTORS).offset() + 12L * 271_828, row, 0, 3);
        assertThat(row).containsExactly(271_828f, 271_828.5f, -271_828f);
        byte[] back = new byte[rows];
        mapped.getBytes(reader.section(99).offset(), back, 0, rows);
        assertThat(back).isEqualTo(bytes);
      }
    }
  }

  @Test
  void writerRefusesAFileThatExistsAndLeavesItAlone() throws IOException {
    Path file = Files.writeString(dir.resolve("mine"), "mine");
    assertThatThrownBy(() -> FormatWriter.create(file, HEADER))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("mine");
  }

  @Test
  void readerIgnoresAnUnknownOptionalSectionAndRefusesARequiredOne() throws IOException {
    Path file = write(77);
    try (FormatReader reader = FormatReader.open(file)) {
      reader.verify(ChunkCheck.NONE);
      assertThat(reader.section(77).required()).isFalse();
    }
    Resealed edit = new Resealed(Files.readAllBytes(file));
    Files.write(file, edit.putInt(edit.toc(2, TocEntry.SECTION_FLAGS), 1).bytes());
    assertThatThrownBy(() -> FormatReader.open(file))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("needs section 77");
  }

  @Test
  void readerTellsATooNewFileFromADamagedOne() throws IOException {
    Path file = write();
    byte[] good = Files.readAllBytes(file);
    for (int version : new int[] {0, 2, 1000, -1}) {
      Files.write(file, new Resealed(good).putInt(Header.VERSION, version).bytes());
      assertThatThrownBy(() -> FormatReader.open(file))
          .isInstanceOfSatisfying(
              UnsupportedFormatException.class,
              e -> {
                assertThat(e.found()).isEqualTo(version);
                assertThat(e.min()).isEqualTo(1);
                assertThat(e.max()).isEqualTo(1);
              });
    }
    good[Header.VERSION] = 2;
    Files.write(file, good);
    assertThatThrownBy(() -> FormatReader.open(file)).isInstanceOf(CorruptIndexException.class);
  }

  @Test
  void readerRejectsHeadersThatNoWriterWrites() throws IOException {
    Path file = write();
    assertRejects(file, "HEADER", e -> e.putLong(Header.MAGIC, 7));
    assertRejects(file, "HEADER", e -> e.putInt(Header.KIND, 2));
    assertRejects(file, "HEADER", e -> e.putInt(Header.FLAGS, 1));
    assertRejects(file, "HEADER", e -> e.putInt(Header.RESERVED + 36, 1 << 24));
    for (int dimension : new int[] {0, -1, 65_537, Integer.MAX_VALUE}) {
      assertRejects(file, "HEADER", e -> e.putInt(Header.DIMENSION, dimension));
    }
    for (int metric : new int[] {0, 4, -1}) {
      assertRejects(file, "HEADER", e -> e.putInt(Header.METRIC, metric));
    }
    for (int degree : new int[] {3, 513, -1}) {
      assertRejects(file, "HEADER", e -> e.putInt(Header.MAX_DEGREE, degree));
    }
    for (int listSize : new int[] {31, 10_001, -1}) {
      assertRejects(file, "HEADER", e -> e.putInt(Header.BUILD_LIST_SIZE, listSize));
    }
    for (float alpha : new float[] {0.9f, 2.1f, Float.NaN}) {
      assertRejects(file, "HEADER", e -> e.putFloat(Header.ALPHA, alpha));
    }
    for (int subspaces : new int[] {4, -1, Integer.MIN_VALUE}) {
      assertRejects(file, "HEADER", e -> e.putInt(Header.PQ_SUBSPACES, subspaces));
    }
  }

  @Test
  void readerRejectsEndsThatNoWriterWrites() throws IOException {
    Path file = write();
    assertRejects(file, "TRAILER", e -> e.putLong(e.trailer(Trailer.TRAILER_MAGIC), 7));
    assertRejects(file, "TRAILER", e -> e.putLong(e.trailer(Trailer.FILE_BYTES), 7));
    assertRejects(file, "TRAILER", e -> e.putInt(e.trailer(Trailer.TRAILER_RESERVED), 1));
    assertRejects(file, "TRAILER", e -> e.putInt(e.trailer(Trailer.ROWS), -1));
    for (int rows : new int[] {1, 3, Integer.MAX_VALUE}) {
      assertRejects(file, "TOC", e -> e.putInt(e.trailer(Trailer.ROWS), rows));
    }
    for (int sections : new int[] {0, 1, 3, 65, -1, Integer.MAX_VALUE}) {
      assertRejects(file, "TRAILER", e -> e.putInt(e.trailer(Trailer.SECTIONS), sections));
    }
    for (long offset : new long[] {0, 4095, 1L << 40, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertRejects(file, "TRAILER", e -> e.putLong(e.trailer(Trailer.TOC_OFFSET), offset));
    }
    assertRejects(file, "TRAILER", e -> e.putLong(e.trailer(Trailer.TOC_OFFSET), 4096));
  }

  @Test
  void readerRejectsTablesThatNoWriterWrites() throws IOException {
    Path file = write();
    for (long offset : new long[] {0, 4097, 8192, -4096, Long.MAX_VALUE}) {
      assertRejects(file, "TOC", e -> e.putLong(e.toc(0, TocEntry.SECTION_OFFSET), offset));
      assertRejects(file, "TOC", e -> e.putLong(e.toc(1, TocEntry.SECTION_OFFSET), offset + 1));
    }
    for (long length : new long[] {0, 20, 28, 1L << 40, -1, Long.MAX_VALUE}) {
      assertRejects(file, "TOC", e -> e.putLong(e.toc(0, TocEntry.SECTION_LENGTH), length));
      assertRejects(file, "TOC", e -> e.putLong(e.toc(1, TocEntry.SECTION_LENGTH), length));
    }
    assertRejects(file, "TOC", e -> e.putInt(e.toc(0, TocEntry.SECTION_FLAGS), 0));
    assertRejects(file, "TOC", e -> e.putInt(e.toc(0, TocEntry.SECTION_FLAGS), 3));
    assertRejects(file, "TOC", e -> e.putInt(e.toc(1, TocEntry.SECTION_ID), SectionId.VECTORS));
  }

  @Test
  void readerRejectsFilesThatLackSections() throws IOException {
    assertThatThrownBy(() -> FormatReader.open(write(SectionId.GRAPH)))
        .isInstanceOf(CorruptIndexException.class);
    Path file = dir.resolve("empty.omx");
    try (FormatWriter writer = FormatWriter.create(file, HEADER)) {
      writer.finish(0);
    }
    assertThatThrownBy(() -> FormatReader.open(file)).isInstanceOf(CorruptIndexException.class);
  }

  @Test
  void verificationCanGoOnBehindDamage() throws IOException {
    Path file = write(77);
    byte[] bytes = Files.readAllBytes(file);
    bytes[200] = 1;
    bytes[4096 + 5] ^= 1;
    bytes[3 * 4096] ^= 1;
    Files.write(file, bytes);
    List<String> damages = new ArrayList<>();
    try (FormatReader reader = FormatReader.open(file)) {
      reader.verify(ChunkCheck.NONE, e -> damages.add(e.section() + "@" + e.offset()));
      assertThatThrownBy(() -> reader.verify(ChunkCheck.NONE))
          .isInstanceOfSatisfying(
              CorruptIndexException.class,
              e -> {
                assertThat(e.file()).isEqualTo(file.toString());
                assertThat(e.section()).isEqualTo("VECTORS");
                assertThat(e.offset()).isEqualTo(200);
                assertThat(e.reason()).contains("gap");
                assertThat(e).hasMessageContainingAll("f.omx", "VECTORS", "200", "rebuild");
              });
    }
    assertThat(damages).containsExactly("VECTORS@200", "VECTORS@4096", "SECTION_77@12288");
  }

  @Test
  void describesAFile() throws IOException {
    assertThat(SegmentFormat.describe(write(77)))
        .contains("f.omx: format version 1")
        .contains("segment 00000000-0000-0003-0000-000000000004")
        .contains("2 rows of 3 floats")
        .contains("no codes")
        .contains("VECTORS")
        .contains("SECTION_77");
    assertThat(SegmentFormat.describe(Path.of("src/test/resources/golden/v1/nodes.omx")))
        .contains("codes of 20 bytes")
        .contains("NODE_ROWS");
  }

  private static void assertRejects(Path file, String section, Consumer<Resealed> edit)
      throws IOException {
    byte[] good = Files.readAllBytes(file);
    Resealed resealed = new Resealed(good);
    edit.accept(resealed);
    byte[] bad = resealed.bytes();
    assertThat(bad).isNotEqualTo(good);
    Files.write(file, bad);
    try {
      assertThatThrownBy(() -> FormatReader.open(file).close())
          .isInstanceOfSatisfying(
              CorruptIndexException.class, e -> assertThat(e.section()).isEqualTo(section));
    } finally {
      Files.write(file, good);
    }
  }
}
