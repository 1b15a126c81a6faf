/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import io.omendb.index.format.SegmentFormat.SectionId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a segment file front to back: sections one after the other, aligned, with a checksum per
 * chunk, then table of contents and trailer. Never returns to an earlier byte. Owned by one thread.
 */
public final class FormatWriter implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer header;
  private final List<Section> sections = new ArrayList<>();
  private final List<int[]> checksums = new ArrayList<>();

  /** One chunk of the section that is being written; empty between sections. */
  private final ByteBuffer chunk =
      ByteBuffer.allocate(SegmentFormat.CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private final CRC32C fileCrc = new CRC32C();
  private long written;

  private int sectionId;
  private long sectionOffset;
  private int[] sectionChecksums = new int[0];
  private int sectionChunks;

  private FormatWriter(Path file, FileChannel channel, FileHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header.encode();
  }

  /**
   * Creates {@code file}, which must not exist, and writes its header.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it exists
   */
  public static FormatWriter create(Path file, FileHeader header) throws IOException {
    // Readable too, so that sections can be mapped while later ones are still to come.
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
    FormatWriter writer = new FormatWriter(file, channel, header);
    try {
      writer.put(writer.header.duplicate());
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    return writer;
  }

  /** Starts the section {@code id} at the next aligned offset. */
  public void beginSection(int id) throws IOException {
    put(ByteBuffer.allocate((int) (SegmentFormat.align(written) - written)));
    sectionId = id;
    sectionOffset = written;
    sectionChunks = 0;
  }

  /** Appends floats to the section. */
  public void write(float[] src, int from, int n) throws IOException {
    for (int done = 0; done < n; ) {
      int part = Math.min(n - done, room() / Float.BYTES);
      chunk.asFloatBuffer().put(src, from + done, part);
      chunk.position(chunk.position() + part * Float.BYTES);
      done += part;
    }
  }

  /** Appends ints to the section. */
  public void write(int[] src, int from, int n) throws IOException {
    for (int done = 0; done < n; ) {
      int part = Math.min(n - done, room() / Integer.BYTES);
      chunk.asIntBuffer().put(src, from + done, part);
      chunk.position(chunk.position() + part * Integer.BYTES);
      done += part;
    }
  }

  /** Appends bytes to the section. */
  public void write(byte[] src, int from, int n) throws IOException {
    for (int done = 0; done < n; ) {
      int part = Math.min(n - done, room());
      chunk.put(src, from + done, part);
      done += part;
    }
  }

  /**
   * Ends the section; everything up to here can be read from the file now.
   *
   * @return where it lies
   */
  public Section endSection() throws IOException {
    flushChunk();
    Section section =
        new Section(
            sectionId, SectionId.required(sectionId), sectionOffset, written - sectionOffset);
    sections.add(section);
    checksums.add(Arrays.copyOf(sectionChecksums, sectionChunks));
    return section;
  }

  /**
   * Maps what has been written so far, for the time of the build.
   *
   * <p>The caller closes the mapping before it deletes the file.
   */
  public MappedFile mapWritten() throws IOException {
    return MappedFile.map(channel, file.toString(), written);
  }

  /** Writes table of contents and trailer and brings the file to stable storage. */
  public void finish(int rows) throws IOException {
    put(new TableOfContents(sections, checksums).encode(header, rows));
    channel.force(true);
  }

  /** Bytes written so far. */
  public long fileBytes() {
    return written;
  }

  /** CRC32C of all bytes written so far. */
  public int fileCrc32c() {
    return (int) fileCrc.getValue();
  }

  /** Closes the file as it is; it is a segment only after {@link #finish}. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Bytes that fit in the chunk, at least one: a full chunk is written first. */
  private int room() throws IOException {
    if (!chunk.hasRemaining()) {
      flushChunk();
    }
    return chunk.remaining();
  }

  private void flushChunk() throws IOException {
    if (chunk.position() == 0) {
      return;
    }
    chunk.flip();
    if (sectionChunks == sectionChecksums.length) {
      sectionChecksums = Arrays.copyOf(sectionChecksums, Math.max(16, sectionChunks * 2));
    }
    sectionChecksums[sectionChunks++] = Crc32c.of(chunk, 0, chunk.limit());
    put(chunk);
    chunk.clear();
  }

  private void put(ByteBuffer bytes) throws IOException {
    fileCrc.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      written += channel.write(bytes);
    }
  }
}
