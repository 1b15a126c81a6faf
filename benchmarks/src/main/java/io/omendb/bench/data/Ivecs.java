/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Reads and writes .ivecs files, which hold the ordinals of the exact nearest neighbours: every row
 * is its length (int32) and as many int32, little-endian.
 */
public final class Ivecs {
  static final Set<OpenOption> CREATE =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);

  private static final int MAX_LENGTH = 1 << 20;

  private Ivecs() {}

  /** All rows of a file; throws VectorFileException when it is not an .ivecs file. */
  public static int[][] readAll(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      int length = recordLength(file, channel);
      ByteBuffer record = ByteBuffer.allocate(4 + length * 4).order(ByteOrder.LITTLE_ENDIAN);
      int[][] rows = new int[(int) (channel.size() / record.capacity())][length];
      for (int i = 0; i < rows.length; i++) {
        readFully(file, channel, record.clear(), (long) i * record.capacity());
        if (record.flip().getInt() != length) {
          throw new VectorFileException(
              file, "has rows of different lengths, the first is row " + i + ".");
        }
        record.asIntBuffer().get(rows[i]);
      }
      return rows;
    } catch (NoSuchFileException e) {
      throw new VectorFileException(file, "does not exist.");
    }
  }

  /** Writes the rows, which have the same length; replaces a file that exists. */
  public static void write(Path file, int[][] rows) throws IOException {
    try (FileChannel channel = FileChannel.open(file, CREATE)) {
      for (int[] row : rows) {
        ByteBuffer record = ByteBuffer.allocate(4 + row.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(row.length).asIntBuffer().put(row);
        record.rewind();
        while (record.hasRemaining()) {
          channel.write(record);
        }
      }
    }
  }

  /** The number of values in every record of an .fvecs or .ivecs file, checked against its size. */
  static int recordLength(Path file, FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    if (channel.size() < 4) {
      throw new VectorFileException(file, "is empty or ends before its first vector.");
    }
    readFully(file, channel, head, 0);
    int length = head.flip().getInt();
    if (length < 1 || length > MAX_LENGTH) {
      throw new VectorFileException(
          file,
          "does not start with a length from 1 to " + MAX_LENGTH + " but with " + length + ".");
    }
    if (channel.size() % (4 + 4L * length) != 0) {
      throw new VectorFileException(
          file,
          "has %d bytes, which is not a whole number of records of %d values; it may be cut off."
              .formatted(channel.size(), length));
    }
    return length;
  }

  private static void readFully(Path file, FileChannel channel, ByteBuffer dst, long position)
      throws IOException {
    while (dst.hasRemaining()) {
      int n = channel.read(dst, position);
      if (n < 0) {
        throw new VectorFileException(file, "became shorter while it was read.");
      }
      position += n;
    }
  }
}
