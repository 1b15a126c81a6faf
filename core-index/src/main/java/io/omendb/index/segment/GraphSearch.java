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

  /** Eligible nodes that a filtered walk starts from, beside the entry point. */
  private static final int SAMPLES = 32;

  /** Rows of the answer before that a search of a batch starts from. */
  private static final int SEEDS = 3;

  private final Graph graph;
  private final NodeOrder order;
  private final CodeScorer estimator;
  private final BeamSearch beam;
  private final int[] entryPoints = new int[SEEDS + SAMPLES + 1];
  private int seeds;
  private final int[] batch = new int[SCAN_BATCH];
  private final float[] estimates = new float[SCAN_BATCH];
  private TopK nearest = new TopK(1);
  private int nearestSize = 1;

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
   * Walks over eligible nodes only, from a sample of them and the entry point; otherwise as {@link
   * #search(float[], int, Reranker, SearchStats)}.
   *
   * @param accept nodes whose rows may be offered
   * @param eligible how many they are, at least 1
   */
  int search(
      float[] query,
      int listSize,
      BitSet accept,
      int eligible,
      Reranker reranker,
      SearchStats stats) {
    long readsBefore = reranker.reads();
    estimator.prepare(query);
    int entries = sample(accept);
    int found = beam.search(graph, estimator, entryPoints, entries, listSize, accept, eligible);
    stats.filteredWalks++;
    return offer(found, reranker, readsBefore, stats);
  }

  /**
   * Walks without a filter and keeps the {@code keep} nearest eligible nodes of all that it visits,
   * for {@link #searchOn}.
   *
   * @param query not zero under cosine
   * @param listSize beam width
   * @param accept eligible nodes
   * @return the share of eligible nodes among those visited
   */
  double lookAround(float[] query, int listSize, BitSet accept, int keep, SearchStats stats) {
    estimator.prepare(query);
    entryPoints[seeds] = graph.entryPoint();
    int passed =
        beam.searchAround(graph, estimator, entryPoints, seeds + 1, listSize, accept, keep);
    stats.walks++;
    stats.hops += beam.hops();
    stats.estimates += beam.distances();
    return (double) passed / beam.distances();
  }

  /**
   * Walks on over eligible nodes only, from those that {@link #lookAround} kept; where they fill
   * less than half of the list, from a sample of all eligible nodes, too. Otherwise as {@link
   * #search(float[], int, BitSet, int, Reranker, SearchStats)}.
   */
  int searchOn(int listSize, BitSet accept, int eligible, Reranker reranker, SearchStats stats) {
    long readsBefore = reranker.reads();
    int entries = beam.kept() < listSize / 2 ? sample(accept) : 0;
    int found = beam.searchOn(graph, estimator, entryPoints, entries, listSize, accept, eligible);
    stats.filteredWalks++;
    return offer(found, reranker, readsBefore, stats);
  }

  /**
   * Offers the rows of the {@code keep} nodes with the smallest estimates to {@code reranker}.
   *
   * @param accept nodes whose rows may be offered
   * @return number of candidates offered
   */
  int scan(float[] query, int keep, BitSet accept, Reranker reranker, SearchStats stats) {
    long readsBefore = reranker.reads();
    estimator.prepare(query);
    startNearest(keep);
    int filled = 0;
    for (int node = accept.nextSetBit(0); node >= 0; node = accept.nextSetBit(node + 1)) {
      batch[filled++] = node;
      if (filled == SCAN_BATCH) {
        estimate(filled, stats);
        filled = 0;
      }
    }
    estimate(filled, stats);
    nearest.sort();
    stats.codeScans++;
    stats.fullReadsBeforeRerank += reranker.reads() - readsBefore;
    for (int i = 0; i < nearest.size(); i++) {
      reranker.add(order.row(nearest.ordinal(i)), nearest.distance(i));
    }
    return nearest.size();
  }

  private void startNearest(int keep) {
    if (keep != nearestSize) {
      nearest = new TopK(keep);
      nearestSize = keep;
    }
    nearest.clear();
  }

  private void estimate(int n, SearchStats stats) {
    estimator.distances(batch, n, estimates);
    stats.estimates += n;
    for (int i = 0; i < n; i++) {
      if (estimates[i] <= nearest.bound()) {
        nearest.add(batch[i], estimates[i]);
      }
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

  /** Nodes of {@code accept} from all over its range, then the entry point. */
  private int sample(BitSet accept) {
    int first = accept.nextSetBit(0);
    long range = accept.length() - (long) first;
    int count = seeds;
    int node = first - 1;
    for (int i = 0; i < SAMPLES; i++) {
      node = accept.nextSetBit(Math.max(node + 1, first + (int) (range * i / SAMPLES)));
      if (node < 0) {
        break;
      }
      entryPoints[count++] = node;
    }
    entryPoints[count++] = graph.entryPoint();
    return count;
  }
}
