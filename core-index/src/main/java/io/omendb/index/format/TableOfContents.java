/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.format.SegmentFormat.TocEntry;
import io.omendb.index.format.SegmentFormat.Trailer;
import io.omendb.index.format.SegmentFormat.TransformBlocks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The end of a segment file: where its sections lie, the checksums of their chunks, and the
 * trailer. Immutable.
 */
final class TableOfContents {
  private final List<Section> sections;
  private final List<int[]> checksums;

  /**
   * @param sections in ascending order of offset
   * @param checksums of the chunks of each section, in the same order
   */
  TableOfContents(List<Section> sections, List<int[]> checksums) {
    this.sections = List.copyOf(sections);
    this.checksums = List.copyOf(checksums);
  }

  List<Section> sections() {
    return sections;
  }

  /** CRC32C of chunk {@code chunk} of the section at {@code index}. */
  int checksum(int index, int chunk) {
    return checksums.get(index)[chunk];
  }

  /** Where the sections end and the table starts. */
  private long offset() {
    return sections.isEmpty() ? SegmentFormat.ALIGNMENT : sections.get(sections.size() - 1).end();
  }

  /** The bytes of table and trailer, ready to be written from position 0. */
  ByteBuffer encode(ByteBuffer header, int rows) {
    int chunks = checksums.stream().mapToInt(c -> c.length).sum();
    int bytes =
        Math.addExact(
            sections.size() * SegmentFormat.TOC_ENTRY_BYTES,
            Math.multiplyExact(chunks, Integer.BYTES));
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(bytes, SegmentFormat.TRAILER_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Section section : sections) {
      out.putInt(section.id())
          .putInt(section.required() ? 1 : 0)
          .putLong(section.offset())
          .putLong(section.length());
    }
    for (int[] section : checksums) {
      for (int checksum : section) {
        out.putInt(checksum);
      }
    }
    out.putInt(bytes + Trailer.ROWS, rows);
    out.putInt(bytes + Trailer.SECTIONS, sections.size());
    out.putLong(bytes + Trailer.TOC_OFFSET, offset());
    out.putLong(bytes + Trailer.FILE_BYTES, offset() + out.capacity());
    out.putInt(bytes + Trailer.TRAILER_CRC, checksum(header, out, bytes));
    out.putLong(bytes + Trailer.TRAILER_MAGIC, ~SegmentFormat.MAGIC);
    return out.clear();
  }

  /**
   * Finds the length of the table from the trailer alone.
   *
   * @throws CorruptIndexException when the trailer contradicts itself or the file's length, so that
   *     a length which is returned is one that such a file can have
   */
  static int bytes(Path file, ByteBuffer trailer, long fileBytes) throws CorruptIndexException {
    long start = fileBytes - SegmentFormat.TRAILER_BYTES;
    if (trailer.getLong(Trailer.TRAILER_MAGIC) != ~SegmentFormat.MAGIC) {
      throw corruptTrailer(
          file, start + Trailer.TRAILER_MAGIC, "the file does not end with the magic of a segment");
    }
    if (trailer.getLong(Trailer.FILE_BYTES) != fileBytes) {
      throw corruptTrailer(
          file,
          start + Trailer.FILE_BYTES,
          String.format(
              "the file has %d bytes but was written with %d",
              fileBytes, trailer.getLong(Trailer.FILE_BYTES)));
    }
    int sections = trailer.getInt(Trailer.SECTIONS);
    if (sections < 0 || sections > SegmentFormat.MAX_SECTIONS) {
      throw corruptTrailer(
          file, start + Trailer.SECTIONS, Integer.toUnsignedString(sections) + " sections");
    }
    long offset = trailer.getLong(Trailer.TOC_OFFSET);
    long entries = (long) sections * SegmentFormat.TOC_ENTRY_BYTES;
    if (offset < SegmentFormat.ALIGNMENT || offset > start - entries) {
      throw corruptTrailer(
          file, start + Trailer.TOC_OFFSET, "no table of contents fits at " + offset);
    }
    long most = entries + (SegmentFormat.chunks(offset) + sections) * Integer.BYTES;
    if (start - offset > most || most > Integer.MAX_VALUE) {
      throw corruptTrailer(
          file,
          start + Trailer.TOC_OFFSET,
          String.format("a table of %d bytes for %d bytes of sections", start - offset, offset));
    }
    return (int) (start - offset);
  }

