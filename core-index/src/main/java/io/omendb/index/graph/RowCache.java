/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.VectorReader;
import java.util.Arrays;

/**
 * Rows that were read last, one after the other in an array. Rows that are linked after each other
 * lie in the same region and have most of their candidates in common, which need not be copied out
 * of the file for each. When it is full everything is forgotten. One per thread.
 */
final class RowCache {
  /** Most floats, 4 MiB: what is used again soon lies in the second-level cache. */
  private static final int MOST_FLOATS = 1 << 20;

  private static final int MOST_ROWS = 2048;

  private final VectorReader vectors;
  private final int dimension;
  private final int capacity;
  private final float[] rows;

  /** Hash table by linear probing: complements of ordinals, 0 where nothing is. */
  private final int[] keys;

  private final int[] places;
  private final int[] missing;
  private int size;

  /**
   * @param mostAtOnce largest number of rows that are read together
   */
  RowCache(VectorReader vectors, int mostAtOnce) {
    this.vectors = vectors;
    this.dimension = vectors.dimension();
    this.capacity = capacity(dimension, mostAtOnce);
    this.rows = new float[capacity * dimension];
    this.keys = new int[tableLength(capacity)];
    this.places = new int[keys.length];
    this.missing = new int[mostAtOnce];
  }

  /** Bytes of heap. */
  static long bytes(int dimension, int mostAtOnce) {
    int capacity = capacity(dimension, mostAtOnce);
    return 4L * capacity * dimension + 8L * tableLength(capacity) + 4L * mostAtOnce;
  }

  private static int capacity(int dimension, int mostAtOnce) {
    return Math.max(mostAtOnce, Math.min(MOST_ROWS, MOST_FLOATS / dimension));
  }

  private static int tableLength(int capacity) {
    return Integer.highestOneBit(capacity) * 4;
  }

  /** All rows; the i-th one starts at i times the dimension. */
  float[] rows() {
    return rows;
  }

  /** Forgets all rows, so that {@link #rows} may be used for anything. */
  void clear() {
    if (size > 0) {
      Arrays.fill(keys, 0);
      size = 0;
    }
  }

  /**
   * Reads rows unless they are there. They stay where they are until the next call of any method.
   *
   * @param ordinals of the rows, the first {@code n}, which differ
   * @param at receives the number in {@link #rows} of each
   */
  void read(int[] ordinals, int n, int[] at) {
    if (size + n > capacity) {
      clear();
    }
    int first = size;
    int fresh = 0;
    for (int i = 0; i < n; i++) {
      at[i] = place(ordinals[i]);
      if (size > first + fresh) {
        missing[fresh++] = ordinals[i];
      }
    }
    vectors.prefetch(missing, 0, fresh);
    for (int i = 0; i < fresh; i++) {
      vectors.read(missing[i], rows, (first + i) * dimension);
    }
  }

  /** The place of a row, the next one when it has none. */
  private int place(int ordinal) {
    int mask = keys.length - 1;
    int slot = ((ordinal * 0x9E3779B1) >>> 7) & mask;
    while (keys[slot] != 0) {
      if (keys[slot] == ~ordinal) {
        return places[slot];
      }
      slot = (slot + 1) & mask;
    }
    keys[slot] = ~ordinal;
    places[slot] = size;
    return size++;
  }
}
