/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import java.util.BitSet;

/**
 * The edges that a filtered search follows: from a node to its neighbours that pass the filter and,
 * while these are few, over neighbours that do not pass to theirs that do. So the nodes that pass
 * keep at least half of the graph's degree among themselves at any share of them (the idea of
 * ACORN-1, Patel et al. 2024, section 5, with a bound on what a hop reads).
 *
 * <p>Where the nodes that pass crowd together, one hop finds many at once, and those at the rim of
 * the crowd, which a query from outside is looking for, are reached from outside only. There more
 * are collected, so that the walk crosses the rim.
 *
 * <p>Scratch of one search at a time; allocates nothing after construction.
 */
final class PassingNeighbors {
  /** Neighbour lists that are read before one is looked at, so that their cache misses overlap. */
  private static final int BATCH = 8;

  /** Passing neighbours beyond their share by this factor make a crowd. */
  private static final double CROWD = 1.5;

  private final int maxDegree;
  private final int[] failing;
  private final int[][] lists;
  private final int[] degrees = new int[BATCH];
  private Graph graph;
  private BitSet accept;
  private double share;

  /** Nodes that are collected outside of crowds. */
  private int evenly;

  private int bridges;

  PassingNeighbors(int maxDegree) {
    this.maxDegree = maxDegree;
    this.failing = new int[maxDegree];
    this.lists = new int[BATCH][maxDegree];
  }

  /** The most nodes that {@link #collect} gives. */
  int most() {
    return 3 * maxDegree;
  }

  /** Starts a search; {@code passing} is the number of nodes that pass, at least 1. */
  void start(Graph graph, BitSet accept, int passing) {
    this.graph = graph;
    this.accept = accept;
    this.share = (double) passing / graph.size();
    this.evenly = (int) Math.ceil(maxDegree * (1 + share) / 2);
    this.bridges = 0;
  }

  /** Nodes that do not pass whose neighbours were read since the start. */
  int bridges() {
    return bridges;
  }

  /**
   * Writes the nodes that pass, are near {@code node} and were not visited before to {@code dst}.
   *
   * @return how many
   */
  int collect(int node, VisitedSet visited, int[] dst) {
    int degree = graph.neighbors(node, lists[0]);
    int found = 0;
    int others = 0;
    for (int i = 0; i < degree; i++) {
      int neighbor = lists[0][i];
      int passes = accept.get(neighbor) ? 1 : 0;
      dst[found] = neighbor;
      failing[others] = neighbor;
      found += passes;
      others += 1 - passes;
    }
    int fresh = visited.addAll(dst, found);
    int wanted = found > CROWD * share * degree ? 2 * maxDegree : evenly;
    if (found >= wanted) {
      return fresh;
    }
    others = visited.addAll(failing, others);
    for (int next = 0; next < others && found < wanted; ) {
      int batch = Math.min(batch(wanted - found), others - next);
      read(next, batch);
      next += batch;
      for (int i = 0; i < batch && found < wanted; i++) {
        int passing = keepPassing(lists[i], degrees[i]);
        found += passing;
        passing = visited.addAll(lists[i], passing);
        System.arraycopy(lists[i], 0, dst, fresh, passing);
        fresh += passing;
      }
    }
    return fresh;
  }

  /** Lists that have so many passing nodes, if these are spread evenly. */
  private int batch(int wanted) {
    return (int) Math.min(BATCH, 1 + wanted / (share * maxDegree));
  }

  private void read(int first, int count) {
    graph.prefetch(failing, first, first + count);
    for (int i = 0; i < count; i++) {
      degrees[i] = graph.neighbors(failing[first + i], lists[i]);
    }
    bridges += count;
  }

  /** Moves the nodes that pass to the front. */
  private int keepPassing(int[] nodes, int count) {
    int passing = 0;
    for (int i = 0; i < count; i++) {
      int node = nodes[i];
      nodes[passing] = node;
      passing += accept.get(node) ? 1 : 0;
    }
    return passing;
  }
}
