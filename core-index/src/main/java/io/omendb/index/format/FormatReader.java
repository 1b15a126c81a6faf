/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Opens a segment file: checks header, table of contents and trailer, verifies the sections by
 * reading them as a stream, and maps them. Verification and mapping use one channel and so the same
 * file, whatever happens to its name. Owned by one thread.
 */
public final class FormatReader implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final long fileBytes;
  private final FileHeader header;
  private final TableOfContents toc;
  private final int rows;
  private final int headerCrc;
  private final int tailCrc;

  private FormatReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.fileBytes = channel.size();
    if (fileBytes < SegmentFormat.ALIGNMENT + SegmentFormat.TRAILER_BYTES) {
      throw new CorruptIndexException(
          file, SegmentFormat.HEADER, 0, "the file has only " + fileBytes + " bytes");
    }
    ByteBuffer head = read(SegmentFormat.HEADER, 0, SegmentFormat.HEADER_BYTES);
    this.header = FileHeader.decode(file, head);
    long trailerAt = fileBytes - SegmentFormat.TRAILER_BYTES;
    ByteBuffer trailer = read(SegmentFormat.TRAILER, trailerAt, SegmentFormat.TRAILER_BYTES);
    int tocBytes = TableOfContents.bytes(file, trailer, fileBytes);
    ByteBuffer tail =
        read(SegmentFormat.TOC, trailerAt - tocBytes, tocBytes + SegmentFormat.TRAILER_BYTES);
    this.toc = TableOfContents.decode(file, header, head, tail, tocBytes);
    this.rows = tail.getInt(tocBytes + SegmentFormat.Trailer.ROWS);
    this.headerCrc = Crc32c.of(head, 0, head.limit());
    this.tailCrc = Crc32c.of(tail, 0, tail.limit());
  }

  /**
   * Opens {@code file} and checks everything but the content of its sections.
   *
   * @throws CorruptIndexException when it is damaged
   * @throws UnsupportedFormatException when it is newer than this library
   */
  public static FormatReader open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new FormatReader(file, channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** What the header says. */
  public FileHeader header() {
    return header;
  }

  /** Rows in the segment. */
  public int rows() {
    return rows;
  }

  /** Length of the file. */
  public long fileBytes() {
    return fileBytes;
  }

  /** All sections in ascending order of offset. */
  public List<Section> sections() {
    return toc.sections();
  }

  /** The section {@code id}, or null when the file has none. */
  public Section section(int id) {
    for (Section section : toc.sections()) {
      if (section.id() == id) {
        return section;
      }
    }
    return null;
  }

  /**
   * CRC32C of the whole file, put together from the checksums in it; what a stream over an
   * undamaged file would give.
   */
  public int fileCrc32c() {
    int crc = headerCrc;
    long at = SegmentFormat.HEADER_BYTES;
    for (int s = 0; s < toc.sections().size(); s++) {
      Section section = toc.sections().get(s);
      crc = Crc32c.combine(crc, crcOfZeros((int) (section.offset() - at)), section.offset() - at);
      for (long chunk = 0; chunk < section.length(); chunk += SegmentFormat.CHUNK_BYTES) {
        long bytes = Math.min(SegmentFormat.CHUNK_BYTES, section.length() - chunk);
        int checksum = toc.checksum(s, (int) (chunk / SegmentFormat.CHUNK_BYTES));
        crc = Crc32c.combine(crc, checksum, bytes);
      }
      at = section.end();
    }
    return Crc32c.combine(crc, tailCrc, fileBytes - at);
  }

  /** What to do about damage; a handler that returns lets verification go on behind it. */
  @FunctionalInterface
  public interface DamageHandler {
    /** Called for every gap or chunk that is damaged or that the check refused. */
    void damaged(CorruptIndexException damage) throws CorruptIndexException;
  }

  /**
   * Reads every byte that {@link #open} did not, compares checksums and shows each chunk to {@code
   * check}.
   *
   * @throws CorruptIndexException at the first chunk or gap that is damaged or that {@code check}
   *     refuses
   */
  public void verify(ChunkCheck check) throws IOException {
    verify(
        check,
        damage -> {
          throw damage;
        });
  }

  /** Verifies as {@link #verify(ChunkCheck)} and tells {@code handler} of damage. */
  public void verify(ChunkCheck check, DamageHandler handler) throws IOException {
    ByteBuffer buffer =
        ByteBuffer.allocate((int) Math.min(SegmentFormat.CHUNK_BYTES, fileBytes))
            .order(ByteOrder.LITTLE_ENDIAN);
    long at = SegmentFormat.HEADER_BYTES;
    for (int s = 0; s < toc.sections().size(); s++) {
      Section section = toc.sections().get(s);
      try {
        verifyGap(section, at, buffer);
      } catch (CorruptIndexException e) {
        handler.damaged(e);
      }
      for (long chunk = 0; chunk < section.length(); chunk += SegmentFormat.CHUNK_BYTES) {
        int bytes = (int) Math.min(SegmentFormat.CHUNK_BYTES, section.length() - chunk);
        try {
          verifyChunk(s, chunk, bytes, buffer);
          check.check(section, chunk, buffer);
        } catch (CorruptIndexException e) {
          handler.damaged(e);
        }
      }
      at = section.end();
    }
  }

  /**
   * Reads a section that is known to be small, verified.
   *
   * @return little-endian bytes from position 0
   */
  public ByteBuffer readSmall(Section section) throws IOException {
    if (section.length() > SegmentFormat.CHUNK_BYTES) {
      throw new IllegalArgumentException(section + " is larger than one chunk");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) section.length()).order(ByteOrder.LITTLE_ENDIAN);
    if (section.length() > 0) {
      verifyChunk(toc.sections().indexOf(section), 0, (int) section.length(), buffer);
    }
    return buffer;
  }

  /** Maps the whole file; the mapping stays when this reader is closed. */
  public MappedFile map() throws IOException {
    return MappedFile.map(channel, file.toString(), fileBytes);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void verifyGap(Section next, long from, ByteBuffer buffer) throws IOException {
    int bytes = (int) (next.offset() - from);
    fill(next.name(), from, bytes, buffer);
    for (int i = 0; i < bytes; i++) {
      if (buffer.get(i) != 0) {
        throw new CorruptIndexException(
            file, next.name(), from + i, "a byte of the gap before the section is not zero");
      }
    }
  }

  private void verifyChunk(int index, long chunk, int bytes, ByteBuffer buffer) throws IOException {
    Section section = toc.sections().get(index);
    long offset = section.offset() + chunk;
    fill(section.name(), offset, bytes, buffer);
    int expected = toc.checksum(index, (int) (chunk / SegmentFormat.CHUNK_BYTES));
    int actual = Crc32c.of(buffer, 0, bytes);
    if (actual != expected) {
      throw new CorruptIndexException(
          file,
          section.name(),
          offset,
          String.format("%d bytes have checksum %08x, not %08x", bytes, actual, expected));
    }
  }

  private ByteBuffer read(String what, long offset, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fill(what, offset, bytes, buffer);
    return buffer;
  }

  /** Leaves {@code bytes} bytes in {@code buffer}, from position 0 to its limit. */
  private void fill(String what, long offset, int bytes, ByteBuffer buffer) throws IOException {
    buffer.clear().limit(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new CorruptIndexException(
            file, what, offset + buffer.position(), "the file ends while it is being read");
      }
    }
    buffer.flip();
  }

  private static int crcOfZeros(int n) {
    CRC32C crc = new CRC32C();
    crc.update(new byte[n]);
    return (int) crc.getValue();
  }
}
