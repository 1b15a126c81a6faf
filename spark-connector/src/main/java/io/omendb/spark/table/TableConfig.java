/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import java.io.Serializable;
import java.util.Objects;

/**
 * How the segments of a table are built. Part of every version.
 *
 * @param vectorColumn name of the vector column
 * @param dimension floats per vector; 0 until the first rows arrive
 * @param metric how vectors are compared
 * @param maxDegree out-degree bound R of the graph
 * @param buildListSize beam width L of the build
 * @param alpha pruning slack
 * @param pqSubspaces bytes of a product-quantization code; 0 lets the build choose the codes
 * @param seed of every random choice
 * @param targetRecall recall@k that a search aims at, in (0, 1]
 * @param vectorStorage how vectors are kept
 */
public record TableConfig(
    String vectorColumn,
    int dimension,
    Metric metric,
    int maxDegree,
    int buildListSize,
    float alpha,
    int pqSubspaces,
    long seed,
    double targetRecall,
    VectorStorage vectorStorage)
    implements Serializable {

  /** Throws IllegalArgumentException for values outside the ranges of {@link IndexConfig}. */
  public TableConfig {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(vectorStorage, "vectorStorage");
    if (vectorColumn == null || vectorColumn.isEmpty()) {
      throw new IllegalArgumentException("vectorColumn must be given");
    }
    if (!(targetRecall > 0 && targetRecall <= 1)) {
      throw new IllegalArgumentException("targetRecall must be in (0, 1], was " + targetRecall);
    }
    // An unknown dimension leaves every other value checkable; the record checks itself.
    int known = dimension == 0 ? IndexConfig.MAX_DIMENSION : dimension;
    new IndexConfig(known, metric, maxDegree, buildListSize, alpha, pqSubspaces, seed);
  }

  /** What a segment of vectors with {@code dimension} floats is built with. */
  public IndexConfig indexConfig(int dimension) {
    return new IndexConfig(dimension, metric, maxDegree, buildListSize, alpha, pqSubspaces, seed)
        .withStorage(vectorStorage);
  }

  /** The same configuration with the dimension known. */
  public TableConfig withDimension(int dimension) {
    return new TableConfig(
        vectorColumn,
        dimension,
        metric,
        maxDegree,
        buildListSize,
        alpha,
        pqSubspaces,
        seed,
        targetRecall,
        vectorStorage);
  }
}
