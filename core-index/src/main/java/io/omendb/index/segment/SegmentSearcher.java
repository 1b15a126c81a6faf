/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import java.util.BitSet;

/**
 * Searches one segment. Owns its scratch memory: one per thread; allocates nothing per query once
 * its arrays have grown to the k and list size in use.
 *
 * <p>Needs no closing: it keeps the segment's mapping only during a call. A search that begins
 * after {@link Segment#close} throws IllegalStateException, one that is under way ends undisturbed.
 */
public final class SegmentSearcher {
  /**
   * What an estimate from a code, with its share of the walk, costs beside an exact distance. About
   * right at 128 and at 784 dimensions; decides nothing but speed.
   */
  private static final double ESTIMATE_COST = 0.4;

  private final Segment segment;
  private final Metric metric;
  private final int rows;
  private final int dimension;
  private final Reranker reranker;

  /** Made by the first search of a segment with a graph. */
  private GraphSearch walk;

  private FilteredSearch filtered;

  SegmentSearcher(Segment segment) {
    this.segment = segment;
    this.metric = segment.info().config().metric();
    this.rows = segment.info().rows();
    this.dimension = segment.info().config().dimension();
    this.reranker = new Reranker(segment.vectors(), metric);
  }

  /**
   * Finds the k nearest rows: by beam search on codes and exact rerank, or by comparing all
   * eligible rows when the segment has no graph or so few are eligible that this is cheaper. In
   * between, the codes of all eligible rows are looked at. {@code stats} tells which it was.
   * Answers with min(k, eligible rows) neighbours always, except for a query of squared length zero
   * under cosine, which is near to nothing: its answer is empty.
   *
   * @param query d finite floats
   * @param k at least 1; all eligible rows when fewer exist
   * @param params beam width; k when that is larger
   * @param accept rows that may be returned, all below the number of rows; null for all
   * @param out receives the answer, nearest first, ties by ordinal
   * @param stats counters to add to
   * @throws IllegalArgumentException when the query has another dimension or is not finite, k is
   *     below 1 or {@code accept} names rows that do not exist
   * @throws IllegalStateException when the segment was closed
   */
  public void search(
      float[] query, int k, SearchParams params, BitSet accept, Neighbors out, SearchStats stats) {
    requireQuery(query);
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, was " + k);
    }
    if (accept != null && accept.length() > rows) {
      throw new IllegalArgumentException(
          "accept names row " + (accept.length() - 1) + " of a segment of " + rows + " rows");
    }
    out.clear();
    stats.searches++;
    int eligible = accept == null ? rows : accept.cardinality();
    if (eligible == 0 || isZero(query)) {
      return;
    }
    segment.acquire();
    try {
      long readsBefore = reranker.reads();
      if (!searchGraph(query, Math.min(k, eligible), params.listSize(), accept, eligible, stats)) {
        reranker.start(query, Math.min(k, eligible));
        scan(accept);
        stats.exactScans++;
      }
      reranker.finish(out);
      stats.exactDistances += reranker.reads() - readsBefore;
    } finally {
      segment.release();
    }
  }

  /** Offers candidates to the reranker; false when it is better to offer all eligible rows. */
  private boolean searchGraph(
      float[] query, int wanted, int listSize, BitSet accept, int eligible, SearchStats stats) {
    if (segment.graph() == null) {
      return false;
    }
    int width = Math.max(listSize, wanted);
    int maxDegree = segment.graph().maxDegree();
    boolean all = eligible == rows;
    if (all && walkCost(width, maxDegree) >= rows) {
      return false;
    }
    if (walk == null) {
      walk = new GraphSearch(segment.graph(), segment.codes(), segment.quantizer(), metric);
      filtered = new FilteredSearch(walk, maxDegree);
    }
    if (!all) {
      return filtered.search(query, wanted, width, accept, eligible, reranker, stats);
    }
    reranker.start(query, wanted);
    return walk.search(query, width, reranker, stats) >= wanted;
  }

  /** Exact distances that cost as much as a walk. */
  static double walkCost(long listSize, int maxDegree) {
    return listSize * maxDegree * ESTIMATE_COST;
  }

  private void scan(BitSet accept) {
    if (accept == null) {
      for (int ordinal = 0; ordinal < rows; ordinal++) {
        reranker.add(ordinal);
      }
    } else {
      for (int row = accept.nextSetBit(0); row >= 0; row = accept.nextSetBit(row + 1)) {
        reranker.add(row);
      }
    }
  }

  private boolean isZero(float[] query) {
    return metric == Metric.COSINE && Kernels.BEST.dot(query, 0, query, 0, dimension) == 0f;
  }

  private void requireQuery(float[] query) {
    if (query.length != dimension) {
      throw new IllegalArgumentException(
          "the query has " + query.length + " floats, the segment's vectors have " + dimension);
    }
    for (int i = 0; i < dimension; i++) {
      if (!Float.isFinite(query[i])) {
        throw new IllegalArgumentException(
            "component " + i + " of the query is " + query[i] + "; queries must be finite");
      }
    }
  }
}
