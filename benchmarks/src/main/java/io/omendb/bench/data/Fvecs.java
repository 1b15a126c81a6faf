/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads an .fvecs file front to back: every vector is its dimension (int32) and as many float32,
 * little-endian. All vectors of a file have the same dimension. Owned by one thread.
 */
public final class Fvecs implements Closeable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final int dimension;
  private final int size;
  private final ByteBuffer buffer;
  private int next;

  private Fvecs(Path file, FileChannel channel, int dimension, int size) {
    this.file = file;
    this.channel = channel;
    this.dimension = dimension;
    this.size = size;
    int recordBytes = recordBytes(dimension);
    int records = Math.max(1, BUFFER_BYTES / recordBytes);
    this.buffer = ByteBuffer.allocateDirect(records * recordBytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.limit(0);
  }

  /** Opens a file; throws VectorFileException when it cannot be one. */
  public static Fvecs open(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file);
    } catch (NoSuchFileException e) {
      throw new VectorFileException(file, "does not exist.");
    }
    try {
      int dimension = Ivecs.recordLength(file, channel);
      long records = channel.size() / recordBytes(dimension);
      if (records > Integer.MAX_VALUE) {
        throw new VectorFileException(file, "holds " + records + " vectors; 2^31-1 are the limit.");
      }
      return new Fvecs(file, channel, dimension, (int) records);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** All vectors of a file, for files that fit the heap. */
  public static float[][] readAll(Path file) throws IOException {
    return readAll(file, Integer.MAX_VALUE);
  }

  /** The first {@code limit} vectors of a file, or all when there are fewer. */
  public static float[][] readAll(Path file, int limit) throws IOException {
    try (Fvecs in = open(file)) {
      float[][] vectors = new float[Math.min(limit, in.size())][in.dimension()];
      for (float[] vector : vectors) {
        in.read(vector);
      }
      return vectors;
    }
  }

  /** Floats per vector. */
  public int dimension() {
    return dimension;
  }

  /** Vectors in the file. */
  public int size() {
    return size;
  }

  /** Continues with vector {@code ordinal}. */
  public void seek(int ordinal) throws IOException {
    channel.position((long) ordinal * recordBytes(dimension));
    buffer.limit(0);
    next = ordinal;
  }

  /** Reads the next vector into {@code dst}; false at the end of the file. */
  public boolean read(float[] dst) throws IOException {
    if (next == size) {
      return false;
    }
    if (!buffer.hasRemaining()) {
      fill();
    }
    int length = buffer.getInt();
    if (length != dimension) {
      throw new VectorFileException(
          file,
          "has dimension " + dimension + " at first but " + length + " in vector " + next + ".");
    }
    buffer.asFloatBuffer().get(dst, 0, dimension);
    buffer.position(buffer.position() + dimension * Float.BYTES);
    next++;
    return true;
  }

  private void fill() throws IOException {
    long left = (long) (size - next) * recordBytes(dimension);
    buffer.clear().limit((int) Math.min(left, buffer.capacity()));
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new VectorFileException(file, "became shorter while it was read.");
      }
    }
    buffer.flip();
  }

  private static int recordBytes(int dimension) {
    return Integer.BYTES + dimension * Float.BYTES;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Writes an .fvecs file. Owned by one thread. */
  public static final class Writer implements Closeable {
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final int dimension;

    /** Starts {@code file}, replacing one that exists. */
    public Writer(Path file, int dimension) throws IOException {
      this.channel = FileChannel.open(file, Ivecs.CREATE);
      this.dimension = dimension;
      this.buffer =
          ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, recordBytes(dimension)))
              .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Appends a vector. */
    public void write(float[] vector) throws IOException {
      if (vector.length != dimension) {
        throw new IllegalArgumentException(
            "vector has " + vector.length + " floats, the file has dimension " + dimension);
      }
      if (buffer.remaining() < recordBytes(dimension)) {
        flush();
      }
      buffer.putInt(dimension);
      buffer.asFloatBuffer().put(vector);
      buffer.position(buffer.position() + dimension * Float.BYTES);
    }

    private void flush() throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        flush();
      }
    }
  }
}
