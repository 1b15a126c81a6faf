/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A read-only mapping of a file, little-endian, with long offsets over pieces of at most 1 GiB. Any
 * number of threads may read.
 *
 * <p><b>Life.</b> A read of memory that is no longer mapped ends the process, so the mapping counts
 * its readers. A reader calls {@link #acquire} before its first read and {@link #release} after its
 * last, in a {@code finally}; between the two it reads without any check of the mapping's state.
 * {@link #close} never waits: from then on {@code acquire} throws IllegalStateException, readers
 * that hold a reference finish undisturbed, and whoever is last, the closer or a reader, unmaps.
 * Reads without a reference are a bug of the caller; the ones that follow a close in the same
 * thread still throw IllegalStateException.
 *
 * <p><b>Bounds.</b> Every read is checked against its piece by the buffers underneath; an offset
 * outside of the file throws IndexOutOfBoundsException. The mapping outlives its channel, so that
 * an interrupted thread cannot take it away from others. When somebody cuts the file short on disk,
 * reads beyond its end throw InternalError.
 */
public final class MappedFile implements Closeable {
  private static final int PIECE_SHIFT = 30;
  private static final int CACHE_LINE = 64;

  /** The bit of {@link #state} that says closed; the other bits count the readers. */
  private static final int CLOSED = 1 << 31;

  private final String name;
  private final long length;
  private final int shift;
  private final AtomicInteger state = new AtomicInteger();
  private ByteBuffer[] bytes;
  private IntBuffer[] ints;
  private FloatBuffer[] floats;

  private MappedFile(String name, long length, int shift, ByteBuffer[] bytes) {
    this.name = name;
    this.length = length;
    this.shift = shift;
    this.bytes = bytes;
    this.ints = new IntBuffer[bytes.length];
    this.floats = new FloatBuffer[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ints[i] = bytes[i].asIntBuffer();
      floats[i] = bytes[i].asFloatBuffer();
    }
  }

  /**
   * Maps the first {@code length} bytes of a file. The channel may be closed afterwards.
   *
   * @param name of the file, for messages
   * @throws IOException when the file is shorter, or the system refuses
   */
  public static MappedFile map(FileChannel channel, String name, long length) throws IOException {
    return map(channel, name, length, PIECE_SHIFT);
  }

  /** Maps in pieces of 2^{@code shift} bytes, a multiple of the size of a page. */
  static MappedFile map(FileChannel channel, String name, long length, int shift)
      throws IOException {
    // A mapping beyond the end would grow a writable file and fault later on a read-only one.
    if (length < 0 || length > channel.size()) {
      throw new IOException(
          String.format("cannot map %d bytes of %s, it has %d", length, name, channel.size()));
    }
    long piece = 1L << shift;
    ByteBuffer[] bytes = new ByteBuffer[Math.toIntExact((length + piece - 1) >>> shift)];
    try {
      for (int i = 0; i < bytes.length; i++) {
        long start = (long) i << shift;
        bytes[i] =
            channel
                .map(FileChannel.MapMode.READ_ONLY, start, Math.min(piece, length - start))
                .order(ByteOrder.LITTLE_ENDIAN);
      }
    } catch (IOException | RuntimeException | Error e) {
      Unmapper.unmap(bytes);
      throw e;
    }
    return new MappedFile(name, length, shift, bytes);
  }

  /** Bytes that are mapped. */
  public long length() {
    return length;
  }

  /** Copies {@code n} bytes at {@code offset} to {@code dst[at ..]}. */
  public void getBytes(long offset, byte[] dst, int at, int n) {
    ByteBuffer[] pieces = bytes;
    if (pieces == null) {
      throw closed();
    }
    int within = within(offset);
    int part = Math.min(n, (1 << shift) - within);
    pieces[piece(offset)].get(within, dst, at, part);
    if (part < n) {
      getBytes(offset + part, dst, at + part, n - part);
    }
  }

  /**
   * Brings records to the caches that are about to be copied, by reading a byte at their beginning,
   * one in the next cache line and one at their end. These reads do not wait for each other as
   * copies do, each of which is longer than what a processor looks ahead; so the misses of all
   * records overlap, and what is between is fetched along with them.
   *
   * @param base offset of record 0
   * @param ordinals of the records {@code from .. to}, end excluded
   */
  public void prefetch(long base, int recordBytes, int[] ordinals, int from, int to) {
    ByteBuffer[] pieces = bytes;
    if (pieces == null) {
      throw closed();
    }
    int sum = 0;
    for (int i = from; i < to; ) {
      int current = piece(base + (long) ordinals[i] * recordBytes);
      ByteBuffer piece = pieces[current];
      int end = piece.limit() - 1;
      for (; i < to; i++) {
        long offset = base + (long) ordinals[i] * recordBytes;
        if (piece(offset) != current) {
          break;
        }
        int first = within(offset);
        int last = Math.min(first + recordBytes - 1, end);
        sum += piece.get(first) + piece.get(Math.min(first + CACHE_LINE, last)) + piece.get(last);
      }
    }
    if (sum == Integer.MIN_VALUE) {
      // No sum of bytes is so small. Without a use of it the compiler would leave the reads out.
      throw new AssertionError();
    }
  }

  /** Copies {@code n} unsigned numbers of three bytes at {@code offset} to {@code dst[0 ..]}. */
  public void getUnsigned24(long offset, int[] dst, int n) {
    ByteBuffer[] pieces = bytes;
    if (pieces == null) {
      throw closed();
    }
    int within = within(offset);
    ByteBuffer piece = pieces[piece(offset)];
    // Four bytes are read for each, so that one more than they are has to be there.
    if (n <= (piece.limit() - within - 1) / 3) {
      for (int i = 0; i < n; i++) {
        dst[i] = piece.getInt(within + 3 * i) & 0xFF_FFFF;
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      dst[i] = getUnsigned24(offset + 3L * i);
    }
  }

  /** The unsigned number of three bytes at {@code offset}. */
  public int getUnsigned24(long offset) {
    return getByte(offset) | getByte(offset + 1) << 8 | getByte(offset + 2) << 16;
  }

  private int getByte(long offset) {
    ByteBuffer[] pieces = bytes;
    if (pieces == null) {
      throw closed();
    }
    return pieces[piece(offset)].get(within(offset)) & 0xFF;
  }

  /** The int at {@code offset}, a multiple of 4. */
  public int getInt(long offset) {
    IntBuffer[] pieces = ints;
    if (pieces == null) {
      throw closed();
    }
    return pieces[piece(offset)].get(within(offset) >>> 2);
  }

  /** Copies {@code n} ints at {@code offset}, a multiple of 4, to {@code dst[at ..]}. */
  public void getInts(long offset, int[] dst, int at, int n) {
    IntBuffer[] pieces = ints;
    if (pieces == null) {
      throw closed();
    }
    int within = within(offset) >>> 2;
    int part = Math.min(n, (1 << (shift - 2)) - within);
    pieces[piece(offset)].get(within, dst, at, part);
    if (part < n) {
      getInts(offset + ((long) part << 2), dst, at + part, n - part);
    }
  }

  /** Copies {@code n} floats at {@code offset}, a multiple of 4, to {@code dst[at ..]}. */
  public void getFloats(long offset, float[] dst, int at, int n) {
    FloatBuffer[] pieces = floats;
    if (pieces == null) {
      throw closed();
    }
    int within = within(offset) >>> 2;
    int part = Math.min(n, (1 << (shift - 2)) - within);
    pieces[piece(offset)].get(within, dst, at, part);
    if (part < n) {
      getFloats(offset + ((long) part << 2), dst, at + part, n - part);
    }
  }

  /**
   * Keeps the mapping until {@link #release}.
   *
   * @throws IllegalStateException when it was closed
   */
  public void acquire() {
    int readers;
    do {
      readers = state.get();
      if (readers < 0) {
        throw closed();
      }
    } while (!state.compareAndSet(readers, readers + 1));
  }

  /** Gives back one reference; the last one of a closed mapping unmaps it. */
  public void release() {
    if (state.decrementAndGet() == CLOSED) {
      unmap();
    }
  }

  /** Refuses new readers, and unmaps as soon as there are none. Later calls do nothing. */
  @Override
  public void close() {
    if (state.getAndUpdate(readers -> readers | CLOSED) == 0) {
      unmap();
    }
  }

  private int piece(long offset) {
    return (int) (offset >>> shift);
  }

  private int within(long offset) {
    return (int) (offset & ((1L << shift) - 1));
  }

  private IllegalStateException closed() {
    return new IllegalStateException(
        name + " was closed; open it again, or close it after its last reader");
  }

  /** Called once, when the state is closed and no reader is left. */
  private void unmap() {
    ByteBuffer[] mapped = bytes;
    bytes = null;
    ints = null;
    floats = null;
    Unmapper.unmap(mapped);
  }

  /**
   * Frees mappings at once instead of when the garbage collector finds them. Where the JDK does not
   * allow that, it stays with the garbage collector.
   */
  private static final class Unmapper {
    private static final Object UNSAFE;
    private static final Method INVOKE_CLEANER;

    static {
      Object unsafe = null;
      Method invokeCleaner = null;
      try {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field field = type.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        unsafe = field.get(null);
        invokeCleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
      } catch (ReflectiveOperationException | RuntimeException e) {
        invokeCleaner = null;
      }
      UNSAFE = unsafe;
      INVOKE_CLEANER = invokeCleaner;
    }

    private Unmapper() {}

    /** Unmaps the pieces that are there; null stands for one that was never mapped. */
    static void unmap(ByteBuffer[] pieces) {
      if (INVOKE_CLEANER == null) {
        return;
      }
      try {
        for (ByteBuffer piece : pieces) {
          if (piece != null) {
            INVOKE_CLEANER.invoke(UNSAFE, piece);
          }
        }
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot unmap", e);
      }
    }
  }
}
