/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.Arrays;

/**
 * How many of the truly nearest rows of a sample are among their candidates. Filled by one thread,
 * then measured once.
 */
final class CandidateRecall {
  /** Rows that suffice to tell a good partition from a bad one. */
  static final int SAMPLE = 64;

  private static final int ROWS_PER_STEP = 512;

  private final VectorReader vectors;
  private final int[] order;
  private final int count;
  private final Phases phases;
  private final int nearestCount;
  private final int[] sample = new int[SAMPLE];
  private final long[][] candidates = new long[SAMPLE][];
  private final float[] queries;
  private int size;

  /**
   * @param order whose first {@code count} rows may be neighbours
   * @param nearestCount neighbours of a row that are looked for
   */
  CandidateRecall(VectorReader vectors, int[] order, int count, int nearestCount, Phases phases) {
    this.nearestCount = nearestCount;
    this.vectors = vectors;
    this.order = order;
    this.count = count;
    this.phases = phases;
    this.queries = new float[SAMPLE * vectors.dimension()];
  }

  /** Bytes needed, with {@code capacity} candidates per row, at most. */
  static long bytes(int dimension, int capacity, int threads) {
    return SAMPLE * (4L * dimension + 8L * capacity + 32)
        + threads * (4L * dimension + SAMPLE * (8L * capacity + 32));
  }

  /** Adds a row and its sorted {@link Candidate}s, the first {@code n}; they are kept. */
  void add(int row, long[] sorted, int n) {
    vectors.read(row, queries, size * vectors.dimension());
    sample[size] = row;
    candidates[size++] = n == sorted.length ? sorted : Arrays.copyOf(sorted, n);
  }

  /** The share of the nearest, over all rows added, that are candidates. */
  double measure() throws InterruptedIOException {
    long[][][] nearest = new long[phases.threads()][size][nearestCount];
    float[][] row = new float[phases.threads()][vectors.dimension()];
    for (long[][] part : nearest) {
      for (long[] list : part) {
        Arrays.fill(list, Long.MAX_VALUE);
      }
    }
    phases.run(
        count, ROWS_PER_STEP, (thread, i) -> compare(order[i], row[thread], nearest[thread]));
    int hits = 0;
    for (int s = 0; s < size; s++) {
      for (int thread = 1; thread < nearest.length; thread++) {
        for (long candidate : nearest[thread][s]) {
          insert(nearest[0][s], candidate);
        }
      }
      for (long candidate : nearest[0][s]) {
        hits += Arrays.binarySearch(candidates[s], candidate) >= 0 ? 1 : 0;
      }
    }
    return (double) hits / Math.max(1, nearestCount * size);
  }

  private void compare(int ordinal, float[] row, long[][] nearest) {
    int d = row.length;
    vectors.read(ordinal, row, 0);
    for (int s = 0; s < size; s++) {
      if (sample[s] != ordinal) {
        float distance = Kernels.BEST.squaredL2(queries, s * d, row, 0, d);
        insert(nearest[s], Candidate.pack(distance, ordinal));
      }
    }
  }

  private static void insert(long[] sorted, long candidate) {
    int at = sorted.length - 1;
    if (candidate >= sorted[at]) {
      return;
    }
    for (; at > 0 && sorted[at - 1] > candidate; at--) {
      sorted[at] = sorted[at - 1];
    }
    sorted[at] = candidate;
  }
}
