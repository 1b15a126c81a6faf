/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.graph.BeamSearch;
import io.omendb.index.graph.Graph;
import io.omendb.index.quantization.Quantizer;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.TopK;
import java.util.BitSet;

/**
 * The search of DiskANN (Subramanya et al. 2019, section 3): candidates by codes only, then exact
 * distances of the candidates. One per thread; allocates nothing per query once its arrays have
 * grown to the list size in use.
 */
final class GraphSearch {
  private static final int SCAN_BATCH = 64;

  /** Nodes of a stretch that has a landmark, unless a graph has more than the most stretches. */
  private static final int STRETCH = 32;

  private static final int MOST_STRETCHES = 2048;

  /** Landmarks that a filtered walk starts from. */
  private static final int STARTS = 32;

  /** Stretches that are swept at most. */
  private static final int SWEPT = 256;

  /** A sweep ends after so many nodes in a row that were too far. */
  private static final int QUIET = 256;

  /** Rows of the answer before that a search of a batch starts from. */
  private static final int SEEDS = 3;

  private final Graph graph;
  private final NodeOrder order;
  private final CodeScorer estimator;
  private final BeamSearch beam;
  private final int[] entryPoints = new int[SEEDS + STARTS];
  private int seeds;
  private final int[] batch = new int[SCAN_BATCH];
  private final float[] estimates = new float[SCAN_BATCH];
  private TopK nearest = new TopK(1);
  private int nearestSize = 1;

  /** The nearest landmarks of a filtered search. */
  private final TopK landmarks = new TopK(SWEPT);

  private final int stretch;

  /** The rows that {@link #nodes} was asked for last, and their nodes. */
  private final BitSet lastRows = new BitSet();

  private final BitSet lastNodes = new BitSet();

  /** Searches a segment that has a graph. */
  GraphSearch(Segment segment) {
    this(
        segment.graph(),
        segment.nodeOrder(),
        segment.codes(),
        segment.quantizer(),
        segment.info().config().metric());
  }

  GraphSearch(Graph graph, NodeOrder order, MappedCodes codes, Quantizer quantizer, Metric metric) {
    this.graph = graph;
    this.order = order;
    this.estimator = new CodeScorer(codes, quantizer, metric);
    this.beam = new BeamSearch(graph.size(), graph.maxDegree(), 128);
    this.stretch = Math.max(STRETCH, (graph.size() + MOST_STRETCHES - 1) / MOST_STRETCHES);
  }

  /** Lets later searches start from the nearest of {@code answer}, too. */
  void startFrom(Neighbors answer) {
    seeds = Math.min(SEEDS, answer.size());
    for (int i = 0; i < seeds; i++) {
      entryPoints[i] = order.node(answer.ordinal(i));
    }
  }

  /** Lets later searches start as the first one did. */
  void startAnew() {
    seeds = 0;
  }

  /**
   * The nodes of eligible rows, for the searches below; good until the next call. Rows that are
   * those of the call before, as under one filter they are, cost a comparison only.
   */
  BitSet nodes(BitSet rows) {
    if (order == NodeOrder.ROWS) {
      return rows;
    }
    if (!rows.equals(lastRows)) {
      order.nodes(rows, lastNodes);
      lastRows.clear();
      lastRows.or(rows);
    }
    return lastNodes;
  }

  /**
   * Offers the best candidates that a walk finds to {@code reranker}.
   *
   * @param query not zero under cosine
   * @param listSize beam width
   * @param reranker started with this query
   * @return number of candidates offered
   */
  int search(float[] query, int listSize, Reranker reranker, SearchStats stats) {
    long readsBefore = reranker.reads();
    estimator.prepare(query);
    entryPoints[seeds] = graph.entryPoint();
    int found = beam.search(graph, estimator, entryPoints, seeds + 1, listSize);
    stats.walks++;
    return offer(found, reranker, readsBefore, stats);
  }

  /**
   * Searches eligible nodes wherever they lie. One of every stretch of nodes is a landmark; near
   * nodes lie side by side, so that there is one by every crowd of them. A walk over eligible nodes
   * only starts from the nearest landmarks. What it misses, as the graph was not built to lead from
   * one eligible node to the next, a sweep finds: all eligible nodes of one stretch after the
   * other, beginning with that of the nearest landmark, until they bring nothing new.
   *
   * @param listSize beam width of the walk
   * @param keep how many candidates to offer, at least {@code listSize}
   * @param accept nodes whose rows may be offered
   * @param eligible how many they are, at least 1
   * @return number of candidates that the walk found
   */
  int searchAcross(
      float[] query,
      int listSize,
      int keep,
      BitSet accept,
      int eligible,
      Reranker reranker,
      SearchStats stats) {
    long readsBefore = reranker.reads();
    estimator.prepare(query);
    findLandmarks(accept, stats);
    int starts = Math.min(STARTS, landmarks.size());
    for (int i = 0; i < starts; i++) {
      entryPoints[seeds + i] = landmarks.ordinal(i);
    }
    int found =
        beam.search(graph, estimator, entryPoints, seeds + starts, listSize, accept, eligible);
    stats.filteredWalks++;
    stats.hops += beam.hops();
    stats.estimates += beam.distances();
    startNearest(keep);
    for (int i = 0; i < found; i++) {
      nearest.add(beam.ordinal(i), beam.distance(i));
    }
    sweep(accept, stats);
    offerNearest(reranker, readsBefore, stats);
    return found;
  }

