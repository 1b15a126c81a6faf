/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/**
 * The reverse edges of one round, grouped by target with a counting sort: the semisort of ParlayANN
 * (Manohar et al. 2024, section 3), which is what makes locks unnecessary.
 *
 * <p>Targets come in the order of their first edge and the sources of a target in the order of the
 * round, so the grouping depends on nothing but the round. Filled by one thread, then read by many.
 */
final class BackEdges {
  private final int[] counts;
  private final int[] targets;
  private final int[] ends;
  private final int[] sources;
  private int targetCount;

  /**
   * @param size nodes of the graph
   * @param maxEdges largest number of edges of a round
   */
  BackEdges(int size, int maxEdges) {
    this.counts = new int[size];
    this.targets = new int[Math.min(size, maxEdges)];
    this.ends = new int[targets.length];
    this.sources = new int[maxEdges];
  }

  /** Bytes of the tables for such rounds. */
  static long bytes(int size, int maxEdges) {
    return 4L * size + 8L * Math.min(size, maxEdges) + 4L * maxEdges;
  }

  /** Groups the edges that leave {@code order[from .. to)}. */
  void group(ArrayGraph graph, int[] order, int from, int to) {
    targetCount = 0;
    for (int row = from; row < to; row++) {
      int source = order[row];
      int degree = graph.degree(source);
      for (int e = 0; e < degree; e++) {
        int target = graph.neighbor(source, e);
        if (counts[target]++ == 0) {
          targets[targetCount++] = target;
        }
      }
    }
    int start = 0;
    for (int i = 0; i < targetCount; i++) {
      int count = counts[targets[i]];
      counts[targets[i]] = start;
      start += count;
    }
    for (int row = from; row < to; row++) {
      int source = order[row];
      int degree = graph.degree(source);
      for (int e = 0; e < degree; e++) {
        sources[counts[graph.neighbor(source, e)]++] = source;
      }
    }
    for (int i = 0; i < targetCount; i++) {
      ends[i] = counts[targets[i]];
      counts[targets[i]] = 0;
    }
  }

  /** Number of different targets. */
  int size() {
    return targetCount;
  }

  /** The {@code i}-th target. */
  int target(int i) {
    return targets[i];
  }

  /** Position of the {@code i}-th target's first source. */
  int start(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  /** Position behind the {@code i}-th target's last source. */
  int end(int i) {
    return ends[i];
  }

  /** The source at {@code position}. */
  int source(int position) {
    return sources[position];
  }
}
