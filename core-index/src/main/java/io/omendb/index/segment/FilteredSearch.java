/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.util.BitSet;

/**
 * Searches among the eligible rows of a segment, in the way that their number makes the cheapest:
 * few are estimated from their codes one after the other, many are reached by a walk. Very few are
 * left to the caller to compare exactly; so are those of a query whose estimates cannot tell which
 * are the nearest. One per thread; allocates nothing per query once its arrays have grown.
 *
 * <p>Where a third of the rows or more are eligible, a walk without the filter, wide enough to hold
 * as many eligible candidates as the list is long, is the cheapest.
 *
 * <p>A filter that goes with the vectors may leave no row near the query. The nearest ones then lie
 * along a rim that the graph was not built to follow, and a walk among eligible rows ends at some
 * of them. So a walk without the filter looks first how many of the rows around the query are
 * eligible; where they are far fewer than their share, all codes are estimated, at any number.
 */
final class FilteredSearch {
  /** Up to so many rows for each place of the list, exact distances cost less than a code table. */
  private static final int EXACT_PER_PLACE = 4;

  /** Up to so many, a look at every code costs less than a walk. */
  private static final int CODES_PER_PLACE = 96;

  /**
   * The least width of a walk. Eligible rows have ways among each other that were not made for
   * them; a very narrow beam gets lost there.
   */
  static final int MIN_WIDTH = 48;

  /** How fast a walk is widened whose estimates were too close to tell. */
  private static final int WIDEN = 2;

  /** Share of k that may be missed, as expected of one query, before its answer is not trusted. */
  private static final double TOLERANCE = 0.1;

  /** Rows around a query that are looked at: wide enough to tell a tenth from nothing. */
  private static final int LOOK_AROUND = 24;

  /** Eligible rows are scarce around a query below this part of their share in all rows. */
  private static final double SCARCE = 1 / 3.0;

  /** Share of eligible rows from which on a wider walk without the filter holds enough of them. */
  private static final double WIDE = 1 / 3.0;

  /** Eligible candidates that are enough, as a part of the list size. */
  private static final double ENOUGH = 0.75;

  private final GraphSearch search;
  private final int rows;
  private final int maxDegree;

  FilteredSearch(GraphSearch search, int rows, int maxDegree) {
    this.search = search;
    this.rows = rows;
    this.maxDegree = maxDegree;
  }

  /** Whether walking is not worth while. */
  static boolean isFew(int eligible, int listSize) {
    return eligible <= (long) CODES_PER_PLACE * listSize;
  }

  /**
   * Offers candidates to {@code reranker}.
   *
   * @param query not zero under cosine
   * @param wanted neighbours, at most {@code eligible}
   * @param listSize beam width of an unfiltered search that is good enough
   * @param accept rows that may be offered
   * @param eligible how many they are
   * @return false when all eligible rows are to be compared; what was offered is of no use then
   */
  boolean search(
      float[] query,
      int wanted,
      int listSize,
      BitSet accept,
      int eligible,
      Reranker reranker,
      SearchStats stats) {
    if (eligible <= (long) EXACT_PER_PLACE * listSize) {
      return false;
    }
    long width = Math.max(Math.max(listSize, MIN_WIDTH), wanted + (long) wanted / 2);
    if (width * EXACT_PER_PLACE > eligible) {
      return false;
    }
    boolean scan = isFew(eligible, listSize);
    if (!scan) {
      double share = (double) eligible / rows;
      int around = share < WIDE ? LOOK_AROUND : (int) Math.ceil(listSize / share);
      int nearby = search.eligibleNearby(query, around, accept, stats);
      if (share >= WIDE && nearby >= ENOUGH * listSize && nearby >= wanted) {
        reranker.start(query, wanted);
        search.offerNearby(accept, reranker);
        if (reranker.expectedMisses() <= TOLERANCE * wanted) {
          return true;
        }
      }
      scan = nearby < SCARCE * share * around;
    }
    if (scan) {
      reranker.start(query, wanted);
      search.scan(query, (int) width, accept, reranker, stats);
      return reranker.expectedMisses() <= TOLERANCE * wanted;
    }
    for (; SegmentSearcher.walkCost(width, maxDegree) < eligible; width *= WIDEN) {
      reranker.start(query, wanted);
      int found = search.search(query, (int) width, accept, eligible, reranker, stats);
      if (found < width) {
        // Walled in by rows that are not eligible.
        return false;
      }
      double misses = reranker.expectedMisses();
      if (misses <= TOLERANCE * wanted) {
        return true;
      }
      if (misses > wanted) {
        // Far more rows are as near than a wider walk would find.
        return false;
      }
    }
    return false;
  }
}
