/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.graph.Graph;
import io.omendb.index.quantization.PqScorer;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Measures the recall of a graph with rows that are not in it yet: they are searched for like any
 * query and compared with the exact answers over the rows that are. Used once, by one thread, which
 * starts its own workers.
 */
final class RecallMeter {
  /** Beam widths that are tried, until nothing is left to gain. */
  private static final int[] LIST_SIZES = {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};

  private static final float GOOD_ENOUGH = 0.999f;
  private static final int NEAR = 10;
  private static final int FAR = 100;
  private static final int BLOCK_ROWS = 256;

  private final VectorReader rows;
  private final MappedVectors stored;
  private final VectorReader codeSpace;
  private final Metric metric;
  private final int[] queries;
  private final BitSet heldOut = new BitSet();
  private final BuildControl control;

  /** Distance of the 10th and the 100th nearest inserted row of each query. */
  private final float[] nearBound;

  private final float[] farBound;

  /**
   * @param rows the segment's rows, as they were given: what is right is decided by them
   * @param stored the same rows as searches will read them
   * @param codeSpace the same rows as {@link MetricViews} shows them to the quantizer
   * @param queries ordinals of the rows that are not in the graph
   */
  RecallMeter(
      VectorReader rows,
      MappedVectors stored,
      VectorReader codeSpace,
      Metric metric,
      int[] queries,
      BuildControl control) {
    this.rows = rows;
    this.stored = stored;
    this.codeSpace = codeSpace;
    this.metric = metric;
    this.queries = queries;
    this.control = control;
    this.nearBound = new float[queries.length];
    this.farBound = new float[queries.length];
    for (int query : queries) {
      heldOut.set(query);
    }
  }

  /** Bytes of heap that one thread of a measurement needs. */
  static long heapBytes(int dimension, int subspaces) {
    return 4L * dimension * (BLOCK_ROWS + 8) + PqScorer.heapBytes(subspaces) + (1 << 18);
  }

  /**
   * Searches with growing list sizes.
   *
   * @throws InterruptedIOException when cancelled
   */
  RecallCurve measure(Graph graph, MappedCodes codes, ProductQuantizer quantizer)
      throws InterruptedIOException {
    findBounds();
    int slices = Math.min(control.threads(), queries.length);
    List<Searches> searches = new ArrayList<>();
    for (int i = 0; i < slices; i++) {
      searches.add(new Searches(new GraphSearch(graph, codes, quantizer, metric)));
    }
    List<RecallCurve.Point> points = new ArrayList<>();
    for (int listSize : LIST_SIZES) {
      float near = recall(searches, NEAR, listSize, nearBound);
      float far = recall(searches, FAR, Math.max(listSize, FAR), farBound);
      points.add(new RecallCurve.Point(listSize, near, far));
      if (near >= GOOD_ENOUGH && far >= GOOD_ENOUGH) {
        break;
      }
    }
    return new RecallCurve(points);
  }

  /** The share of the {@code k} nearest, over all queries, that searches find. */
  private float recall(List<Searches> searches, int k, int listSize, float[] bounds)
      throws InterruptedIOException {
    int slices = searches.size();
    int[] hits = new int[slices];
    Parallel.forEach(
        slices,
        slices,
        slice -> {
          for (int q = slice; q < queries.length && !control.isCancelled(); q += slices) {
            hits[slice] += searches.get(slice).hits(q, k, listSize, bounds[q]);
          }
        });
    control.throwIfCancelled();
    long sum = 0;
    for (int hit : hits) {
      sum += hit;
    }
    return (float) ((double) sum / ((long) expected(k) * queries.length));
  }

  /** Neighbours that an exact search for k would give. */
  private int expected(int k) {
    return Math.min(k, rows.size() - queries.length);
  }

  /** Compares every query with every inserted row, a block of rows at a time. */
  private void findBounds() throws InterruptedIOException {
    int slices = Math.min(control.threads(), queries.length);
    Parallel.forEach(slices, slices, slice -> findBounds(slice, slices));
    control.throwIfCancelled();
  }

  private void findBounds(int slice, int slices) {
    int d = codeSpace.dimension();
    int count = (queries.length - slice + slices - 1) / slices;
    float[] vectors = new float[count * d];
    TopK[] best = new TopK[count];
    for (int i = 0; i < count; i++) {
      codeSpace.read(queries[slice + i * slices], vectors, i * d);
      best[i] = new TopK(expected(FAR));
    }
    float[] block = new float[BLOCK_ROWS * d];
    for (int first = 0; first < rows.size() && !control.isCancelled(); first += BLOCK_ROWS) {
      int n = Math.min(BLOCK_ROWS, rows.size() - first);
      for (int i = 0; i < n; i++) {
        codeSpace.read(first + i, block, i * d);
      }
      for (int q = 0; q < count; q++) {
        for (int i = 0; i < n; i++) {
          if (!heldOut.get(first + i)) {
            best[q].add(first + i, distance(vectors, q * d, block, i * d));
          }
        }
      }
    }
    for (int i = 0; i < count && !control.isCancelled(); i++) {
      best[i].sort();
      nearBound[slice + i * slices] = best[i].distance(expected(NEAR) - 1);
      farBound[slice + i * slices] = best[i].distance(expected(FAR) - 1);
    }
  }

  /** The order of the metric; in code space, where unit vectors need no lengths. */
  private float distance(float[] a, int aOffset, float[] b, int bOffset) {
    int d = codeSpace.dimension();
    return metric == Metric.L2
        ? Kernels.BEST.squaredL2(a, aOffset, b, bOffset, d)
        : -Kernels.BEST.dot(a, aOffset, b, bOffset, d);
  }

  /** Searches and counts on one thread. */
  private final class Searches {
    private final GraphSearch search;
    private final Reranker reranker = new Reranker(stored.newReader(), metric);
    private final SearchStats stats = new SearchStats();
    private final Neighbors found = new Neighbors(FAR);
    private final float[] query = new float[rows.dimension()];
    private final float[] queryInCodeSpace = new float[rows.dimension()];
    private final float[] row = new float[rows.dimension()];

    Searches(GraphSearch search) {
      this.search = search;
    }

    /** Found rows that are no further than the k-th nearest: of several as far, any will do. */
    int hits(int q, int k, int listSize, float bound) {
      rows.read(queries[q], query, 0);
      codeSpace.read(queries[q], queryInCodeSpace, 0);
      reranker.start(query, expected(k));
      search.search(query, listSize, reranker, stats);
      reranker.finish(found);
      int hits = 0;
      for (int i = 0; i < found.size(); i++) {
        codeSpace.read(found.ordinal(i), row, 0);
        if (distance(queryInCodeSpace, 0, row, 0) <= bound) {
          hits++;
        }
      }
      return hits;
    }
  }
}
