/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/** Random access to stored vectors. Implementations are immutable and may be shared by threads. */
public interface VectorReader {
  /** Number of vectors. */
  int size();

  /** Number of floats in each vector. */
  int dimension();

  /** Copies vector {@code ordinal} to {@code dst[offset .. offset + dimension())}. */
  void read(int ordinal, float[] dst, int offset);

  /**
   * Says that vectors {@code ordinals[from .. to)} are read next, in any order, so that their cache
   * misses may overlap. Does nothing where memory is not mapped.
   */
  default void prefetch(int[] ordinals, int from, int to) {}
}