  /**
   * Reads the end of a file.
   *
   * @param tail table and trailer
   * @param bytes length of the table, from {@link #bytes}
   */
  static TableOfContents decode(
      Path file, FileHeader header, ByteBuffer headerBytes, ByteBuffer tail, int bytes)
      throws CorruptIndexException, UnsupportedFormatException {
    long start = tail.getLong(bytes + Trailer.TOC_OFFSET);
    if (tail.getInt(bytes + Trailer.TRAILER_CRC) != checksum(headerBytes, tail, bytes)) {
      throw corruptTrailer(
          file,
          start + bytes + Trailer.TRAILER_CRC,
          "wrong checksum of header, table of contents and trailer");
    }
    if (tail.getInt(bytes + Trailer.TRAILER_RESERVED) != 0) {
      throw corruptTrailer(
          file, start + bytes + Trailer.TRAILER_RESERVED, "a reserved byte is not zero");
    }
    if (tail.getInt(bytes + Trailer.ROWS) < 0) {
      throw corruptTrailer(file, start + bytes + Trailer.ROWS, "too many rows");
    }
    int count = tail.getInt(bytes + Trailer.SECTIONS);
    List<Section> sections = new ArrayList<>(count);
    List<int[]> checksums = new ArrayList<>(count);
    int checksumAt = count * SegmentFormat.TOC_ENTRY_BYTES;
    long expected = SegmentFormat.ALIGNMENT;
    for (int i = 0; i < count; i++) {
      int at = i * SegmentFormat.TOC_ENTRY_BYTES;
      Section section = section(file, tail, at, start);
      if (section.offset() != expected
          || section.length() < 0
          || section.length() > start - section.offset()) {
        throw corruptToc(
            file,
            start + at,
            String.format(
                "%s lies at %d for %d bytes, the table at %d",
                section.name(), section.offset(), section.length(), start));
      }
      int chunks = Math.toIntExact(SegmentFormat.chunks(section.length()));
      if (chunks > (bytes - checksumAt) / Integer.BYTES) {
        throw corruptToc(file, start + at, "checksums of " + section.name() + " are missing");
      }
      int[] section32 = new int[chunks];
      for (int c = 0; c < chunks; c++) {
        section32[c] = tail.getInt(checksumAt + c * Integer.BYTES);
      }
      checksumAt += chunks * Integer.BYTES;
      sections.add(section);
      checksums.add(section32);
      expected = SegmentFormat.align(section.end());
    }
    TableOfContents toc = new TableOfContents(sections, checksums);
    if (checksumAt != bytes || toc.offset() != start) {
      throw corruptToc(file, start, "the table does not fill the space after the last section");
    }
    requireKnownLengths(file, header, tail.getInt(bytes + Trailer.ROWS), toc.sections);
    return toc;
  }

  private static Section section(Path file, ByteBuffer tail, int at, long start)
      throws CorruptIndexException, UnsupportedFormatException {
    int id = tail.getInt(at + TocEntry.SECTION_ID);
    int flags = tail.getInt(at + TocEntry.SECTION_FLAGS);
    if ((flags & ~1) != 0) {
      throw corruptToc(file, start + at + TocEntry.SECTION_FLAGS, "unknown flags");
    }
    boolean required = flags == 1;
    if (!SectionId.known(id) && required) {
      throw UnsupportedFormatException.section(file, id);
    }
    if (SectionId.known(id) && required != SectionId.required(id)) {
      throw corruptToc(
          file, start + at + TocEntry.SECTION_FLAGS, "wrong required bit of " + SectionId.name(id));
    }
    return new Section(
        id,
        required,
        tail.getLong(at + TocEntry.SECTION_OFFSET),
        tail.getLong(at + TocEntry.SECTION_LENGTH));
  }

