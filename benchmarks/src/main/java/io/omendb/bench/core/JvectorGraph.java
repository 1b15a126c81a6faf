/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import io.omendb.bench.data.Fvecs;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** What both modes of jvector have in common: loading vectors and building the graph. */
final class JvectorGraph {
  /** The degree and beam that OmenDB has by default, and jvector's own defaults for the rest. */
  private static final int DEGREE = 32;

  private static final int BEAM = 100;
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;
  private static final boolean HIERARCHY = true;
  private static final boolean REFINE = true;

  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  private JvectorGraph() {}

  static RandomAccessVectorValues load(Path base) throws IOException {
    List<VectorFloat<?>> vectors = new ArrayList<>();
    for (float[] vector : Fvecs.readAll(base)) {
      vectors.add(TYPES.createFloatVector(vector));
    }
    return new ListRandomAccessVectorValues(vectors, vectors.get(0).length());
  }

  static VectorFloat<?> vector(float[] values) {
    return TYPES.createFloatVector(values);
  }

  static VectorSimilarityFunction similarity(Metric metric) {
    return switch (metric) {
      case L2 -> VectorSimilarityFunction.EUCLIDEAN;
      case COSINE -> VectorSimilarityFunction.COSINE;
      case INNER_PRODUCT -> VectorSimilarityFunction.DOT_PRODUCT;
    };
  }

  static ImmutableGraphIndex build(
      RandomAccessVectorValues vectors, VectorSimilarityFunction similarity, ForkJoinPool pool)
      throws IOException {
    BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(vectors, similarity);
    try (GraphIndexBuilder builder =
        new GraphIndexBuilder(
            scores,
            vectors.dimension(),
            DEGREE,
            BEAM,
            OVERFLOW,
            ALPHA,
            HIERARCHY,
            REFINE,
            pool,
            pool)) {
      return builder.build(vectors);
    }
  }

  static void copy(SearchResult result, int k, int[] out) {
    SearchResult.NodeScore[] nodes = result.getNodes();
    for (int i = 0; i < k; i++) {
      out[i] = i < nodes.length ? nodes[i].node : -1;
    }
  }
}
