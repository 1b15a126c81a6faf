/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.MappedFile;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat.Int8Row;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.VectorReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The rows of VECTORS or INT8_VECTORS, read in place. Thread-safe: holds no position. The caller
 * holds a reference to the mapping and passes ordinals below the number of rows.
 */
final class MappedVectors {
  private final MappedFile file;
  private final Section section;
  private final int size;
  private final int dimension;

  MappedVectors(MappedFile file, Section section, int size, int dimension) {
    this.file = file;
    this.section = section;
    this.size = size;
    this.dimension = dimension;
  }

  /** A reader for one thread. */
  VectorReader newReader() {
    return section.id() == SectionId.INT8_VECTORS
        ? new Int8Rows(file, section.offset(), size, dimension)
        : new FloatRows(file, section.offset(), size, dimension);
  }

  /** Rows of floats, one after the other; may be shared by threads. */
  record FloatRows(MappedFile file, long base, int size, int dimension) implements VectorReader {
    @Override
    public void read(int ordinal, float[] dst, int offset) {
      file.getFloats(base + (long) ordinal * dimension * Float.BYTES, dst, offset, dimension);
    }

    @Override
    public void prefetch(int[] ordinals, int from, int to) {
      file.prefetch(base, dimension * Float.BYTES, ordinals, from, to);
    }
  }

  /** Rows of codes, each behind what they stand for. */
  private static final class Int8Rows implements VectorReader {
    private static final VarHandle FLOAT =
        MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private final Kernels kernels = Kernels.BEST;
    private final MappedFile file;
    private final long base;
    private final int size;
    private final int dimension;
    private final byte[] row;

    Int8Rows(MappedFile file, long base, int size, int dimension) {
      this.file = file;
      this.base = base;
      this.size = size;
      this.dimension = dimension;
      this.row = new byte[Int8Row.BYTES + dimension];
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public int dimension() {
      return dimension;
    }

    @Override
    public void read(int ordinal, float[] dst, int offset) {
      file.getBytes(base + (long) ordinal * row.length, row, 0, row.length);
      kernels.dequantize(
          row,
          Int8Row.BYTES,
          (float) FLOAT.get(row, Int8Row.BASE),
          (float) FLOAT.get(row, Int8Row.STEP),
          dimension,
          dst,
          offset);
    }

    @Override
    public void prefetch(int[] ordinals, int from, int to) {
      file.prefetch(base, row.length, ordinals, from, to);
    }
  }
}
