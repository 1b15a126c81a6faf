/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.ExactScorer;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;

/**
 * Takes candidates, computes their exact distances and keeps the k best. One per thread; allocates
 * only when k changes.
 */
final class Reranker {
  private static final int BATCH = 64;

  private final CountedVectors vectors;
  private final ExactScorer scorer;
  private final int[] ordinals = new int[BATCH];
  private final float[] estimates = new float[BATCH];
  private final float[] distances = new float[BATCH];
  private final EstimateError error;
  private TopK best = new TopK(10);
  private int bestCapacity = 10;
  private float limit;
  private int within;
  private int pending;

  Reranker(VectorReader vectors, Metric metric) {
    this.vectors = new CountedVectors(vectors);
    this.scorer = new ExactScorer(this.vectors, metric);
    // The estimates of cosine are squared L2 of unit vectors, twice its distances.
    this.error = new EstimateError(metric == Metric.COSINE ? 2 : 1);
  }

  /** Starts with a new query. */
  void start(float[] query, int k) {
    start(query, k, Float.POSITIVE_INFINITY);
  }

  /** Starts with a new query; rows farther than {@code limit} are not kept. */
  void start(float[] query, int k, float limit) {
    this.limit = limit;
    within = 0;
    scorer.prepare(query, 0);
    if (k == bestCapacity) {
      best.clear();
    } else {
      best = new TopK(k);
      bestCapacity = k;
    }
    pending = 0;
    error.clear();
  }

  /** Offers a row; each at most once per query. */
  void add(int ordinal) {
    add(ordinal, Float.NaN);
  }

  /** Offers a row with its estimated distance; estimates come in ascending order. */
  void add(int ordinal, float estimate) {
    estimates[pending] = estimate;
    ordinals[pending++] = ordinal;
    if (pending == BATCH) {
      flush();
    }
  }

  /** Rows offered so far that are not farther than the limit. */
  int within() {
    flush();
    return within;
  }

  /**
   * Of rows offered with their estimates: how many that were not offered are expected to be nearer
   * than the k-th best.
   */
  double expectedMisses() {
    flush();
    return error.expectedMisses(best.bound());
  }

  /** Writes the k best of the rows offered to {@code out}, nearest first. */
  void finish(Neighbors out) {
    flush();
    best.sort();
    out.clear();
    for (int i = 0; i < best.size(); i++) {
      out.add(best.ordinal(i), best.distance(i));
    }
  }

  /** Full-precision vectors read so far, over all queries. */
  long reads() {
    return vectors.reads;
  }

  private void flush() {
    scorer.distances(ordinals, pending, distances);
    for (int i = 0; i < pending; i++) {
      if (!(distances[i] > limit)) {
        within++;
        best.add(ordinals[i], distances[i]);
      }
      error.add(estimates[i], distances[i]);
    }
    pending = 0;
  }

  /** Counts, so that a test can tell that nothing is read too early. */
  private static final class CountedVectors implements VectorReader {
    private final VectorReader vectors;
    private long reads;

    CountedVectors(VectorReader vectors) {
      this.vectors = vectors;
    }

    @Override
    public int size() {
      return vectors.size();
    }

    @Override
    public int dimension() {
      return vectors.dimension();
    }

    @Override
    public void read(int ordinal, float[] dst, int offset) {
      reads++;
      vectors.read(ordinal, dst, offset);
    }

    @Override
    public void prefetch(int[] ordinals, int from, int to) {
      vectors.prefetch(ordinals, from, to);
    }
  }
}
