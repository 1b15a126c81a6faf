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
   * right for product quantization at 128 and at 784 dimensions; one by transform coding costs
   * about half of it at 784. Decides nothing but speed.
   */
  private static final double ESTIMATE_COST = 0.4;

  private final Segment segment;
  private final Metric metric;
  private final int rows;
  private final int dimension;
  private final Reranker reranker;

  /** Of range searches, whose answers have another size; made by the first one. */
  private Reranker rangeReranker;

  /** Those of a segment with a graph are made by the first search, the others are null. */
  private GraphSearch walk;

  private FilteredSearch filtered;
  private RangeSearch range;
  private QueryOrder order;
  private float[] query;

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
    requireCount("k", k);
    int eligible = eligible(accept);
    segment.acquire();
    try {
      search(query, k, params.listSize(), accept, eligible, out, stats);
    } finally {
      segment.release();
    }
  }

  /**
   * Finds the k nearest rows of each of many queries, as {@link #search} does for one. Searches
   * near queries after each other and starts each from the answer before it, so the same queries in
   * another batch may have other answers, of the same quality; the same batch has the same ones.
   *
   * @param queries row-major, {@code count} x dimension, finite
   * @param count number of queries, at least 0; from a few hundred on a batch is worth while
   * @param k at least 1
   * @param params beam width; k when that is larger
   * @param accept rows that may be returned, all below the number of rows; null for all
   * @param out one buffer per query
   * @param stats counters to add to
   * @throws IllegalArgumentException as {@link #search}, and when there are less than {@code count}
   *     queries or buffers
   * @throws IllegalStateException when the segment was closed
   */
  public void searchBatch(
      float[] queries,
      int count,
      int k,
      SearchParams params,
      BitSet accept,
      Neighbors[] out,
      SearchStats stats) {
    if (count < 0 || (long) count * dimension > queries.length || count > out.length) {
      throw new IllegalArgumentException(
          String.format(
              "%d queries of %d floats do not fit %d floats and %d buffers",
              count, dimension, queries.length, out.length));
    }
    requireFinite(queries, count * dimension);
    requireCount("k", k);
    int eligible = eligible(accept);
    if (order == null) {
      order = new QueryOrder(dimension, metric);
      query = new float[dimension];
    }
    segment.acquire();
    try {
      order.of(queries, count);
      for (int i = 0; i < count; i++) {
        int q = order.query(i);
        System.arraycopy(queries, q * dimension, query, 0, dimension);
        search(query, k, params.listSize(), accept, eligible, out[q], stats);
        if (walk != null) {
          walk.startFrom(out[q]);
        }
      }
    } finally {
      if (walk != null) {
        walk.startAnew();
      }
      segment.release();
    }
  }

  /**
   * Finds the rows within a distance: by walks with a growing beam, which may miss a few, or by
   * comparing all eligible rows when the segment has no graph or that is cheaper. {@link
   * ExactSearch#searchRange} misses none.
   *
   * @param query d finite floats; one of squared length zero under cosine is near to nothing
   * @param maxDistance the largest distance, in the convention of {@link Metric}, included; not NaN
   * @param cap at least 1; when more rows are within the distance, the nearest {@code cap} of them
   *     are the answer
   * @param params beam width to begin with: one that is good for 10 neighbours
   * @param accept rows that may be returned, all below the number of rows; null for all
   * @param out receives the answer, nearest first, ties by ordinal
   * @param stats counters to add to
   * @throws IllegalArgumentException when the query has another dimension or is not finite, the
   *     distance is NaN, cap is below 1 or {@code accept} names rows that do not exist
   * @throws IllegalStateException when the segment was closed
   */
  public void searchRange(
      float[] query,
      float maxDistance,
      int cap,
      SearchParams params,
      BitSet accept,
      Neighbors out,
      SearchStats stats) {
    requireQuery(query);
    requireCount("cap", cap);
    if (Float.isNaN(maxDistance)) {
      throw new IllegalArgumentException("the largest distance is NaN; it must be a number");
    }
    int eligible = eligible(accept);
    out.clear();
    stats.searches++;
    if (eligible == 0 || isZero(query)) {
      return;
    }
    BitSet filter = eligible == rows ? null : accept;
    int most = Math.min(cap, eligible);
    if (rangeReranker == null) {
      rangeReranker = new Reranker(segment.vectors(), metric);
    }
    segment.acquire();
    try {
      long readsBefore = rangeReranker.reads();
      if (!prepareWalks()
          || !range.search(
              query,
              maxDistance,
              most,
              params.listSize(),
              filter,
              eligible,
              rangeReranker,
              stats)) {
        rangeReranker.start(query, most, maxDistance);
        scan(filter, rangeReranker, stats);
      }
      rangeReranker.finish(out);
      stats.exactDistances += rangeReranker.reads() - readsBefore;
    } finally {
      segment.release();
    }
  }

  private void search(
      float[] query,
      int k,
      int listSize,
      BitSet accept,
      int eligible,
      Neighbors out,
      SearchStats stats) {
    out.clear();
    stats.searches++;
    if (eligible == 0 || isZero(query)) {
      return;
    }
    BitSet filter = eligible == rows ? null : accept;
    int wanted = Math.min(k, eligible);
    long readsBefore = reranker.reads();
    if (!prepareWalks()
        || !walk(query, wanted, Math.max(listSize, wanted), filter, eligible, stats)) {
      reranker.start(query, wanted);
      scan(filter, reranker, stats);
    }
    reranker.finish(out);
    stats.exactDistances += reranker.reads() - readsBefore;
  }

  /** Offers candidates to the reranker; false when it is better to offer all eligible rows. */
  private boolean walk(
      float[] query, int wanted, int listSize, BitSet accept, int eligible, SearchStats stats) {
    if (accept != null) {
      return filtered.search(query, wanted, listSize, accept, eligible, reranker, stats);
    }
    if (walkCost(listSize, segment.graph().maxDegree()) >= rows) {
      return false;
    }
    reranker.start(query, wanted);
    return walk.search(query, listSize, reranker, stats) >= wanted;
  }

  /** False without a graph. */
  private boolean prepareWalks() {
    if (walk == null && segment.graph() != null) {
      int maxDegree = segment.graph().maxDegree();
      walk = new GraphSearch(segment);
      filtered = new FilteredSearch(walk, rows, maxDegree);
      range = new RangeSearch(walk, rows, maxDegree);
    }
    return walk != null;
  }

  /** Exact distances that cost as much as a walk. */
  static double walkCost(long listSize, int maxDegree) {
    return listSize * maxDegree * ESTIMATE_COST;
  }

  private void scan(BitSet accept, Reranker reranker, SearchStats stats) {
    stats.exactScans++;
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

  private int eligible(BitSet accept) {
    if (accept != null && accept.length() > rows) {
      throw new IllegalArgumentException(
          "accept names row " + (accept.length() - 1) + " of a segment of " + rows + " rows");
    }
    return accept == null ? rows : accept.cardinality();
  }

  private boolean isZero(float[] query) {
    return metric == Metric.COSINE && Kernels.BEST.dot(query, 0, query, 0, dimension) == 0f;
  }

  private static void requireCount(String name, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, was " + count);
    }
  }

  private void requireQuery(float[] query) {
    if (query.length != dimension) {
      throw new IllegalArgumentException(
          "the query has " + query.length + " floats, the segment's vectors have " + dimension);
    }
    requireFinite(query, dimension);
  }

  private void requireFinite(float[] queries, int length) {
    // The sum of squares is finite only when all are; large ones may be finite without that.
    if (Float.isFinite(Kernels.BEST.dot(queries, 0, queries, 0, length))) {
      return;
    }
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(queries[i])) {
        throw new IllegalArgumentException(
            String.format(
                "component %d of %s is %s; queries must be finite",
                i % dimension,
                length == dimension ? "the query" : "query " + i / dimension,
                queries[i]));
      }
    }
  }
}
