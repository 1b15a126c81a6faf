/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.graph.Graph;
import io.omendb.index.quantization.Quantizer;
import io.omendb.index.vector.ExactDistance;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures the recall of a graph with rows that are not in it yet: they are searched for like any
 * query and compared with the answers of {@link ExactSearch} over the rows that are. Used once, by
 * one thread, which starts its own workers.
 */
final class RecallMeter {
  /** Beam widths that are tried, until nothing is left to gain. */
  private static final int[] LIST_SIZES = {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};

  private static final float GOOD_ENOUGH = 0.999f;
  private static final int NEAR = 10;
  private static final int FAR = 100;

  private final VectorReader rows;
  private final MappedVectors stored;
  private final Metric metric;
  private final int[] queries;
  private final BuildControl control;

  /** Distance of the 10th and the 100th nearest inserted row of each query. */
  private final float[] nearBound;

  private final float[] farBound;

  /**
   * @param rows the segment's rows, as they were given: what is right is decided by them
   * @param stored the same rows as searches will read them
   * @param queries ordinals of the rows that are not in the graph
   */
  RecallMeter(
      VectorReader rows, MappedVectors stored, Metric metric, int[] queries, BuildControl control) {
    this.rows = rows;
    this.stored = stored;
    this.metric = metric;
    this.queries = queries;
    this.control = control;
    this.nearBound = new float[queries.length];
    this.farBound = new float[queries.length];
  }

  /**
   * Bytes of heap that a measurement with {@code queries} queries needs: their vectors and, per
   * thread, an exact search, later the tables of a graph search.
   */
  static long heapBytes(int rows, int dimension, long estimatorBytes, int queries, int threads) {
    long exact = TrueNeighbors.heapBytes(rows, dimension, queries, FAR, threads);
    long search = estimatorBytes + rows / 4 + (1 << 18);
    return 4L * dimension * queries + rows / 8 + Math.max(exact, threads * search);
  }

  /**
   * Searches with growing list sizes.
   *
   * @throws InterruptedIOException when cancelled
   */
  RecallCurve measure(Graph graph, MappedCodes codes, Quantizer quantizer)
      throws InterruptedIOException {
    findBounds();
    int threads = Math.min(control.threads(), queries.length);
    List<Searches> searches = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      searches.add(new Searches(new GraphSearch(graph, NodeOrder.ROWS, codes, quantizer, metric)));
    }
    List<RecallCurve.Point> points = new ArrayList<>();
    // A search for 100 looks at 100 candidates at least.
    float far = recall(searches, FAR)[1];
    for (int listSize : LIST_SIZES) {
      float[] recall = recall(searches, listSize);
      far = listSize < FAR ? far : recall[1];
      points.add(new RecallCurve.Point(listSize, recall[0], far));
      if (recall[0] >= GOOD_ENOUGH && far >= GOOD_ENOUGH) {
        break;
      }
    }
    return new RecallCurve(points);
  }

  /** The shares of the 10 and of the 100 nearest, over all queries, that searches find. */
  private float[] recall(List<Searches> searches, int listSize) throws InterruptedIOException {
    AtomicInteger next = new AtomicInteger();
    Parallel.forEach(
        searches.size(),
        searches.size(),
        thread -> {
          Searches own = searches.get(thread);
          own.start();
          int q;
          while ((q = next.getAndIncrement()) < queries.length && !control.isCancelled()) {
            own.search(q, listSize);
          }
        });
    control.throwIfCancelled();
    double nearHits = 0;
    double farHits = 0;
    for (Searches part : searches) {
      nearHits += part.nearHits;
      farHits += part.farHits;
    }
    return new float[] {
      (float) (nearHits / ((long) expected(NEAR) * queries.length)),
      (float) (farHits / ((long) expected(FAR) * queries.length))
    };
  }

  /** Neighbours that an exact search for k would give. */
  private int expected(int k) {
    return Math.min(k, rows.size() - queries.length);
  }

  /** Compares every query with every inserted row. */
  private void findBounds() throws InterruptedIOException {
    int d = rows.dimension();
    float[] vectors = new float[queries.length * d];
    BitSet inserted = new BitSet(rows.size());
    inserted.set(0, rows.size());
    for (int i = 0; i < queries.length; i++) {
      rows.read(queries[i], vectors, i * d);
      inserted.clear(queries[i]);
    }
    TopK[] best =
        TrueNeighbors.find(rows, metric, vectors, queries.length, expected(FAR), inserted, control);
    control.throwIfCancelled();
    for (int i = 0; i < queries.length; i++) {
      nearBound[i] = best[i].distance(expected(NEAR) - 1);
      farBound[i] = best[i].distance(expected(FAR) - 1);
    }
  }

  /** Searches and counts on one thread. */
  private final class Searches {
    private final GraphSearch search;
    private final Reranker reranker = new Reranker(stored.newReader(), metric);
    private final SearchStats stats = new SearchStats();
    private final Neighbors found = new Neighbors(FAR);
    private final float[] query = new float[rows.dimension()];
    private final float[] row = new float[rows.dimension()];
    private long nearHits;
    private long farHits;

    Searches(GraphSearch search) {
      this.search = search;
    }

    void start() {
      nearHits = 0;
      farHits = 0;
    }

    /** Counts found rows no further than the k-th nearest: of several as far, any will do. */
    void search(int q, int listSize) {
      rows.read(queries[q], query, 0);
      reranker.start(query, expected(FAR));
      search.search(query, listSize, reranker, stats);
      reranker.finish(found);
      double squaredNorm = ExactDistance.squaredNorm(query, 0, query.length);
      for (int i = 0; i < found.size(); i++) {
        float distance = exactDistance(squaredNorm, found.ordinal(i));
        nearHits += i < NEAR && distance <= nearBound[q] ? 1 : 0;
        farHits += distance <= farBound[q] ? 1 : 0;
      }
    }

    /** The distance as {@link ExactSearch} computes it: equal rows are equally far. */
    private float exactDistance(double querySquaredNorm, int ordinal) {
      rows.read(ordinal, row, 0);
      int d = row.length;
      double rowSquaredNorm =
          metric == Metric.COSINE ? ExactDistance.squaredNorm(row, 0, d) : Double.NaN;
      return ExactDistance.of(metric, query, 0, querySquaredNorm, row, 0, rowSquaredNorm, d);
    }
  }
}
