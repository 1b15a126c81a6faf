/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.bench.data.Fvecs;
import io.omendb.index.graph.ArrayGraph;
import io.omendb.index.graph.BeamSearch;
import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.graph.GraphConfig;
import io.omendb.index.graph.VamanaBuilder;
import io.omendb.index.vector.ExactScorer;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.VectorReader;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What our own search is without files and codes: the same graph on the heap, walked by exact
 * distances to vectors on the heap. Under L2 only: for other metrics a segment's graph is built
 * over vectors that it changes first.
 */
final class OmenMemoryEngine implements Engine {
  private static final int R = 32;

  private HeapRows rows;
  private ArrayGraph graph;

  @Override
  public String widthName() {
    return "L";
  }

  @Override
  public void build(Path base, Metric metric, int threads, Path directory) throws IOException {
    if (metric != Metric.L2) {
      throw new IllegalArgumentException("omendb-memory compares by L2 only, not by " + metric);
    }
    try (Fvecs vectors = Fvecs.open(base)) {
      rows = HeapRows.of(vectors);
    }
    GraphConfig config = new GraphConfig(R, 100, 1.2f, 42L, GraphBuilder.PARTITIONED);
    graph = new VamanaBuilder(rows, config, threads, () -> false).finish();
  }

  @Override
  public long fileBytes() {
    return (long) rows.size() * (rows.dimension() * Float.BYTES + R * Integer.BYTES);
  }

  @Override
  public Searcher searcher(int width) {
    BeamSearch beam = new BeamSearch(graph.size(), graph.maxDegree(), width);
    ExactScorer scorer = new ExactScorer(rows, Metric.L2);
    int[] entry = {graph.entryPoint()};
    return (query, k, out) -> {
      scorer.prepare(query, 0);
      int found = beam.search(graph, scorer, entry, 1, width);
      for (int i = 0; i < k; i++) {
        out[i] = i < found ? beam.ordinal(i) : -1;
      }
    };
  }

  @Override
  public void close() {
    rows = null;
    graph = null;
  }

  /** Vectors on the heap, an array each. */
  private record HeapRows(float[][] vectors) implements VectorReader {
    static HeapRows of(Fvecs file) throws IOException {
      float[][] vectors = new float[file.size()][file.dimension()];
      for (float[] vector : vectors) {
        file.read(vector);
      }
      return new HeapRows(vectors);
    }

    @Override
    public int size() {
      return vectors.length;
    }

    @Override
    public int dimension() {
      return vectors[0].length;
    }

    @Override
    public void read(int ordinal, float[] dst, int offset) {
      System.arraycopy(vectors[ordinal], 0, dst, offset, dimension());
    }
  }
}
