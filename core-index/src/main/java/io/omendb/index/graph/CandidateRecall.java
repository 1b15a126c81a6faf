/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.Arrays;

/**
 * The truly nearest rows of a sample, which tell how many of them are among the candidates that a
 * partition found. Immutable.
 */
final class CandidateRecall {
  /** Rows that suffice to tell a good partition from a bad one: to a hundredth, about. */
  private static final int SAMPLE = 256;

  /** Rows that meet the sample at a time. */
  private static final int BLOCK = 96;

  /** Blocks that a thread takes at a time. */
  private static final int CHUNK = 8;

  private final int[] sample;
  private final long[][] nearest;

  /**
   * Finds the nearest.
   *
   * @param sample rows, at most {@link #sampleSize} of them
   * @param order whose first {@code count} rows may be neighbours
   * @param k neighbours of a row that are looked for
   * @throws InterruptedIOException when cancelled
   */
  CandidateRecall(VectorReader vectors, int[] sample, int[] order, int count, int k, Phases phases)
      throws InterruptedIOException {
    this.sample = sample;
    int d = vectors.dimension();
    float[] queries = new float[Math.max(1, sample.length) * d];
    for (int s = 0; s < sample.length; s++) {
      vectors.read(sample[s], queries, s * d);
    }
    Panel panel = Panel.ofRows(d, sample.length);
    // The first of them is as good a centre as any.
    panel.pack(queries, sample.length, queries);
    Search[] searches = new Search[phases.threads()];
    for (int i = 0; i < searches.length; i++) {
      searches[i] = new Search(vectors, panel, k);
    }
    phases.run(
        (count + BLOCK - 1) / BLOCK,
        CHUNK,
        (thread, block) ->
            searches[thread].compare(order, block * BLOCK, Math.min(count, (block + 1) * BLOCK)));
    this.nearest = searches[0].lists;
    for (int i = 1; i < searches.length; i++) {
      for (int s = 0; s < sample.length; s++) {
        for (long candidate : searches[i].lists[s]) {
          insert(nearest[s], candidate);
        }
      }
    }
  }

  /** Rows of so many floats that a sample may have. */
  static int sampleSize(int dimension) {
    return Cells.bounded(SAMPLE, dimension);
  }

  /** Bytes that finding {@code k} neighbours needs. */
  static long bytes(int dimension, int k, int threads) {
    int sampled = sampleSize(dimension);
    long perThread =
        4L * BLOCK * dimension
            + Panel.bytes(dimension, BLOCK)
            + DistanceMatrix.bytes(sampled, BLOCK, k + 1)
            + sampled * (8L * k + 24);
    return sampled * (4L * dimension + 4) + Panel.bytes(dimension, sampled) + threads * perThread;
  }

  /** Neighbours of the {@code s}-th row that could be found. */
  int expected(int s) {
    int expected = 0;
    for (long candidate : nearest[s]) {
      expected += candidate == Long.MAX_VALUE ? 0 : 1;
    }
    return expected;
  }

  /**
   * How many neighbours of the {@code s}-th row are among its first {@code n} {@link Candidate}s.
   */
  int hits(int s, long[] candidates, int n) {
    int hits = 0;
    for (long neighbor : nearest[s]) {
      hits +=
          neighbor != Long.MAX_VALUE && holds(candidates, n, Candidate.ordinal(neighbor)) ? 1 : 0;
    }
    return hits;
  }

  /** By the ordinal, because the distances of candidates may be estimates. */
  private static boolean holds(long[] candidates, int n, int ordinal) {
    for (int i = 0; i < n; i++) {
      if (Candidate.ordinal(candidates[i]) == ordinal) {
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

  /** What one thread finds. */
  private final class Search {
    final long[][] lists;
    private final VectorReader vectors;
    private final Panel sampled;
    private final int k;
    private final float[] rows;
    private final Panel panel;
    private final DistanceMatrix matrix;

    Search(VectorReader vectors, Panel sampled, int k) {
      this.vectors = vectors;
      this.sampled = sampled;
      this.k = k;
      this.lists = new long[sample.length][k];
      for (long[] list : lists) {
        Arrays.fill(list, Long.MAX_VALUE);
      }
      this.rows = new float[BLOCK * vectors.dimension()];
      this.panel = Panel.ofColumns(vectors.dimension(), BLOCK);
      this.matrix = new DistanceMatrix(sample.length, BLOCK, k + 1);
    }

    /** Compares the sample with the rows {@code order[from .. to)}. */
    void compare(int[] order, int from, int to) {
      for (int i = from; i < to; i++) {
        vectors.read(order[i], rows, (i - from) * vectors.dimension());
      }
      panel.pack(rows, to - from, sampled.rows());
      matrix.compute(sampled, panel);
      for (int s = 0; s < sample.length; s++) {
        // One more, because a row is the nearest to itself.
        int found = matrix.nearest(s, -1, Math.min(to - from, k + 1));
        for (int i = 0; i < found; i++) {
          int ordinal = order[from + matrix.column(i)];
          if (ordinal != sample[s]) {
            insert(lists[s], Candidate.pack(matrix.distance(i), ordinal));
          }
        }
      }
    }
  }
}
