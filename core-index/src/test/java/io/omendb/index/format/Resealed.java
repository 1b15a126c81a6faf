/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import io.omendb.index.format.SegmentFormat.Header;
import io.omendb.index.format.SegmentFormat.TocEntry;
import io.omendb.index.format.SegmentFormat.Trailer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A segment file in memory that can be edited and whose checksums can be made right again: what a
 * wrong or hostile writer would produce.
 */
public final class Resealed {
  private final ByteBuffer bytes;

  public Resealed(byte[] file) {
    this.bytes = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
  }

  public Resealed putInt(long at, int value) {
    bytes.putInt((int) at, value);
    return this;
  }

  public Resealed putLong(long at, long value) {
    bytes.putLong((int) at, value);
    return this;
  }

  public Resealed putFloat(long at, float value) {
    bytes.putFloat((int) at, value);
    return this;
  }

  /** Offset in the file of a field of the trailer. */
  public int trailer(int field) {
    return bytes.capacity() - SegmentFormat.TRAILER_BYTES + field;
  }

  /** Offset in the file of a field of the index-th entry of the table of contents. */
  public int toc(int index, int field) {
    return (int) bytes.getLong(trailer(Trailer.TOC_OFFSET))
        + index * SegmentFormat.TOC_ENTRY_BYTES
        + field;
  }

  /** Offset in the file of the index-th section. */
  public long section(int index) {
    return bytes.getLong(toc(index, TocEntry.SECTION_OFFSET));
  }

  /** The bytes with right checksums of the chunks, where the table makes sense. */
  public byte[] withChecksumsOfChunks() {
    int sections = bytes.getInt(trailer(Trailer.SECTIONS));
    int at = toc(sections, 0);
    for (int s = 0; s < sections; s++) {
      long offset = section(s);
      long length = bytes.getLong(toc(s, TocEntry.SECTION_LENGTH));
      for (long chunk = 0; chunk < length; chunk += SegmentFormat.CHUNK_BYTES) {
        int n = (int) Math.min(SegmentFormat.CHUNK_BYTES, length - chunk);
        bytes.putInt(at, crc((int) (offset + chunk), n));
        at += Integer.BYTES;
      }
    }
    return bytes();
  }

  /** The bytes with right checksums of header and trailer. */
  public byte[] bytes() {
    bytes.putInt(Header.HEADER_CRC, crc(0, Header.HEADER_CRC));
    int toc = toc(0, 0);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, Header.HEADER_CRC);
    if (toc >= 0 && toc <= trailer(0)) {
      crc.update(bytes.array(), toc, trailer(Trailer.TRAILER_CRC) - toc);
      bytes.putInt(trailer(Trailer.TRAILER_CRC), (int) crc.getValue());
    }
    return bytes.array().clone();
  }

  private int crc(int from, int n) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), from, n);
    return (int) crc.getValue();
  }
}
