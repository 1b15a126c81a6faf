/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import io.omendb.index.segment.ExactSearch;
import io.omendb.index.segment.Neighbors;
import io.omendb.index.segment.QueryOrder;
import io.omendb.index.segment.SearchParams;
import io.omendb.index.segment.SearchStats;
import io.omendb.index.segment.Segment;
import io.omendb.index.segment.SegmentSearcher;
import io.omendb.index.vector.Metric;
import io.omendb.spark.error.QueryErrors;
import io.omendb.spark.exec.QueryBlock;
import io.omendb.spark.exec.SegmentCache;
import io.omendb.spark.exec.SegmentFile;
import io.omendb.spark.exec.SegmentHandle;
import io.omendb.spark.exec.TopKMerger;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.spark.TaskContext;

/**
 * Searches all segments of a table for the queries of a block. A segment is open only while it is
 * searched. Owned by one task.
 */
final class BlockSearch {
  /** Multiplications of one call of the exact search: about a second between polls for a kill. */
  private static final long EXACT_CALL = 20_000_000_000L;

  private static final int EXACT_QUERIES = 1024;

  /** Rows within reach of a query for which room is made before they are counted. */
  private static final int FEW = 16;

  private final KnnTable table;
  private final KnnMetrics metrics;
  private final TaskContext task;
  private final BitSet counted = new BitSet();
  private final SearchStats stats = new SearchStats();
  private final Neighbors found;
  private final float[] query;

  /** Null when no segment is walked. */
  private final QueryOrder order;

  private Neighbors[] foundOfMany = new Neighbors[0];
  private float[] queries = new float[0];

  BlockSearch(KnnTable table, KnnMetrics metrics, TaskContext task) {
    this.table = table;
    this.metrics = metrics;
    this.task = task;
    this.found = new Neighbors(room());
    this.query = new float[table.dimension()];
    this.order =
        !table.spec().ranges() && Arrays.stream(table.listSizes()).anyMatch(width -> width > 0)
            ? new QueryOrder(table.dimension(), table.spec().function().metric())
            : null;
  }

  /**
   * Leaves the neighbours of every query of {@code block} in {@code merger}.
   *
   * @param misfit names the first row whose vector has another dimension; may be empty
   */
  void search(QueryBlock block, TopKMerger merger, String misfit) throws IOException {
    int total = block.count() + block.oddCount();
    merger.reset(total, table.spec().k(), room());
    if (total == 0 && block.otherDimension() < 0) {
      return;
    }
    if (order != null) {
      order.of(block.vectors(), block.count());
    }
    for (int s = 0; s < table.files().size(); s++) {
      BitSet accept = table.accepted(s);
      if (accept != null && accept.isEmpty()) {
        continue;
      }
      if (block.otherDimension() >= 0) {
        throw QueryErrors.queryDimension(
            misfit, table.vectorColumn(), table.dimension(), block.otherDimension());
      }
      search(s, block, accept, merger);
    }
    report(merger, total);
  }

  private int room() {
    return table.spec().ranges() ? FEW : table.spec().k();
  }

  private void search(int s, QueryBlock block, BitSet accept, TopKMerger merger)
      throws IOException {
    SegmentFile file = table.files().get(s);
    long start = System.nanoTime();
    try (SegmentHandle handle = SegmentCache.acquire(file, table.conf().value())) {
      long loaded = System.nanoTime();
      metrics.loadTime().add(loaded - start);
      if (!counted.get(s)) {
        counted.set(s);
        metrics.segments().add(1);
        metrics.bytes().add(file.entry().bytes());
      }
      try {
        search(s, handle.segment(), block, accept, merger);
      } catch (InternalError e) {
        throw handle.unreadable(e);
      }
      metrics.searchTime().add(System.nanoTime() - loaded);
    }
  }

