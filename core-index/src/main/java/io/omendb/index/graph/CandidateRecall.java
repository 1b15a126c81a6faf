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
  private final int[] offsets = new int[SAMPLE];
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
    return SAMPLE * (4L * dimension + 8L * capacity + 36)
        + threads * (4L * dimension + SAMPLE * (8L * capacity + 36));
  }

  /** Adds a row and its {@link Candidate}s, the first {@code n}; they are kept. */
  void add(int row, long[] found, int n) {
    vectors.read(row, queries, size * vectors.dimension());
    sample[size] = row;
    offsets[size] = size * vectors.dimension();
    candidates[size++] = n == found.length ? found : Arrays.copyOf(found, n);
  }

  /** The share of the nearest, over all rows added, that are candidates. */
  double measure() throws InterruptedIOException {
    long[][][] nearest = new long[phases.threads()][size][nearestCount];
    float[][] row = new float[phases.threads()][vectors.dimension()];
    float[][] distances = new float[phases.threads()][size];
    for (long[][] part : nearest) {
      for (long[] list : part) {
        Arrays.fill(list, Long.MAX_VALUE);
      }
    }
    phases.run(
        count,
        ROWS_PER_STEP,
        (thread, i) -> compare(order[i], row[thread], distances[thread], nearest[thread]));
    int hits = 0;
    for (int s = 0; s < size; s++) {
      for (int thread = 1; thread < nearest.length; thread++) {
        for (long candidate : nearest[thread][s]) {
          insert(nearest[0][s], candidate);
        }
      }
      for (long candidate : nearest[0][s]) {
        hits += holds(candidates[s], Candidate.ordinal(candidate)) ? 1 : 0;
      }
    }
    return (double) hits / Math.max(1, nearestCount * size);
  }

  private void compare(int ordinal, float[] row, float[] distances, long[][] nearest) {
    int d = row.length;
    vectors.read(ordinal, row, 0);
    Kernels.BEST.squaredL2At(row, 0, queries, offsets, size, d, distances);
    for (int s = 0; s < size; s++) {
      if (sample[s] != ordinal) {
        insert(nearest[s], Candidate.pack(distances[s], ordinal));
      }
    }
  }

  /** By the ordinal, because the distances of candidates may be estimates. */
  private static boolean holds(long[] candidates, int ordinal) {
    for (long candidate : candidates) {
      if (Candidate.ordinal(candidate) == ordinal) {
        return true;
      }
    }
    return false;
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
