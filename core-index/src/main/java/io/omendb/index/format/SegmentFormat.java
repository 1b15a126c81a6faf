/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Every number of the segment file, with the names and in the order of {@code FORMAT.md}, which is
 * normative.
 */
public final class SegmentFormat {
  public static final long MAGIC = 0x0A1A0A0D584D4F89L;
  public static final int KIND_SEGMENT = 1;
  public static final int VERSION = 1;
  public static final int MIN_VERSION = 1;
  public static final int HEADER_BYTES = 128;
  public static final int TRAILER_BYTES = 40;
  public static final int TOC_ENTRY_BYTES = 24;
  public static final int ALIGNMENT = 4096;
  public static final int CHUNK_BYTES = 1 << 20;
  public static final int MAX_SECTIONS = 64;
  public static final int MAX_ROWS = Integer.MAX_VALUE;
  public static final int MAX_DIMENSION = 65_536;
  public static final int MIN_DEGREE = 4;
  public static final int MAX_DEGREE = 512;
  public static final int MAX_LIST_SIZE = 10_000;
  public static final int CENTROIDS = 256;
  public static final int MAX_CURVE_POINTS = 64;
  public static final int NO_NEIGHBOR = -1;
  public static final int INT8_MAX_CODE = 127;
  public static final int NO_NEIGHBOR24 = 0xFF_FFFF;

  /** Name of the header in messages. */
  static final String HEADER = "HEADER";

  /** Name of the table of contents in messages. */
  static final String TOC = "TOC";

  /** Name of the trailer in messages. */
  static final String TRAILER = "TRAILER";

  private SegmentFormat() {}

  /** Offsets of the fields of the header, from the start of the file. */
  static final class Header {
    static final int MAGIC = 0;
    static final int KIND = 8;
    static final int VERSION = 12;
    static final int FLAGS = 16;
    static final int TABLE_ID = 20;
    static final int SEGMENT_ID = 36;
    static final int DIMENSION = 52;
    static final int METRIC = 56;
    static final int MAX_DEGREE = 60;
    static final int BUILD_LIST_SIZE = 64;
    static final int ALPHA = 68;
    static final int PQ_SUBSPACES = 72;
    static final int SEED = 76;
    static final int RESERVED = 84;
    static final int HEADER_CRC = 124;

    private Header() {}
  }

  /** Ids of the sections. */
  public static final class SectionId {
    public static final int VECTORS = 1;
    public static final int CODEBOOK = 2;
    public static final int CODES = 3;
    public static final int GRAPH = 4;
    public static final int STATS = 5;
    public static final int INT8_VECTORS = 6;
    public static final int PARTITIONED = 7;
    public static final int GRAPH24 = 8;
    public static final int TRANSFORM = 9;
    public static final int NODE_ROWS = 10;

    private SectionId() {}

    /** The name of a section, or {@code SECTION_<id>} for one that this version does not know. */
    public static String name(int id) {
      switch (id) {
        case VECTORS:
          return "VECTORS";
        case CODEBOOK:
          return "CODEBOOK";
        case CODES:
          return "CODES";
        case GRAPH:
          return "GRAPH";
        case STATS:
          return "STATS";
        case INT8_VECTORS:
          return "INT8_VECTORS";
        case PARTITIONED:
          return "PARTITIONED";
        case GRAPH24:
          return "GRAPH24";
        case TRANSFORM:
          return "TRANSFORM";
        case NODE_ROWS:
          return "NODE_ROWS";
        default:
          return "SECTION_" + Integer.toUnsignedString(id);
      }
    }

    /** Whether this version knows the section. */
    static boolean known(int id) {
      return id >= VECTORS && id <= NODE_ROWS;
    }

    /** Whether a reader that does not know this section must refuse the file. */
    static boolean required(int id) {
      return id == VECTORS
          || id == STATS
          || id == INT8_VECTORS
          || id == GRAPH24
          || id == TRANSFORM
          || id == NODE_ROWS;
    }
  }

  /** Offsets of the fields of a row of INT8_VECTORS, from its start. */
  public static final class Int8Row {
    public static final int BASE = 0;
    public static final int STEP = 4;

    /** Where the codes start. */
    public static final int BYTES = 8;

    private Int8Row() {}
  }

  /**
   * The blocks of codes that TRANSFORM describes. Their numbers follow from the lengths of
   * TRANSFORM and of a code.
   */
  public static final class TransformBlocks {
    /** Bytes of a code in front of its blocks. */
    public static final int TERM_BYTES = 4;

