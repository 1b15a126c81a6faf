/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.util.BitSet;

/**
 * Finds the rows within a distance by walks with a growing beam, until the beam is so much wider
 * than the number of rows it found within that distance that hardly any can be missing. One per
 * thread; allocates nothing per query once its arrays have grown.
 */
final class RangeSearch {
  /** A beam has this many places for each row within the distance. */
  private static final int PLACES = 2;

  /** The least width of a walk over eligible rows, which starts far from the query. */
  private static final int MIN_WIDTH = 48;

  private final GraphSearch search;
  private final int rows;
  private final int maxDegree;

  RangeSearch(GraphSearch search, int rows, int maxDegree) {
    this.search = search;
    this.rows = rows;
    this.maxDegree = maxDegree;
  }

  /**
   * Offers candidates to {@code reranker}.
   *
   * @param query not zero under cosine
   * @param maxDistance rows within it are wanted
   * @param cap most rows that are wanted
   * @param listSize beam width to begin with
   * @param accept rows that may be offered; null for all
   * @param eligible how many they are
   * @return false when all eligible rows are to be compared; what was offered is of no use then
   */
  boolean search(
      float[] query,
      float maxDistance,
      int cap,
      int listSize,
      BitSet accept,
      int eligible,
      Reranker reranker,
      SearchStats stats) {
    long width = listSize;
    BitSet nodes = null;
    if (accept != null) {
      if (FilteredSearch.isFew(eligible, listSize)) {
        return false;
      }
      width = Math.max(width, MIN_WIDTH);
      nodes = search.nodes(accept);
    }
    while (SegmentSearcher.walkCost(width, maxDegree) < eligible) {
      reranker.start(query, cap, maxDistance);
      int found = walk(query, (int) width, nodes, eligible, reranker, stats);
      if (found < width) {
        return found == rows;
      }
      int within = Math.min(cap, reranker.within());
      long enough = listSize + (long) PLACES * within;
      if (enough <= width) {
        return true;
      }
      width = Math.max(enough, 2 * width);
    }
    return false;
  }

  private int walk(
      float[] query, int width, BitSet nodes, int eligible, Reranker reranker, SearchStats stats) {
    return nodes == null
        ? search.search(query, width, reranker, stats)
        : search.searchAcross(query, width, width, nodes, eligible, reranker, stats);
  }
}
