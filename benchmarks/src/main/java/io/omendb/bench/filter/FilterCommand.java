/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.filter;

import io.omendb.bench.core.Recall;
import io.omendb.bench.data.Fvecs;
import io.omendb.bench.process.WorkDirectory;
import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.ExactSearch;
import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.Neighbors;
import io.omendb.index.segment.SearchParams;
import io.omendb.index.segment.SearchStats;
import io.omendb.index.segment.Segment;
import io.omendb.index.segment.SegmentBuilder;
import io.omendb.index.segment.SegmentSearcher;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures filtered search: recall and time at several shares of passing rows, beside the search
 * without a filter and beside comparing every passing row. One thread, one query per call; the
 * three take turns in every round, and the report has medians.
 */
@Command(
    name = "filter",
    description = "Measures search under filters on .fvecs files, beside brute force.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class FilterCommand implements Callable<Integer> {
  private static final String HEADER = "filter,pass_rate,rows,setting,recall,filtered_us,";
  private static final String MORE = "unfiltered_us,brute_force_us,ratio_to_less";

  /**
   * Every pass begins after so long a run of the same searches, with the caches that these have.
   */
  private static final double SETTLE_SECONDS = 0.25;

  /** The same before the pass for warming up, in which the compiler is to come to rest. */
  private static final double WARM_SECONDS = 3;

  @Option(names = "--base", required = true, description = "Vectors to index, .fvecs.")
  Path base;

  @Option(names = "--queries", required = true, description = "Queries, .fvecs.")
  Path queries;

  @Option(names = "--metric", defaultValue = "l2", description = "l2, cosine or inner_product.")
  String metric;

  @Option(names = "--k", defaultValue = "10", description = "Neighbours per query.")
  int k;

  @Option(names = "--width", defaultValue = "32", description = "Beam width L.")
  int width;

  @Option(
      names = "--rates",
      split = ",",
      defaultValue = "0.5,0.1,0.01,0.001",
      description = "Shares of passing rows.")
  List<Double> rates;

  @Option(names = "--limit", defaultValue = "1000", description = "Use only so many queries.")
  int limit;

  @Option(names = "--rounds", defaultValue = "3", description = "Passes, after one for warming up.")
  int rounds;

  @Option(names = "--out", description = "Also write the report here, as CSV.")
  Path out;

  @Override
  public Integer call() throws Exception {
    if (Math.min(Math.min(k, width), Math.min(limit, rounds)) < 1) {
      throw new IllegalArgumentException("--k, --width, --limit and --rounds must be at least 1.");
    }
    Metric m = Metric.fromName(metric);
    float[][] asked = Fvecs.readAll(queries, limit);
    List<String> lines = new ArrayList<>(List.of(HEADER + MORE));
    try (WorkDirectory work = new WorkDirectory()) {
      Path file = work.path().resolve("segment.omx");
      build(file, m);
      try (Segment segment = Segment.openVerified(file);
          Fvecs vectors = Fvecs.open(base)) {
        RowFilters filters = new RowFilters(vectors);
        for (RowFilters.Kind kind : RowFilters.Kind.values()) {
          for (double rate : rates) {
            lines.add(measure(segment, m, asked, kind, rate, filters.accept(kind, rate)));
          }
        }
      }
    }
    lines.forEach(System.out::println);
    if (out != null) {
      Files.write(out, lines);
    }
    return 0;
  }

  private void build(Path file, Metric m) throws IOException {
    System.err.println("bench: building ...");
    try (Fvecs vectors = Fvecs.open(base);
        SegmentBuilder builder =
            SegmentBuilder.create(
                file,
                IndexConfig.defaults(vectors.dimension(), m),
                UUID.randomUUID(),
                UUID.randomUUID())) {
      float[] vector = new float[vectors.dimension()];
      while (vectors.read(vector)) {
        builder.add(vector);
      }
      int threads = Runtime.getRuntime().availableProcessors();
      builder.finish(new BuildControl(threads, Long.MAX_VALUE, () -> false));
    }
  }

  private String measure(
      Segment segment,
      Metric m,
      float[][] asked,
      RowFilters.Kind kind,
      double rate,
      BitSet accept) {
    SegmentSearcher searcher = segment.newSearcher();
    ExactSearch exact = new ExactSearch(segment, m);
    SearchParams params = new SearchParams(width);
    SearchStats stats = new SearchStats();
    Neighbors[] answer = {new Neighbors(Math.max(k, width))};
    int[][] found = new int[asked.length][k];
    int[][] truth = new int[asked.length][k];
    int[][] ignored = new int[asked.length][k];
    double[][] micros = new double[3][rounds];
    for (int round = -1; round < rounds; round++) {
      double settle = round < 0 ? WARM_SECONDS : SETTLE_SECONDS;
      double filtered =
          time(
              settle,
              asked,
              q -> searcher.search(q, k, params, accept, answer[0], stats),
              answer,
              found);
      double unfiltered =
          time(
              settle,
              asked,
              q -> searcher.search(q, k, params, null, answer[0], stats),
              answer,
              ignored);
      double bruteForce =
          time(settle, asked, q -> exact.search(q, 1, k, accept, answer, stats), answer, truth);
      if (round >= 0) {
        micros[0][round] = filtered;
        micros[1][round] = unfiltered;
        micros[2][round] = bruteForce;
      }
    }
    double filtered = median(micros[0]);
    double unfiltered = median(micros[1]);
    double bruteForce = median(micros[2]);
    return String.format(
        Locale.ROOT,
        "%s,%s,%d,L=%d,%.4f,%.1f,%.1f,%.1f,%.2f",
        kind.name().toLowerCase(Locale.ROOT),
        rate,
        accept.cardinality(),
        width,
        recall(truth, found),
        filtered,
        unfiltered,
        bruteForce,
        filtered / Math.min(unfiltered, bruteForce));
  }

  /** Recall among the neighbours that exist: fewer than k rows may pass. */
  private double recall(int[][] truth, int[][] found) {
    long hits = 0;
    long wanted = 0;
    for (int q = 0; q < truth.length; q++) {
      hits += Recall.hits(truth[q], found[q], k);
      wanted += Arrays.stream(truth[q]).filter(ordinal -> ordinal >= 0).count();
    }
    return wanted == 0 ? 1 : (double) hits / wanted;
  }

  /** Answers one query into the shared answer. */
  @FunctionalInterface
  private interface Search {
    void search(float[] query);
  }

  private double time(
      double settle, float[][] asked, Search search, Neighbors[] answer, int[][] ordinals) {
    long settled = System.nanoTime() + (long) (settle * 1e9);
    for (int q = 0; System.nanoTime() < settled; q = (q + 1) % asked.length) {
      search.search(asked[q]);
    }
    long start = System.nanoTime();
    for (int q = 0; q < asked.length; q++) {
      search.search(asked[q]);
      for (int i = 0; i < k; i++) {
        ordinals[q][i] = i < answer[0].size() ? answer[0].ordinal(i) : -1;
      }
    }
    return (System.nanoTime() - start) / 1e3 / asked.length;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