    /** Bytes of a block; it holds as many components of 8 bits, or twice as many of 4 bits. */
    public static final int BLOCK_BYTES = 16;

    private TransformBlocks() {}

    /** Components K in a section of {@code length} bytes, or -1 when there is no such section. */
    public static int components(long length, int dimension) {
      long rest = length - 4L * dimension;
      long components = rest / (8 + dimension);
      return rest > 0 && rest % (8 + dimension) == 0 && components * dimension <= Integer.MAX_VALUE
          ? (int) components
          : -1;
    }

    /** Blocks of a code of so many bytes. */
    public static int all(int codeBytes) {
      return (codeBytes - TERM_BYTES) / BLOCK_BYTES;
    }

    /** How many of the blocks are of 4 bits. */
    public static int narrow(int components, int codeBytes) {
      return components / BLOCK_BYTES - all(codeBytes);
    }

    /** Whether there are such components in such codes. */
    static boolean match(int components, long codeBytes) {
      return components > 0
          && components % BLOCK_BYTES == 0
          && codeBytes % BLOCK_BYTES == TERM_BYTES
          && codeBytes <= components + TERM_BYTES
          && 2 * codeBytes >= components + 2 * TERM_BYTES;
    }
  }

  /** Offsets of the fields of STATS, from the start of the section. */
  public static final class Stats {
    public static final int ENTRY_POINT = 0;
    public static final int HELD_OUT_ROWS = 4;
    public static final int CURVE_POINTS = 8;

    /** Where the points start. */
    public static final int BYTES = 12;

    private Stats() {}
  }

  /** Offsets of the fields of a point of the recall curve, from its start. */
  public static final class CurvePoint {
    public static final int POINT_LIST_SIZE = 0;
    public static final int POINT_RECALL_10 = 4;
    public static final int POINT_RECALL_100 = 8;

    /** Length of a point. */
    public static final int BYTES = 12;

    private CurvePoint() {}
  }

  /** Offsets of the fields of an entry of the table of contents, from its start. */
  static final class TocEntry {
    static final int SECTION_ID = 0;
    static final int SECTION_FLAGS = 4;
    static final int SECTION_OFFSET = 8;
    static final int SECTION_LENGTH = 16;

    private TocEntry() {}
  }

  /** Offsets of the fields of the trailer, from its start. */
  static final class Trailer {
    static final int ROWS = 0;
    static final int SECTIONS = 4;
    static final int TOC_OFFSET = 8;
    static final int FILE_BYTES = 16;
    static final int TRAILER_RESERVED = 24;
    static final int TRAILER_CRC = 28;
    static final int TRAILER_MAGIC = 32;

    private Trailer() {}
  }

  /** The first offset at or after {@code offset} at which a section may start. */
  static long align(long offset) {
    return Math.addExact(offset, ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Chunks that a section of {@code length} bytes is checksummed in. */
  static long chunks(long length) {
    return length / CHUNK_BYTES + (length % CHUNK_BYTES == 0 ? 0 : 1);
  }

  private static String codes(FormatReader reader) {
    Section codes = reader.section(SectionId.CODES);
    return codes == null ? "no codes" : "codes of " + codes.length() / reader.rows() + " bytes";
  }

  /**
   * A page of text that says what {@code file} claims to hold. Checks header, table of contents and
   * trailer, not the sections.
   *
   * @throws CorruptIndexException when those are damaged
   * @throws UnsupportedFormatException when the file is newer than this version
   */
  public static String describe(Path file) throws IOException {
    try (FormatReader reader = FormatReader.open(file)) {
      FileHeader header = reader.header();
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              "%s: format version %d, %d bytes, CRC32C %08x%n",
              file.getFileName(), VERSION, reader.fileBytes(), reader.fileCrc32c()));
      text.append(String.format("table %s, segment %s%n", header.tableId(), header.segmentId()));
      text.append(
          String.format(
              "%d rows of %d floats, metric %d, R %d, L %d, alpha %s, %s, seed %d%n",
              reader.rows(),
              header.dimension(),
              header.metric(),
              header.maxDegree(),
              header.buildListSize(),
              header.alpha(),
              codes(reader),
              header.seed()));
      for (Section section : reader.sections()) {
        text.append(
            String.format(
                "%-10s id %d, %s, offset %d, %d bytes in %d chunks%n",
                section.name(),
                section.id(),
                section.required() ? "required" : "optional",
                section.offset(),
                section.length(),
                chunks(section.length())));
      }
      return text.toString();
    }
  }
}
