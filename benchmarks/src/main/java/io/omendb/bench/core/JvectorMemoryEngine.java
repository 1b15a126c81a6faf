/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;

/** jvector with graph and full-precision vectors on the heap. */
final class JvectorMemoryEngine implements Engine {
  private RandomAccessVectorValues vectors;
  private VectorSimilarityFunction similarity;
  private ImmutableGraphIndex graph;
  private Path directory;

  @Override
  public String widthName() {
    return "rerankK";
  }

  @Override
  public void build(Path base, Metric metric, int threads, Path directory) throws IOException {
    this.directory = directory;
    vectors = JvectorGraph.load(base);
    similarity = JvectorGraph.similarity(metric);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      graph = JvectorGraph.build(vectors, similarity, pool);
    } finally {
      pool.shutdown();
    }
  }

  @Override
  public long fileBytes() throws IOException {
    Path file = directory.resolve("graph");
    OnDiskGraphIndex.write(graph, vectors, file);
    return Files.size(file);
  }

  @Override
  public Searcher searcher(int width) {
    GraphSearcher searcher = new GraphSearcher(graph);
    return (query, k, out) -> {
      VectorFloat<?> vector = JvectorGraph.vector(query);
      DefaultSearchScoreProvider scores =
          DefaultSearchScoreProvider.exact(vector, similarity, vectors);
      JvectorGraph.copy(searcher.search(scores, k, Math.max(k, width), 0f, 0f, Bits.ALL), k, out);
    };
  }

  @Override
  public void close() throws IOException {
    if (graph != null) {
      graph.close();
    }
  }
}
