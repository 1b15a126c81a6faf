/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.util.BitSet;

/**
 * Searches among the eligible rows of a segment, in the way that their number makes the cheapest:
 * few are estimated from their codes one after the other, many are reached by a walk. Very few are
 * left to the caller to compare exactly; so are those of a query whose estimates cannot tell which
 * are the nearest. One per thread; allocates nothing per query once its arrays have grown.
 *
 * <p>A walk begins without the filter, narrow, which leads it to the query and finds eligible rows
 * there. It goes on from them over eligible rows only.
 *
 * <p>A filter that goes with the vectors may leave hardly a row near the query. The nearest ones
 * then lie along a rim that the graph was not built to follow, or in parts that no edge leads to,
 * and a walk from one of them ends at some of them, however wide. Of what the first walk visits,
 * the nearest rows are not eligible then. So in this case eligible rows are searched for across the
 * segment, or all estimated where that costs less.
 */
final class FilteredSearch {
  /** Up to so many rows for each place of the list, exact distances cost less than a code table. */
  private static final int EXACT_PER_PLACE = 4;

  /** Up to so many for each place, a look at every code costs less than a walk. */
  private static final int CODES_PER_PLACE = 96;

  /** Lists shorter than this count as so long: their walks are not cheaper. */
  private static final int MIN_LIST = 24;

  /**
   * Below this share, too, a look at every code: over so few eligible rows walks lose their way.
   */
  private static final double MIN_SHARE = 0.04;

  /**
   * The least width of a walk. Eligible rows have ways among each other that were not made for
   * them; a very narrow beam gets lost there.
   */
  private static final int MIN_WIDTH = 24;

  /** The least number of rows that are compared exactly when the nearest may be anywhere. */
  private static final int MIN_KEEP = 48;

  /** How fast a walk is widened whose estimates were too close to tell. */
  private static final int WIDEN = 2;

  /** Share of k that may be missed, as expected of one query, before its answer is not trusted. */
  private static final double TOLERANCE = 0.1;

  /** Width of the walk that leads to the query; it visits some 200 rows and more. */
  private static final int LOOK_AROUND = 12;

  /**
   * Eligible rows are scarce around a query when, among those visited there, the eligible one of
   * this place has a rank that is so many times what their share lets expect.
   */
  private static final int PLACE = 8;

  private static final double SCARCE = 2.5;

  /** Up to so many, a look at every code costs less than a search across all of them. */
  private static final int ACROSS = 4096;

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
    return eligible <= (long) CODES_PER_PLACE * Math.max(listSize, MIN_LIST);
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
    BitSet nodes = search.nodes(accept);
    if (isFew(eligible, listSize) || eligible < MIN_SHARE * rows) {
      return scan(query, wanted, (int) width, nodes, reranker, stats);
    }
    int rank = search.lookAround(query, LOOK_AROUND, nodes, (int) width, PLACE, stats);
    boolean scarce = rank > SCARCE * PLACE * rows / eligible;
    if (scarce && eligible <= ACROSS) {
      return scan(query, wanted, (int) width, nodes, reranker, stats);
    }
    boolean goesOn = !scarce;
    for (; SegmentSearcher.walkCost(width, maxDegree) < eligible; width *= WIDEN) {
      reranker.start(query, wanted);
      int found =
          goesOn
              ? search.searchOn(nodes, eligible, reranker, stats)
              : search.searchAcross(
                  query,
                  (int) width,
                  (int) Math.max(width, MIN_KEEP),
                  nodes,
                  eligible,
                  reranker,
                  stats);
      goesOn = false;
      if (found < width) {
        // Walled in by rows that are not eligible.
        return scan(query, wanted, (int) width, nodes, reranker, stats);
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

  /** Estimates all eligible rows; false when that cannot tell which are the nearest. */
  private boolean scan(
      float[] query, int wanted, int keep, BitSet nodes, Reranker reranker, SearchStats stats) {
    reranker.start(query, wanted);
    search.scan(query, Math.max(keep, MIN_KEEP), nodes, reranker, stats);
    return reranker.expectedMisses() <= TOLERANCE * wanted;
  }
}
