/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Kernels;

/**
 * Rows packed about a centre as one side of {@link DistanceMatrix}. Filled by one thread, then read
 * by many.
 */
final class Panel {
  /** Dimensions packed at a time, so that the lines written stay in the first-level cache. */
  private static final int PACK_DIMENSIONS = 64;

  private static final Kernels KERNELS = Kernels.BEST;

  final int dimension;

  /** The rows minus the centre, by tiles: coordinate j of the tile's rows lie side by side. */
  final float[] packed;

  /** About the centre. */
  final float[] squaredNorms;

  private final int tile;
  private final float[] noCentre;
  private float[] rows;
  private int size;

  private Panel(int dimension, int capacity, int tile) {
    int padded = padded(capacity, tile);
    this.dimension = dimension;
    this.tile = tile;
    this.noCentre = new float[dimension];
    this.packed = new float[padded * dimension];
    this.squaredNorms = new float[padded];
  }

  /** Room for {@code capacity} rows of the matrix. */
  static Panel ofRows(int dimension, int capacity) {
    return new Panel(dimension, capacity, KERNELS.tileQueries());
  }

  /** Room for {@code capacity} columns of the matrix. */
  static Panel ofColumns(int dimension, int capacity) {
    return new Panel(dimension, capacity, KERNELS.tileRows());
  }

  /** Bytes of a panel of either side, at most. */
  static long bytes(int dimension, int capacity) {
    return 4L
        * (dimension + 1)
        * (1 + capacity + Math.max(KERNELS.tileRows(), KERNELS.tileQueries()));
  }

  /** The first multiple of {@code tile} that is not below {@code count}. */
  static int padded(int count, int tile) {
    return (count + tile - 1) / tile * tile;
  }

  /** Number of rows. */
  int size() {
    return size;
  }

  /** The rows as they were given, one after the other; null when they were outlines. */
  float[] rows() {
    return rows;
  }

  /**
   * Packs the first {@code n} of {@code rows}, which must stay as they are while this is in use.
   */
  void pack(float[] rows, int n, float[] centre) {
    this.rows = rows;
    for (int r = 0; r < n; r++) {
      squaredNorms[r] = KERNELS.squaredL2(rows, r * dimension, centre, 0, dimension);
    }
    turn(rows, n, centre);
  }

  /** Packs {@code n} outlines of rows of the given squared lengths, see {@link Navigator}. */
  void packOutlines(float[] outlines, int n, float[] squaredNorms) {
    this.rows = null;
    System.arraycopy(squaredNorms, 0, this.squaredNorms, 0, n);
    turn(outlines, n, noCentre);
  }

  private void turn(float[] rows, int n, float[] centre) {
    this.size = n;
    int d = dimension;
    for (int from = 0; from < d; from += PACK_DIMENSIONS) {
      int to = Math.min(d, from + PACK_DIMENSIONS);
      for (int r = 0; r < n; r++) {
        int first = r / tile * tile;
        int at = first * d + from * tile + r - first;
        for (int j = from; j < to; j++) {
          packed[at] = rows[r * d + j] - centre[j];
          at += tile;
        }
      }
    }
  }
}
