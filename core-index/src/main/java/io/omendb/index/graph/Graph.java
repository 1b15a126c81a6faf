/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/** A directed graph over the rows of one segment. Implementations may be read by many threads. */
public interface Graph {
  /** Number of nodes; node ids are the ordinals 0 to size - 1. */
  int size();

  /** Upper bound of every out-degree. */
  int maxDegree();

  /** The node every search starts from; -1 when the graph is empty. */
  int entryPoint();

  /**
   * Copies the out-neighbours of {@code node} to the front of {@code dst}.
   *
   * @param dst at least {@link #maxDegree()} long
   * @return the out-degree
   */
  int neighbors(int node, int[] dst);

  /**
   * Says that the neighbours of {@code nodes[from .. to)} are read next, so that their cache misses
   * may overlap. Does nothing where memory is not mapped.
   */
  default void prefetch(int[] nodes, int from, int to) {}
}
