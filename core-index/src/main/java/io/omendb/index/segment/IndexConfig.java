/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.graph.GraphConfig;
import io.omendb.index.vector.Metric;

/**
 * What a segment is built with. The same vectors, config and seed give the same bytes.
 *
 * @param dimension floats per vector, 1 to 65,536
 * @param metric how vectors are compared
 * @param maxDegree out-degree bound R of the graph, 4 to 512
 * @param buildListSize beam width L of the build, at least {@code maxDegree}
 * @param alpha pruning slack on squared L2, 1.0 to 2.0
 * @param pqSubspaces bytes of a product-quantization code; 0 leaves it to the build whether
 *     searches navigate by transform coding or by product quantization, and the size of a code
 * @param seed of every random choice
 * @param storage how vectors are kept
 * @param builder how the graph is built; a file without a graph says INCREMENTAL
 */
public record IndexConfig(
    int dimension,
    Metric metric,
    int maxDegree,
    int buildListSize,
    float alpha,
    int pqSubspaces,
    long seed,
    VectorStorage storage,
    GraphBuilder builder) {

  public static final int MAX_DIMENSION = 65_536;

  public IndexConfig {
    require(
        dimension >= 1 && dimension <= MAX_DIMENSION,
        "dimension must be in [1, " + MAX_DIMENSION + "], was " + dimension);
    require(metric != null, "metric must be given");
    require(maxDegree >= 4 && maxDegree <= 512, "maxDegree must be in [4, 512], was " + maxDegree);
    require(
        buildListSize >= maxDegree && buildListSize <= 10_000,
        "buildListSize must be in [maxDegree, 10000], was " + buildListSize);
    require(alpha >= 1f && alpha <= 2f, "alpha must be in [1.0, 2.0], was " + alpha);
    require(
        pqSubspaces >= 0 && pqSubspaces <= dimension,
        "pqSubspaces must be in [0, dimension], was " + pqSubspaces);
    require(storage != null, "storage must be given");
    require(builder != null, "builder must be given");
  }

  /** A config that keeps vectors as floats and builds the graph from partitions. */
  public IndexConfig(
      int dimension,
      Metric metric,
      int maxDegree,
      int buildListSize,
      float alpha,
      int pqSubspaces,
      long seed) {
    this(
        dimension,
        metric,
        maxDegree,
        buildListSize,
        alpha,
        pqSubspaces,
        seed,
        VectorStorage.FLOAT32,
        GraphBuilder.PARTITIONED);
  }

  /** Defaults for vectors of this dimension: R = 32, L = 100, alpha = 1.2, code size from d. */
  public static IndexConfig defaults(int dimension, Metric metric) {
    return new IndexConfig(dimension, metric, 32, 100, 1.2f, 0, 42L);
  }

  /** This config with vectors kept in another way. */
  public IndexConfig withStorage(VectorStorage storage) {
    return new IndexConfig(
        dimension, metric, maxDegree, buildListSize, alpha, pqSubspaces, seed, storage, builder);
  }

  /** This config with the graph built in another way. */
  public IndexConfig withBuilder(GraphBuilder builder) {
    return new IndexConfig(
        dimension, metric, maxDegree, buildListSize, alpha, pqSubspaces, seed, storage, builder);
  }

  /** The part that shapes the graph. */
  GraphConfig graphConfig() {
    return new GraphConfig(maxDegree, buildListSize, alpha, seed, builder);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
