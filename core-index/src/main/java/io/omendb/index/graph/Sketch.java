/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Fewer dimensions that keep distances nearly: every coordinate is added to one of a few sums, with
 * a sign, both chosen at random (the count sketch of Charikar, Chen and Farach-Colton, 2004). The
 * squared distance of two sketches is right on average and its relative standard deviation at most
 * {@code sqrt(2 / dimension)}, as of a dense random projection, for one addition per coordinate.
 *
 * <p>Enough to tell which rows lie in the same region, not which is nearest. Immutable.
 */
final class Sketch {
  /** Sums of a sketch: distances to within an eleventh. */
  private static final int SUMS = 256;

  /** Vectors of fewer coordinates than this many times the sums are as fast themselves. */
  private static final int MIN_RATIO = 2;

  private final int dimension;
  private final int sketched;
  private final int[] sums;
  private final float[] signs;

  /** A sketch of vectors of {@code dimension} floats; another one for another seed. */
  Sketch(int dimension, long seed) {
    this.dimension = dimension;
    this.sketched = dimension(dimension);
    this.sums = new int[dimension];
    this.signs = new float[dimension];
    SplittableRandom random = new SplittableRandom(seed);
    // Sums get equally many coordinates: those that share one are the error.
    for (int j = 0; j < dimension; j++) {
      int i = random.nextInt(j + 1);
      sums[j] = sums[i];
      sums[i] = j % sketched;
      signs[j] = random.nextBoolean() ? 1f : -1f;
    }
  }

  /** Floats of the sketch of a vector: {@code dimension} itself when that is small. */
  static int dimension(int dimension) {
    return dimension < MIN_RATIO * SUMS ? dimension : SUMS;
  }

  /** Bytes of heap. */
  static long bytes(int dimension) {
    return 8L * dimension + 64;
  }

  /** Writes the sketch of {@code row} to {@code out[at .. at + dimension(row.length))}. */
  void apply(float[] row, float[] out, int at) {
    if (sketched == dimension) {
      System.arraycopy(row, 0, out, at, dimension);
      return;
    }
    Arrays.fill(out, at, at + sketched, 0f);
    for (int j = 0; j < dimension; j++) {
      out[at + sums[j]] += signs[j] * row[j];
    }
  }
}
