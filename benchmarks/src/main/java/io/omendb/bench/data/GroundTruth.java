/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.ExactSearch;
import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.Neighbors;
import io.omendb.index.segment.SearchStats;
import io.omendb.index.segment.Segment;
import io.omendb.index.segment.SegmentBuilder;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Exact nearest neighbours by brute force, on all cores. The base is cut into blocks that are too
 * small for a graph, so that nothing but distances is computed.
 */
public final class GroundTruth {
  /** One row less than the smallest segment that has a graph. */
  private static final int BLOCK_ROWS = 4_095;

  private static final int UNUSED = -1;

  private GroundTruth() {}

  /**
   * The ordinals of the k nearest vectors of {@code base} for every query, nearest first, ties by
   * ordinal.
   *
   * @param k at most the number of vectors
   */
  public static int[][] of(Path base, float[][] queries, int k, Metric metric) throws IOException {
    int[][] ordinals = new int[queries.length][k];
    float[][] distances = new float[queries.length][k];
    for (int q = 0; q < queries.length; q++) {
      Arrays.fill(ordinals[q], UNUSED);
      Arrays.fill(distances[q], Float.POSITIVE_INFINITY);
    }
    Path file = Files.createTempFile("omendb-bench", ".omx");
    try (Fvecs vectors = Fvecs.open(base)) {
      if (k > vectors.size()) {
        throw new IllegalArgumentException(
            base
                + " has only "
                + vectors.size()
                + " vectors, but "
                + k
                + " neighbours are wanted.");
      }
      for (int first = 0; first < vectors.size(); first += BLOCK_ROWS) {
        Files.delete(file);
        build(file, vectors, metric);
        try (Segment block = Segment.openVerified(file)) {
          search(block, first, queries, metric, ordinals, distances);
        }
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return ordinals;
  }

  private static void build(Path file, Fvecs vectors, Metric metric) throws IOException {
    IndexConfig config = IndexConfig.defaults(vectors.dimension(), metric);
    float[] vector = new float[vectors.dimension()];
    try (SegmentBuilder builder =
        SegmentBuilder.create(file, config, UUID.randomUUID(), UUID.randomUUID())) {
      for (int i = 0; i < BLOCK_ROWS && vectors.read(vector); i++) {
        builder.add(vector);
      }
      builder.finish(BuildControl.singleThreaded());
    }
  }

  /** Merges the block's nearest rows into the answers, each thread for its share of the queries. */
  private static void search(
      Segment block,
      int first,
      float[][] queries,
      Metric metric,
      int[][] ordinals,
      float[][] distances) {
    int threads = Runtime.getRuntime().availableProcessors();
    IntStream.range(0, threads)
        .parallel()
        .forEach(
            thread -> {
              int from = (int) ((long) queries.length * thread / threads);
              int until = (int) ((long) queries.length * (thread + 1) / threads);
              searchShare(block, first, from, until, queries, metric, ordinals, distances);
            });
  }

  private static void searchShare(
      Segment block,
      int first,
      int from,
      int until,
      float[][] queries,
      Metric metric,
      int[][] ordinals,
      float[][] distances) {
    if (from == until) {
      return;
    }
    int d = queries[0].length;
    int k = ordinals[0].length;
    float[] flat = new float[(until - from) * d];
    Neighbors[] found = new Neighbors[until - from];
    for (int q = from; q < until; q++) {
      System.arraycopy(queries[q], 0, flat, (q - from) * d, d);
      found[q - from] = new Neighbors(Math.min(k, block.info().rows()));
    }
    new ExactSearch(block, metric).search(flat, until - from, k, null, found, new SearchStats());
    for (int q = from; q < until; q++) {
      merge(found[q - from], first, ordinals[q], distances[q]);
    }
  }

  /** Keeps the k nearest of both sorted lists; earlier blocks win ties. */
  private static void merge(Neighbors found, int first, int[] ordinals, float[] distances) {
    int k = ordinals.length;
    int[] oldOrdinals = ordinals.clone();
    float[] oldDistances = distances.clone();
    int old = 0;
    int next = 0;
    for (int i = 0; i < k; i++) {
      boolean takeNew = next < found.size() && found.distance(next) < oldDistances[old];
      ordinals[i] = takeNew ? first + found.ordinal(next) : oldOrdinals[old];
      distances[i] = takeNew ? found.distance(next++) : oldDistances[old++];
    }
  }
}
