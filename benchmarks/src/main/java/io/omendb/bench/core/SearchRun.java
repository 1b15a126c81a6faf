/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.bench.process.Memory;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Searches the same queries again and again, one per call, and times every call. */
final class SearchRun {
  private final Engine engine;
  private final float[][] queries;
  private final int[][] truth;
  private final int k;
  private final int[][] found;
  private final long[] nanos;

  /**
   * Prepares the buffers, so that a pass allocates nothing itself.
   *
   * @param truth exact answers, at least k per query
   */
  SearchRun(Engine engine, float[][] queries, int[][] truth, int k) {
    this.engine = engine;
    this.queries = queries;
    this.truth = truth;
    this.k = k;
    this.found = new int[queries.length][k];
    this.nanos = new long[queries.length];
  }

  /** Searches for some seconds without measuring, so that everything is compiled and cached. */
  void warm(int width, double seconds) throws IOException {
    Engine.Searcher searcher = engine.searcher(width);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      for (int q = 0; q < queries.length && System.nanoTime() < end; q++) {
        searcher.search(queries[q], k, found[q]);
      }
    } while (System.nanoTime() < end);
  }

  /** One pass over all queries; thread t takes queries t, t + threads, ... */
  Measurement measure(int width, int threads) throws Exception {
    double seconds = threads == 1 ? pass(engine.searcher(width), 0, 1) : parallel(width, threads);
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Measurement(
        Recall.at(truth, found, k),
        queries.length / seconds,
        percentile(sorted, 0.50) / 1e3,
        percentile(sorted, 0.99) / 1e3,
        Memory.peakRssMb());
  }

  private double parallel(int width, int threads) throws Exception {
    Engine.Searcher[] searchers = new Engine.Searcher[threads];
    for (int t = 0; t < threads; t++) {
      searchers[t] = engine.searcher(width);
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      var passes =
          pool.invokeAll(
              IntStream.range(0, threads)
                  .<Callable<Double>>mapToObj(t -> () -> pass(searchers[t], t, threads))
                  .toList());
      for (var pass : passes) {
        pass.get();
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      pool.shutdown();
    }
  }

  private double pass(Engine.Searcher searcher, int first, int step) throws IOException {
    long start = System.nanoTime();
    long before = start;
    for (int q = first; q < queries.length; q += step) {
      searcher.search(queries[q], k, found[q]);
      long after = System.nanoTime();
      nanos[q] = after - before;
      before = after;
    }
    return (before - start) / 1e9;
  }

  /** The smallest value that at least this share of the sorted values does not exceed. */
  static long percentile(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
