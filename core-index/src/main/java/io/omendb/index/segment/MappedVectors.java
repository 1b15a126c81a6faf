/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.MappedFile;
import io.omendb.index.format.Section;
import io.omendb.index.vector.VectorReader;

/**
 * The rows of VECTORS, read in place. Thread-safe: holds no position. The caller holds a reference
 * to the mapping and passes ordinals below {@link #size}.
 */
final class MappedVectors implements VectorReader {
  private final MappedFile file;
  private final long base;
  private final int size;
  private final int dimension;

  MappedVectors(MappedFile file, Section section, int size, int dimension) {
    this.file = file;
    this.base = section.offset();
    this.size = size;
    this.dimension = dimension;
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
    file.getFloats(base + (long) ordinal * dimension * Float.BYTES, dst, offset, dimension);
  }

  /** Copies {@code n} adjacent rows to {@code dst}, row after row. */
  void readRows(int first, int n, float[] dst) {
    file.getFloats(base + (long) first * dimension * Float.BYTES, dst, 0, n * dimension);
  }
}
