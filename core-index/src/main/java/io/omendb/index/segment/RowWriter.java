/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.FormatWriter;
import io.omendb.index.format.MappedFile;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.Int8Row;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.quantization.ScalarQuantizer;
import io.omendb.index.vector.VectorReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Writes the rows of a segment in the storage of its config. When that is not float, it also keeps
 * the floats in a {@link SideFile}, for the time of the build: a graph is built from them as fast
 * as that of any other segment, and its recall is measured against them. Owned by one thread.
 */
final class RowWriter implements Closeable {
  private final FormatWriter writer;
  private final int dimension;

  /** Null when the storage is float. */
  private final Int8 int8;

  private Section section;

  RowWriter(FormatWriter writer, Path file, IndexConfig config) throws IOException {
    this.writer = writer;
    this.dimension = config.dimension();
    this.int8 = config.storage() == VectorStorage.INT8 ? new Int8(file, dimension) : null;
    writer.beginSection(int8 == null ? SectionId.VECTORS : SectionId.INT8_VECTORS);
  }

  /** Bytes of heap of the buffers. */
  static long heapBytes(IndexConfig config) {
    return config.storage() == VectorStorage.INT8
        ? SegmentFormat.CHUNK_BYTES + 4L * config.dimension()
        : 0;
  }

  /** Appends a row. */
  void write(float[] vector) throws IOException {
    if (int8 == null) {
      writer.write(vector, 0, dimension);
    } else {
      int8.write(vector);
    }
  }

  /** Ends the section; nothing is written after this. */
  void end() throws IOException {
    section = writer.endSection();
    if (int8 != null) {
      int8.flush();
    }
  }

  /** The rows as the segment holds them, from a mapping of what is written. */
  MappedVectors stored(MappedFile mapped, int rows) {
    return new MappedVectors(mapped, section, rows, dimension);
  }

  /** Maps the file of floats; null when the segment holds floats itself. */
  MappedFile mapFloats() throws IOException {
    return int8 == null ? null : int8.file.map();
  }

  @Override
  public void close() throws IOException {
    if (int8 != null) {
      int8.file.close();
    }
  }

  /** The rows as they were added; may be shared by threads. */
  VectorReader added(MappedFile mapped, MappedFile floats, int rows) {
    return floats == null
        ? stored(mapped, rows).newReader()
        : new MappedVectors.FloatRows(floats, 0, rows, dimension);
  }

  /** Writes both forms of each row. */
  private final class Int8 {
    private final SideFile file;
    private final ByteBuffer buffer =
        ByteBuffer.allocate(SegmentFormat.CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ScalarQuantizer quantizer = new ScalarQuantizer();
    private final ByteBuffer record;

    Int8(Path segment, int dimension) throws IOException {
      record = ByteBuffer.allocate(Int8Row.BYTES + dimension).order(ByteOrder.LITTLE_ENDIAN);
      file = new SideFile(segment, ".rows");
    }

    void write(float[] vector) throws IOException {
      quantizer.encode(vector, 0, dimension, record.array(), Int8Row.BYTES);
      record.putFloat(Int8Row.BASE, quantizer.base()).putFloat(Int8Row.STEP, quantizer.step());
      writer.write(record.array(), 0, record.capacity());
      for (int done = 0; done < dimension; ) {
        if (buffer.remaining() < Float.BYTES) {
          flush();
        }
        int part = Math.min(dimension - done, buffer.remaining() / Float.BYTES);
        buffer.asFloatBuffer().put(vector, done, part);
        buffer.position(buffer.position() + part * Float.BYTES);
        done += part;
      }
    }

    void flush() throws IOException {
      buffer.flip();
      file.write(buffer);
      buffer.clear();
    }
  }
}
