/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.util.BitSet;

/**
 * The nearest rows of a few queries by {@link ExactSearch}, on several threads. They share the rows
 * and not the queries, so that each row is read once.
 */
final class TrueNeighbors {
  /** Least and most rows between two looks at whether to go on: a second's work. */
  private static final int LEAST_ROWS_PER_STEP = 16_384;

  private static final int MOST_ROWS_PER_STEP = 1 << 17;

  private TrueNeighbors() {}

  /** Bytes of heap that a search needs, besides the queries. */
  static long heapBytes(int rows, int dimension, int queries, int k, int threads) {
    long perThread = ExactSearch.heapBytes(dimension, queries, k) + rows / 8 + 24L * k * queries;
    return 24L * k * queries + threads * perThread;
  }

  /**
   * Finds the {@code k} nearest, which are the same at any number of threads.
   *
   * @param queries row-major, {@code count} x dimension
   * @param among rows that are looked at
   * @param control ends the search early when it is cancelled; what was found is then of no use
   * @return sorted, one for each query
   */
  static TopK[] find(
      VectorReader rows,
      Metric metric,
      float[] queries,
      int count,
      int k,
      BitSet among,
      BuildControl control) {
    TopK[] best = new TopK[count];
    for (int i = 0; i < count; i++) {
      best[i] = new TopK(k);
    }
    // Every step starts without a bound, so that few long ones are less work.
    int share = rows.size() / control.threads() + 1;
    int perStep = Math.max(LEAST_ROWS_PER_STEP, Math.min(share, MOST_ROWS_PER_STEP));
    int steps = (int) (((long) rows.size() + perStep - 1) / perStep);
    int slices = Math.min(control.threads(), steps);
    Parallel.forEach(
        slices,
        slices,
        slice -> {
          ExactSearch search = new ExactSearch(rows, metric, Kernels.BEST);
          Neighbors[] found = new Neighbors[count];
          for (int i = 0; i < count; i++) {
            found[i] = new Neighbors(k);
          }
          for (int step = slice; step < steps && !control.isCancelled(); step += slices) {
            int from = step * perStep;
            int to = (int) Math.min(rows.size(), (long) from + perStep);
            BitSet accept = new BitSet(to);
            accept.set(from, to);
            accept.and(among);
            search.search(queries, count, k, accept, found, new SearchStats());
            for (int i = 0; i < count; i++) {
              merge(found[i], best[i]);
            }
          }
        });
    for (TopK list : best) {
      list.sort();
    }
    return best;
  }

  private static void merge(Neighbors part, TopK whole) {
    synchronized (whole) {
      for (int i = 0; i < part.size(); i++) {
        whole.add(part.ordinal(i), part.distance(i));
      }
    }
  }
}
