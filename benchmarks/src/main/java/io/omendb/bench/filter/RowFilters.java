/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.filter;

import io.omendb.bench.data.Fvecs;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Filters that let a given share of the rows pass. */
final class RowFilters {
  private static final long SEED = 7;

  /** How the passing rows are chosen. */
  enum Kind {
    /** By a random number of each row: the filter says nothing about the vectors. */
    RANDOM,
    /**
     * By the position along a random direction: the passing rows lie together, near to some queries
     * and far from most.
     */
    SLICE
  }

  private final double[] randomKeys;
  private final double[] sliceKeys;

  RowFilters(Fvecs vectors) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] direction = new double[vectors.dimension()];
    for (int j = 0; j < direction.length; j++) {
      direction[j] = random.nextDouble() - 0.5;
    }
    randomKeys = new double[vectors.size()];
    sliceKeys = new double[vectors.size()];
    float[] vector = new float[vectors.dimension()];
    for (int i = 0; vectors.read(vector); i++) {
      randomKeys[i] = random.nextDouble();
      for (int j = 0; j < vector.length; j++) {
        sliceKeys[i] += direction[j] * vector[j];
      }
    }
  }

  /** Accepts the share {@code rate} of the rows with the smallest keys, at least one. */
  BitSet accept(Kind kind, double rate) {
    double[] keys = kind == Kind.RANDOM ? randomKeys : sliceKeys;
    double[] sorted = keys.clone();
    Arrays.sort(sorted);
    double last = sorted[Math.max(0, (int) (rate * keys.length) - 1)];
    BitSet accept = new BitSet(keys.length);
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] <= last) {
        accept.set(i);
      }
    }
    return accept;
  }
}
