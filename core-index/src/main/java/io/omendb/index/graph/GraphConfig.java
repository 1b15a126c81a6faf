/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/**
 * Shape of a Vamana graph.
 *
 * @param maxDegree out-degree bound R of the finished graph, 4 to 512
 * @param buildListSize beam width L of the searches that find a new row's candidates, {@code
 *     maxDegree} to 10,000
 * @param alpha slack of the prune on squared L2, 1.0 (sparse) to 2.0 (long edges stay)
 * @param seed of the insertion order
 * @param builder how candidates are found
 */
public record GraphConfig(
    int maxDegree, int buildListSize, float alpha, long seed, GraphBuilder builder) {
  /** Throws IllegalArgumentException naming the value that is out of range. */
  public GraphConfig {
    require(maxDegree >= 4 && maxDegree <= 512, "maxDegree must be in [4, 512], was " + maxDegree);
    require(
        buildListSize >= maxDegree && buildListSize <= 10_000,
        "buildListSize must be in [" + maxDegree + ", 10000], was " + buildListSize);
    require(alpha >= 1f && alpha <= 2f, "alpha must be in [1.0, 2.0], was " + alpha);
    require(builder != null, "builder must be given");
  }

  /** A graph built row by row. */
  public GraphConfig(int maxDegree, int buildListSize, float alpha, long seed) {
    this(maxDegree, buildListSize, alpha, seed, GraphBuilder.INCREMENTAL);
  }

  /** This shape, built in another way. */
  public GraphConfig with(GraphBuilder builder) {
    return new GraphConfig(maxDegree, buildListSize, alpha, seed, builder);
  }

  /** R = 32, L = 100, alpha = 1.2. */
  public static GraphConfig defaults() {
    return new GraphConfig(32, 100, 1.2f, 42L);
  }

  /**
   * Degree that a list may reach before it is pruned again while the graph is built: 1.3 R as in
   * DiskANN, so that one prune pays for many back-edges.
   */
  public int slackDegree() {
    return (int) Math.ceil(1.3 * maxDegree);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
