/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import io.omendb.index.format.SegmentFormat.Header;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What the header of a segment file says. The numbers mean what FORMAT.md says; only their ranges
 * are known here.
 *
 * @param tableId the table for which the segment was built
 * @param segmentId identity of the file
 * @param dimension floats per vector
 * @param metric wire id of the metric
 * @param maxDegree slots per graph record
 * @param buildListSize beam width of the build
 * @param alpha pruning slack
 * @param pqSubspaces bytes per product code; 0 when that was left to the build
 * @param seed of every random choice
 */
public record FileHeader(
    UUID tableId,
    UUID segmentId,
    int dimension,
    int metric,
    int maxDegree,
    int buildListSize,
    float alpha,
    int pqSubspaces,
    long seed) {

  /** Refuses values that the format has no room for. */
  public FileHeader {
    String fault = fault(dimension, metric, maxDegree, buildListSize, alpha, pqSubspaces);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
  }

  /** Says which value is out of its range; null when none is. */
  private static String fault(
      int dimension, int metric, int maxDegree, int buildListSize, float alpha, int pqSubspaces) {
    if (dimension < 1 || dimension > SegmentFormat.MAX_DIMENSION) {
      return outside("dimension", dimension, 1, SegmentFormat.MAX_DIMENSION);
    }
    if (metric < 1 || metric > 3) {
      return outside("metric", metric, 1, 3);
    }
    if (maxDegree < SegmentFormat.MIN_DEGREE || maxDegree > SegmentFormat.MAX_DEGREE) {
      return outside("maxDegree", maxDegree, SegmentFormat.MIN_DEGREE, SegmentFormat.MAX_DEGREE);
    }
    if (buildListSize < maxDegree || buildListSize > SegmentFormat.MAX_LIST_SIZE) {
      return outside("buildListSize", buildListSize, maxDegree, SegmentFormat.MAX_LIST_SIZE);
    }
    if (!(alpha >= 1f && alpha <= 2f)) {
      return "alpha must be in [1.0, 2.0], was " + alpha;
    }
    if (pqSubspaces < 0 || pqSubspaces > dimension) {
      return outside("pqSubspaces", pqSubspaces, 0, dimension);
    }
    return null;
  }

  private static String outside(String name, int value, int min, int max) {
    return String.format("%s must be in [%d, %d], was %d", name, min, max, value);
  }

  /** The header's bytes, ready to be read from position 0. */
  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(SegmentFormat.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(Header.MAGIC, SegmentFormat.MAGIC);
    out.putInt(Header.KIND, SegmentFormat.KIND_SEGMENT);
    out.putInt(Header.VERSION, SegmentFormat.VERSION);
    putUuid(out, Header.TABLE_ID, tableId);
    putUuid(out, Header.SEGMENT_ID, segmentId);
    out.putInt(Header.DIMENSION, dimension);
    out.putInt(Header.METRIC, metric);
    out.putInt(Header.MAX_DEGREE, maxDegree);
    out.putInt(Header.BUILD_LIST_SIZE, buildListSize);
    out.putFloat(Header.ALPHA, alpha);
    out.putInt(Header.PQ_SUBSPACES, pqSubspaces);
    out.putLong(Header.SEED, seed);
    out.putInt(Header.HEADER_CRC, Crc32c.of(out, 0, Header.HEADER_CRC));
    return out;
  }

  /**
   * Reads a header of {@link SegmentFormat#HEADER_BYTES} little-endian bytes.
   *
   * @param file for messages
   */
  static FileHeader decode(Path file, ByteBuffer in)
      throws CorruptIndexException, UnsupportedFormatException {
    if (in.getLong(Header.MAGIC) != SegmentFormat.MAGIC) {
      throw corrupt(file, Header.MAGIC, "the file does not start with the magic of a segment");
    }
    if (in.getInt(Header.HEADER_CRC) != Crc32c.of(in, 0, Header.HEADER_CRC)) {
      throw corrupt(file, Header.HEADER_CRC, "wrong checksum of the header");
    }
    if (in.getInt(Header.KIND) != SegmentFormat.KIND_SEGMENT) {
      throw corrupt(
          file, Header.KIND, "kind " + in.getInt(Header.KIND) + " is not that of a segment");
    }
    int version = in.getInt(Header.VERSION);
    if (version < SegmentFormat.MIN_VERSION || version > SegmentFormat.VERSION) {
      throw UnsupportedFormatException.version(
          file, version, SegmentFormat.MIN_VERSION, SegmentFormat.VERSION);
    }
    if (in.getInt(Header.FLAGS) != 0) {
      throw corrupt(file, Header.FLAGS, "unknown flags");
    }
    for (int i = Header.RESERVED; i < Header.HEADER_CRC; i++) {
      if (in.get(i) != 0) {
        throw corrupt(file, i, "a reserved byte is not zero");
      }
    }
    try {
      return new FileHeader(
          uuid(in, Header.TABLE_ID),
          uuid(in, Header.SEGMENT_ID),
          in.getInt(Header.DIMENSION),
          in.getInt(Header.METRIC),
          in.getInt(Header.MAX_DEGREE),
          in.getInt(Header.BUILD_LIST_SIZE),
          in.getFloat(Header.ALPHA),
          in.getInt(Header.PQ_SUBSPACES),
          in.getLong(Header.SEED));
    } catch (IllegalArgumentException e) {
      throw corrupt(file, Header.DIMENSION, e.getMessage());
    }
  }

  private static CorruptIndexException corrupt(Path file, int offset, String reason) {
    return new CorruptIndexException(file, SegmentFormat.HEADER, offset, reason);
  }

  private static void putUuid(ByteBuffer out, int at, UUID id) {
    out.putLong(at, Long.reverseBytes(id.getMostSignificantBits()));
    out.putLong(at + Long.BYTES, Long.reverseBytes(id.getLeastSignificantBits()));
  }

  private static UUID uuid(ByteBuffer in, int at) {
    return new UUID(
        Long.reverseBytes(in.getLong(at)), Long.reverseBytes(in.getLong(at + Long.BYTES)));
  }
}
