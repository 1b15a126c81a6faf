/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Scorer;
import io.omendb.index.vector.VectorReader;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Test rows in one array, with the distributions that graphs have trouble with. */
record Rows(float[] values, int dimension) implements VectorReader {
  /** Standard normal coordinates. */
  static Rows gaussian(int size, int dimension, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Rows(values, dimension);
  }

  /** Gaussian clusters of deviation 1 whose centres have deviation {@code spread}. */
  static Rows clustered(int size, int dimension, int clusters, double spread, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Rows centres = gaussian(clusters, dimension, seed + 1);
    Rows rows = gaussian(size, dimension, seed + 2);
    for (int i = 0; i < size; i++) {
      int centre = random.nextInt(clusters) * dimension;
      for (int j = 0; j < dimension; j++) {
        rows.values[i * dimension + j] += (float) spread * centres.values[centre + j];
      }
    }
    return rows;
  }

  /** Integer coordinates in [0, bound): every distance is exact, and many are equal. */
  static Rows integers(int size, int dimension, int bound, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(bound);
    }
    return new Rows(values, dimension);
  }

  @Override
  public int size() {
    return values.length / dimension;
  }

  @Override
  public void read(int ordinal, float[] dst, int offset) {
    System.arraycopy(values, ordinal * dimension, dst, offset, dimension);
  }

  float distance(int a, int b) {
    return Kernels.BEST.squaredL2(values, a * dimension, values, b * dimension, dimension);
  }

  /** Exact distances from row {@code query} of {@code queries}. */
  Scorer scorer(Rows queries, int query) {
    return (ordinals, n, out) -> {
      for (int i = 0; i < n; i++) {
        out[i] =
            Kernels.BEST.squaredL2(
                queries.values, query * dimension, values, ordinals[i] * dimension, dimension);
      }
    };
  }

  /** The {@code k} nearest rows to row {@code query} of {@code queries}, by (distance, ordinal). */
  int[] nearest(Rows queries, int query, int k) {
    long[] all = new long[size()];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          Candidate.pack(
              Kernels.BEST.squaredL2(
                  queries.values, query * dimension, values, i * dimension, dimension),
              i);
    }
    Arrays.sort(all);
    int[] nearest = new int[Math.min(k, all.length)];
    for (int i = 0; i < nearest.length; i++) {
      nearest[i] = Candidate.ordinal(all[i]);
    }
    return nearest;
  }
}
