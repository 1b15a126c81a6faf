/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex.ScoringView;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;

/** jvector with the graph and the vectors in a mapped file and codes of d/8 bytes in memory. */
final class JvectorDiskEngine implements Engine {
  private static final int CENTROIDS = 256;
  private static final int FLOATS_PER_CODE_BYTE = 8;

  private VectorSimilarityFunction similarity;
  private PQVectors codes;
  private Path file;
  private ReaderSupplier reader;
  private OnDiskGraphIndex graph;

  @Override
  public String widthName() {
    return "rerankK";
  }

  @Override
  public void build(Path base, Metric metric, int threads, Path directory) throws IOException {
    file = directory.resolve("graph");
    similarity = JvectorGraph.similarity(metric);
    RandomAccessVectorValues vectors = JvectorGraph.load(base);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      int subspaces = Math.max(1, vectors.dimension() / FLOATS_PER_CODE_BYTE);
      boolean centre = metric == Metric.L2;
      ProductQuantization quantization =
          ProductQuantization.compute(
              vectors, subspaces, CENTROIDS, centre, /* anisotropicThreshold= */ -1f, pool, pool);
      codes = quantization.encodeAll(vectors, pool);
      OnDiskGraphIndex.write(JvectorGraph.build(vectors, similarity, pool), vectors, file);
    } finally {
      pool.shutdown();
    }
    reader = ReaderSupplierFactory.open(file);
    graph = OnDiskGraphIndex.load(reader);
  }

  @Override
  public long fileBytes() throws IOException {
    return Files.size(file) + (long) codes.count() * codes.getCompressedSize();
  }

  @Override
  public Searcher searcher(int width) {
    GraphSearcher searcher = new GraphSearcher(graph);
    ScoringView view = (ScoringView) searcher.getView();
    return (query, k, out) -> {
      VectorFloat<?> vector = JvectorGraph.vector(query);
      DefaultSearchScoreProvider scores =
          new DefaultSearchScoreProvider(
              codes.precomputedScoreFunctionFor(vector, similarity),
              view.rerankerFor(vector, similarity));
      JvectorGraph.copy(searcher.search(scores, k, Math.max(k, width), 0f, 0f, Bits.ALL), k, out);
    };
  }

  @Override
  public void close() throws IOException {
    if (graph != null) {
      graph.close();
      reader.close();
    }
  }
}
