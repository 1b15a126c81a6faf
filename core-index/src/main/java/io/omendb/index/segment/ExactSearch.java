/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.util.BitSet;

/**
 * Exact k nearest rows of many queries at once by blocked brute force. Distances are computed in
 * double precision and rounded once; float arithmetic only sorts out rows that provably cannot be
 * among the nearest. Neighbours at the same distance are ordered by ordinal. One per thread.
 */
public final class ExactSearch {
  /** From this many queries on packing the rows pays off. */
  private static final int MIN_PANEL_QUERIES = 16;

  /** Neighbours kept for all queries of a block; 32 MiB. */
  private static final int MAX_KEPT = 1 << 22;

  /** Kept mapped during a search; null when the vectors are not those of a segment. */
  private final Segment segment;

  private final Kernels kernels;
  private final VectorReader vectors;
  private final Metric metric;
  private final int d;
  private RowScan rowScan;
  private PanelScan panelScan;
  private TopK[] best = new TopK[0];
  private int bestSize;

  /** {@code metric} may differ from the one the segment was built with. */
  public ExactSearch(Segment segment, Metric metric) {
    this(segment, segment.vectors(), metric, Kernels.BEST);
  }

  /** Searches any finite vectors of at least one float. */
  ExactSearch(VectorReader vectors, Metric metric, Kernels kernels) {
    this(null, vectors, metric, kernels);
  }

  private ExactSearch(Segment segment, VectorReader vectors, Metric metric, Kernels kernels) {
    this.segment = segment;
    this.vectors = vectors;
    this.metric = metric;
    this.kernels = kernels;
    this.d = vectors.dimension();
  }

  /** Bytes of heap that searches for {@code count} queries with these k need at most. */
  static long heapBytes(int dimension, int count, int k) {
    return PanelScan.heapBytes(Kernels.BEST, dimension, count) + count * (8L * k + 32);
  }

  /**
   * Finds the exact k nearest rows of each query.
   *
   * <p>Every query gets min(k, eligible rows) neighbours. Under {@link Metric#COSINE} a row of norm
   * zero is not eligible, and a query of norm zero gets none. A query that is not finite gets
   * distances that are infinite or NaN; NaN is larger than every number.
   *
   * @param queries row-major, {@code count} x dimension
   * @param count number of queries, at least 0
   * @param k at least 1
   * @param accept rows that may be returned; null for all
   * @param out one buffer per query
   * @param stats counters to add to
   * @throws IllegalArgumentException when k is below 1 or there are less than {@code count} queries
   *     or buffers
   * @throws IllegalStateException when the segment was closed
   */
  public void search(
      float[] queries, int count, int k, BitSet accept, Neighbors[] out, SearchStats stats) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, was " + k);
    }
    if (count < 0 || (long) count * d > queries.length || count > out.length) {
      throw new IllegalArgumentException(
          String.format(
              "%d queries of %d floats do not fit %d floats and %d buffers",
              count, d, queries.length, out.length));
    }
    if (segment == null) {
      searchRows(queries, count, k, accept, out, stats);
      return;
    }
    segment.acquire();
    try {
      searchRows(queries, count, k, accept, out, stats);
    } finally {
      segment.release();
    }
  }

  /**
   * Finds the rows within a distance of a query; otherwise as {@link #search}.
   *
   * @param query of the segment's dimension
   * @param maxDistance the largest distance, in the convention of {@link Metric}, included; not NaN
   * @param cap at least 1; when more rows are within the distance, the nearest {@code cap} of them
   *     are the answer
   * @param accept rows that may be returned; null for all
   * @param out receives the answer
   * @param stats counters to add to
   * @throws IllegalArgumentException when the query has another dimension, the distance is NaN or
   *     cap is below 1
   * @throws IllegalStateException when the segment was closed
   */
  public void searchRange(
      float[] query, float maxDistance, int cap, BitSet accept, Neighbors out, SearchStats stats) {
    if (query.length != d || Float.isNaN(maxDistance) || cap < 1) {
      throw new IllegalArgumentException(
          String.format(
              "a query of %d floats, distance %s and cap %d; needs %d floats, a number and at least"
                  + " 1",
              query.length, maxDistance, cap, d));
    }
    if (segment != null) {
      segment.acquire();
    }
    try {
      int eligible = accept == null ? vectors.size() : accept.get(0, vectors.size()).cardinality();
      stats.searches++;
      stats.exactScans++;
      stats.exactDistances += eligible;
      if (eligible > 0) {
        clearBest(1, Math.min(cap, eligible));
        rowScan().scan(query, 0, 1, accept, best, maxDistance);
      }
      answer(query, 0, eligible > 0, 0, out);
    } finally {
      if (segment != null) {
        segment.release();
      }
    }
  }

  private void searchRows(
      float[] queries, int count, int k, BitSet accept, Neighbors[] out, SearchStats stats) {
    int eligible = accept == null ? vectors.size() : accept.get(0, vectors.size()).cardinality();
    stats.searches += count;
    stats.exactScans += count;
    stats.exactDistances += (long) count * eligible;
    boolean packed = count >= MIN_PANEL_QUERIES;
    int atOnce = Math.max(1, Math.min(count, MAX_KEPT / Math.max(1, Math.min(k, eligible))));
    if (packed) {
      panelScan = panelScan != null ? panelScan : new PanelScan(kernels, vectors, metric);
      atOnce = Math.min(atOnce, panelScan.maxQueries());
    }
    int blocks = (count + atOnce - 1) / atOnce;
    for (int block = 0; block < blocks; block++) {
      int from = (int) ((long) block * count / blocks);
      int to = (int) ((long) (block + 1) * count / blocks);
      searchBlock(queries, from, to - from, Math.min(k, eligible), accept, packed, out);
    }
  }

  private void searchBlock(
      float[] queries, int from, int count, int k, BitSet accept, boolean packed, Neighbors[] out) {
    if (k > 0) {
      clearBest(count, k);
      if (packed) {
        panelScan.scan(queries, from * d, count, accept, best);
      } else {
        rowScan().scan(queries, from * d, count, accept, best, Float.POSITIVE_INFINITY);
      }
    }
    for (int i = 0; i < count; i++) {
      answer(queries, (from + i) * d, k > 0, i, out[from + i]);
    }
  }

  /** Writes what is kept for the i-th query of a block, when anything is, to {@code out}. */
  private void answer(float[] queries, int at, boolean any, int i, Neighbors out) {
    out.clear();
    if (!any || (metric == Metric.COSINE && isZero(queries, at))) {
      return;
    }
    best[i].sort();
    for (int rank = 0; rank < best[i].size(); rank++) {
      out.add(best[i].ordinal(rank), best[i].distance(rank));
    }
  }

  private RowScan rowScan() {
    if (rowScan == null) {
      rowScan = new RowScan(kernels, vectors, metric);
    }
    return rowScan;
  }

  private void clearBest(int count, int k) {
    if (best.length < count || bestSize != k) {
      best = new TopK[count];
      bestSize = k;
      for (int i = 0; i < count; i++) {
        best[i] = new TopK(k);
      }
    }
    for (int i = 0; i < count; i++) {
      best[i].clear();
    }
  }

  private boolean isZero(float[] queries, int offset) {
    for (int j = 0; j < d; j++) {
      if (queries[offset + j] != 0) {
        return false;
      }
    }
    return true;
  }
}