  private static void requireKnownLengths(
      Path file, FileHeader header, long rows, List<Section> sections)
      throws CorruptIndexException {
    Map<Integer, Section> ids = new HashMap<>();
    for (Section section : sections) {
      if (ids.put(section.id(), section) != null) {
        throw corruptToc(file, section.offset(), section.name() + " is there twice");
      }
      if (!hasLength(section, header, rows)) {
        throw corruptToc(
            file,
            section.offset(),
            String.format(
                "%s has %d bytes, which %d rows cannot give",
                section.name(), section.length(), rows));
      }
    }
    boolean wide = ids.containsKey(SectionId.GRAPH);
    boolean graph = wide || ids.containsKey(SectionId.GRAPH24);
    boolean transform = ids.containsKey(SectionId.TRANSFORM);
    if (ids.containsKey(SectionId.VECTORS) == ids.containsKey(SectionId.INT8_VECTORS)
        || !ids.containsKey(SectionId.STATS)
        || (wide && ids.containsKey(SectionId.GRAPH24))
        || graph != ids.containsKey(SectionId.CODES)
        || graph != (transform || ids.containsKey(SectionId.CODEBOOK))
        || (transform && ids.containsKey(SectionId.CODEBOOK))
        || (!graph && ids.containsKey(SectionId.PARTITIONED))
        || (!graph && ids.containsKey(SectionId.NODE_ROWS))) {
      throw corruptToc(
          file,
          SegmentFormat.ALIGNMENT,
          "sections are missing or exclude each other, found ids " + ids.keySet());
    }
    Section nodeRows = ids.get(SectionId.NODE_ROWS);
    if (nodeRows != null && nodeRows.length() != rows * (wide ? Integer.BYTES : 3)) {
      throw corruptToc(
          file,
          nodeRows.offset(),
          String.format(
              "NODE_ROWS has %d bytes, which %d rows cannot give", nodeRows.length(), rows));
    }
    if (graph) {
      requireCodes(file, header, rows, ids.get(SectionId.CODES), ids.get(SectionId.TRANSFORM));
    }
  }

  /**
   * Codes of a length that fits what they are made by.
   *
   * @param transform null when that is a codebook
   */
  private static void requireCodes(
      Path file, FileHeader header, long rows, Section codes, Section transform)
      throws CorruptIndexException {
    long codeBytes = rows == 0 ? 0 : codes.length() / rows;
    boolean fits =
        transform == null
            ? codeBytes >= 1 && codeBytes <= header.dimension()
            : TransformBlocks.match(
                TransformBlocks.components(transform.length(), header.dimension()), codeBytes);
    boolean asAsked =
        header.pqSubspaces() == 0 || (transform == null && codeBytes == header.pqSubspaces());
    if (!fits || !asAsked || codeBytes * rows != codes.length()) {
      throw corruptToc(
          file,
          codes.offset(),
          String.format(
              "%d rows cannot have CODES of %d bytes%s with a header that asks for %d",
              rows,
              codes.length(),
              transform == null ? "" : " and TRANSFORM of " + transform.length(),
              header.pqSubspaces()));
    }
  }

  private static boolean hasLength(Section section, FileHeader header, long rows) {
    switch (section.id()) {
      case SectionId.VECTORS:
        return section.length() == rows * header.dimension() * Float.BYTES;
      case SectionId.INT8_VECTORS:
        return section.length() == rows * (SegmentFormat.Int8Row.BYTES + header.dimension());
      case SectionId.GRAPH:
        return section.length() == rows * header.maxDegree() * Integer.BYTES;
      case SectionId.GRAPH24:
        return rows <= SegmentFormat.NO_NEIGHBOR24
            && section.length() == rows * header.maxDegree() * 3;
      case SectionId.CODEBOOK:
        return section.length()
            == (long) SegmentFormat.CENTROIDS * header.dimension() * Float.BYTES;
      case SectionId.PARTITIONED:
        return section.length() == 0;
      case SectionId.STATS:
        long points = section.length() - SegmentFormat.Stats.BYTES;
        return points >= 0
            && points % SegmentFormat.CurvePoint.BYTES == 0
            && points / SegmentFormat.CurvePoint.BYTES <= SegmentFormat.MAX_CURVE_POINTS;
      default:
        return true;
    }
  }

  /**
   * Binds header and end together. Leaves out the header's own checksum: over a text and its
   * checksum, a CRC is the same for every text.
   */
  private static int checksum(ByteBuffer header, ByteBuffer tail, int bytes) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, SegmentFormat.Header.HEADER_CRC));
    crc.update(tail.slice(0, bytes + Trailer.TRAILER_CRC));
    return (int) crc.getValue();
  }

  private static CorruptIndexException corruptTrailer(Path file, long offset, String reason) {
    return new CorruptIndexException(file, SegmentFormat.TRAILER, offset, reason);
  }

  private static CorruptIndexException corruptToc(Path file, long offset, String reason) {
    return new CorruptIndexException(file, SegmentFormat.TOC, offset, reason);
  }
}