  private void search(int s, Segment segment, QueryBlock block, BitSet accept, TopKMerger merger) {
    if (table.spec().ranges()) {
      range(s, segment, block, accept, merger);
    } else if (table.listSizes()[s] > 0) {
      walk(s, segment, block, accept, merger);
    } else {
      scan(s, segment, block, accept, merger);
    }
    for (int i = 0; i < block.oddCount(); i++) {
      task.killTaskIfInterrupted();
      OddSearch.search(
          table.spec().function(), segment, block.odd(i), table.spec().k(), accept, found);
      merger.merge(block.count() + i, s, found);
    }
  }

  /** Everything within reach, query by query. */
  private void range(int s, Segment segment, QueryBlock block, BitSet accept, TopKMerger merger) {
    KnnSpec spec = table.spec();
    int dimension = table.dimension();
    float limit = spec.function().limit(spec.reach(), dimension);
    int listSize = table.listSizes()[s];
    SegmentSearcher searcher = listSize > 0 ? segment.newSearcher() : null;
    ExactSearch exact = listSize > 0 ? null : new ExactSearch(segment, spec.function().metric());
    for (int q = 0; q < block.count(); q++) {
      task.killTaskIfInterrupted();
      System.arraycopy(block.vectors(), q * dimension, query, 0, dimension);
      if (exact != null) {
        exact.searchRange(query, limit, spec.k(), accept, found, stats);
      } else {
        searcher.searchRange(
            query, limit, spec.k(), new SearchParams(listSize), accept, found, stats);
      }
      merger.merge(q, s, found);
    }
  }

  /** Beam search, query by query; near ones after each other read much of the same memory. */
  private void walk(int s, Segment segment, QueryBlock block, BitSet accept, TopKMerger merger) {
    SegmentSearcher searcher = segment.newSearcher();
    SearchParams params = new SearchParams(table.listSizes()[s]);
    int dimension = table.dimension();
    for (int i = 0; i < block.count(); i++) {
      task.killTaskIfInterrupted();
      int q = order.query(i);
      System.arraycopy(block.vectors(), q * dimension, query, 0, dimension);
      searcher.search(query, table.spec().k(), params, accept, found, stats);
      merger.merge(q, s, found);
    }
  }

  /** Blocked exact search, many queries at once. */
  private void scan(int s, Segment segment, QueryBlock block, BitSet accept, TopKMerger merger) {
    Metric metric = table.spec().function().metric();
    ExactSearch search = new ExactSearch(segment, metric);
    int dimension = table.dimension();
    long perQuery = (long) segment.info().rows() * dimension;
    int most = (int) Math.min(EXACT_QUERIES, Math.max(16, EXACT_CALL / perQuery));
    for (int first = 0; first < block.count(); first += most) {
      task.killTaskIfInterrupted();
      int count = Math.min(most, block.count() - first);
      ensure(count);
      System.arraycopy(block.vectors(), first * dimension, queries, 0, count * dimension);
      search.search(queries, count, table.spec().k(), accept, foundOfMany, stats);
      for (int q = 0; q < count; q++) {
        merger.merge(first + q, s, foundOfMany[q]);
      }
    }
  }

  private void ensure(int count) {
    if (foundOfMany.length < count) {
      foundOfMany = new Neighbors[count];
      for (int q = 0; q < count; q++) {
        foundOfMany[q] = new Neighbors(table.spec().k());
      }
      queries = new float[count * table.dimension()];
    }
  }

  private void report(TopKMerger merger, int total) {
    metrics.queries().add(total);
    metrics.hops().add(stats.hops);
    metrics.estimates().add(stats.estimates);
    metrics.exactDistances().add(stats.exactDistances);
    stats.hops = 0;
    stats.estimates = 0;
    stats.exactDistances = 0;
    if (table.spec().ranges()) {
      return;
    }
    long few = 0;
    for (int q = 0; q < total; q++) {
      if (merger.size(q) < table.spec().k()) {
        few++;
      }
    }
    metrics.shortQueries().add(few);
  }
}