  private void findLandmarks(BitSet accept, SearchStats stats) {
    landmarks.clear();
    int filled = 0;
    int node = accept.nextSetBit(0);
    while (node >= 0) {
      batch[filled++] = node;
      if (filled == SCAN_BATCH) {
        estimate(filled, landmarks, stats);
        filled = 0;
      }
      node = accept.nextSetBit((node / stretch + 1) * stretch);
    }
    estimate(filled, landmarks, stats);
    landmarks.sort();
  }

  private void sweep(BitSet accept, SearchStats stats) {
    int quiet = 0;
    for (int i = 0; i < landmarks.size() && quiet < QUIET; i++) {
      int first = landmarks.ordinal(i) / stretch * stretch;
      int filled = 0;
      int node = accept.nextSetBit(first);
      while (node >= 0 && node < first + stretch) {
        if (!beam.visited(node)) {
          batch[filled++] = node;
          if (filled == SCAN_BATCH) {
            quiet = estimate(filled, nearest, stats) > 0 ? 0 : quiet + filled;
            filled = 0;
          }
        }
        node = accept.nextSetBit(node + 1);
      }
      quiet = estimate(filled, nearest, stats) > 0 ? 0 : quiet + filled;
    }
  }

  /**
   * Walks without a filter and keeps the {@code keep} nearest eligible nodes of all that it visits,
   * for {@link #searchOn}.
   *
   * @param query not zero under cosine
   * @param listSize beam width
   * @param accept eligible nodes
   * @param place at least 1, at most {@code keep}
   * @return how many of the visited nodes are nearer than the {@code place}-th nearest eligible
   *     one; as many as an int can hold when fewer eligible ones are visited
   */
  int lookAround(
      float[] query, int listSize, BitSet accept, int keep, int place, SearchStats stats) {
    estimator.prepare(query);
    entryPoints[seeds] = graph.entryPoint();
    int nearer =
        beam.searchAround(graph, estimator, entryPoints, seeds + 1, listSize, accept, keep, place);
    stats.walks++;
    stats.hops += beam.hops();
    stats.estimates += beam.distances();
    return nearer;
  }

  /**
   * Walks on over eligible nodes only, from those that {@link #lookAround} kept and as many of
   * them, with the same query and nodes.
   *
   * @param eligible number of eligible nodes
   * @return number of candidates offered
   */
  int searchOn(BitSet accept, int eligible, Reranker reranker, SearchStats stats) {
    long readsBefore = reranker.reads();
    int found = beam.searchOn(graph, estimator, accept, eligible);
    stats.filteredWalks++;
    return offer(found, reranker, readsBefore, stats);
  }

  /**
   * Offers the rows of the {@code keep} nodes with the smallest estimates to {@code reranker}.
   *
   * @param accept nodes whose rows may be offered
   */
  void scan(float[] query, int keep, BitSet accept, Reranker reranker, SearchStats stats) {
    long readsBefore = reranker.reads();
    estimator.prepare(query);
    startNearest(keep);
    int filled = 0;
    for (int node = accept.nextSetBit(0); node >= 0; node = accept.nextSetBit(node + 1)) {
      batch[filled++] = node;
      if (filled == SCAN_BATCH) {
        estimate(filled, nearest, stats);
        filled = 0;
      }
    }
    estimate(filled, nearest, stats);
    stats.codeScans++;
    offerNearest(reranker, readsBefore, stats);
  }

  private void startNearest(int keep) {
    if (keep != nearestSize) {
      nearest = new TopK(keep);
      nearestSize = keep;
    }
    nearest.clear();
  }

  /** Estimates the first nodes of the batch; returns how many of them {@code kept} keeps. */
  private int estimate(int n, TopK kept, SearchStats stats) {
    estimator.distances(batch, n, estimates);
    stats.estimates += n;
    int better = 0;
    for (int i = 0; i < n; i++) {
      if (estimates[i] <= kept.bound() && kept.add(batch[i], estimates[i])) {
        better++;
      }
    }
    return better;
  }

  private void offerNearest(Reranker reranker, long readsBefore, SearchStats stats) {
    nearest.sort();
    stats.fullReadsBeforeRerank += reranker.reads() - readsBefore;
    for (int i = 0; i < nearest.size(); i++) {
      reranker.add(order.row(nearest.ordinal(i)), nearest.distance(i));
    }
  }

  private int offer(int found, Reranker reranker, long readsBefore, SearchStats stats) {
    stats.hops += beam.hops();
    stats.estimates += beam.distances();
    stats.fullReadsBeforeRerank += reranker.reads() - readsBefore;
    for (int i = 0; i < found; i++) {
      reranker.add(order.row(beam.ordinal(i)), beam.distance(i));
    }
    return found;
  }
}
