/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.ExactSearch;
import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.Neighbors;
import io.omendb.index.segment.SearchParams;
import io.omendb.index.segment.SearchStats;
import io.omendb.index.segment.Segment;
import io.omendb.index.segment.SegmentBuilder;
import io.omendb.index.segment.SegmentInfo;
import io.omendb.index.segment.SegmentSearcher;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Builds one segment file with the core index alone, maps it and searches it without Spark. */
public final class PlainJvmSearch {
  private static final int BASE = 9_000;
  private static final int QUERIES = 200;
  private static final int K = 10;
  private static final int LIST_SIZE = 64;

  private PlainJvmSearch() {}

  /** Takes no arguments; fails when the recall of the search is below 0.95. */
  public static void main(String[] args) throws IOException {
    try (TemporaryDirectory work = new TemporaryDirectory("PlainJvmSearch")) {
      Path file = work.path().resolve("images.omx");
      SegmentInfo info = build(file);
      System.out.printf(Locale.ROOT, "built %,d rows, %,d bytes%n", info.rows(), info.fileBytes());
      double recall = recall(file);
      System.out.printf(Locale.ROOT, "recall@%d %.4f%n", K, recall);
      if (recall < 0.95) {
        throw new IllegalStateException("recall@10 must be at least 0.95, was " + recall);
      }
    }
  }

  private static SegmentInfo build(Path file) throws IOException {
    IndexConfig config = IndexConfig.defaults(FashionMnist.DIMENSION, Metric.L2);
    try (SegmentBuilder builder =
        SegmentBuilder.create(file, config, UUID.randomUUID(), UUID.randomUUID())) {
      for (int id = 0; id < BASE; id++) {
        builder.add(FashionMnist.vector(id));
      }
      int threads = Runtime.getRuntime().availableProcessors();
      return builder.finish(new BuildControl(threads, Long.MAX_VALUE, () -> false));
    }
  }

  private static double recall(Path file) throws IOException {
    try (Segment segment = Segment.open(file)) {
      SegmentSearcher searcher = segment.newSearcher();
      ExactSearch exactSearch = new ExactSearch(segment, Metric.L2);
      SearchParams params = new SearchParams(LIST_SIZE);
      SearchStats stats = new SearchStats();
      Neighbors approx = new Neighbors(K);
      Neighbors exact = new Neighbors(K);
      int hits = 0;
      for (int id = BASE; id < BASE + QUERIES; id++) {
        float[] query = FashionMnist.vector(id);
        searcher.search(query, K, params, null, approx, stats);
        exactSearch.search(query, 1, K, null, new Neighbors[] {exact}, stats);
        Set<Integer> expected = new HashSet<>();
        for (int i = 0; i < K; i++) {
          expected.add(exact.ordinal(i));
        }
        for (int i = 0; i < approx.size(); i++) {
          hits += expected.contains(approx.ordinal(i)) ? 1 : 0;
        }
      }
      return (double) hits / (QUERIES * K);
    }
  }
}
