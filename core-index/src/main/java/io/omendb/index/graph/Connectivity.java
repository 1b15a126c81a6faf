/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import java.util.Arrays;

/**
 * Makes every inserted node reachable from the entry point without lengthening any list beyond R.
 *
 * <p>A breadth-first tree from the entry point tells which nodes are reachable and which edges
 * carry them. An unreached node is hung under the first of its own out-neighbours that is reached
 * (failing that, under one that a search finds), in a free slot or in place of the last edge that
 * is not part of the tree, so nothing reached is ever lost. Every edge is followed once and every
 * node attached at most once, whatever the data. Single-threaded and deterministic.
 */
final class Connectivity {
  private static final int UNREACHED = -1;

  private final ArrayGraph graph;
  private final int maxDegree;
  private final int[] parent;
  private final int[] queue;
  private int queueEnd;

  Connectivity(ArrayGraph graph, int maxDegree) {
    this.graph = graph;
    this.maxDegree = maxDegree;
    this.parent = new int[graph.size()];
    this.queue = new int[graph.size()];
  }

  /** Bytes needed to repair a graph of {@code size} nodes. */
  static long bytes(int size) {
    return 8L * size;
  }

  /** Finds a reached node close to {@code node} when none of its out-neighbours is reached. */
  interface NearestReached {
    int of(int node);
  }

  /**
   * Connects {@code order[0 .. count)} to the entry point.
   *
   * @param nearest asked for the nodes that lead to no reached node themselves
   * @return the number of edges added
   */
  int repair(int[] order, int count, NearestReached nearest) {
    Arrays.fill(parent, UNREACHED);
    queueEnd = 0;
    reach(graph.entryPoint(), graph.entryPoint());
    int added = 0;
    for (int i = 0; i < count; i++) {
      int node = order[i];
      if (parent[node] == UNREACHED) {
        int host = reachedNeighbor(node);
        attach(host >= 0 ? host : nearest.of(node), node);
        added++;
      }
    }
    return added;
  }

  private int reachedNeighbor(int node) {
    int degree = graph.degree(node);
    for (int e = 0; e < degree; e++) {
      int neighbor = graph.neighbor(node, e);
      if (parent[neighbor] != UNREACHED) {
        return neighbor;
      }
    }
    return -1;
  }

  /**
   * Adds the edge host → node. A host whose every edge carries the tree passes the node on to one
   * of its tree children, chosen by the node's hash: they form an R-ary tree, in which a random
   * descent meets a free slot after logarithmically many steps.
   */
  private void attach(int host, int node) {
    int hash = node;
    int slot = freeSlot(host);
    while (slot < 0) {
      hash = hash * 0x9E3779B1 + 0x7F4A7C15;
      host = graph.neighbor(host, Integer.remainderUnsigned(hash >>> 8, graph.degree(host)));
      slot = freeSlot(host);
    }
    if (slot == graph.degree(host)) {
      graph.append(host, node);
    } else {
      graph.setNeighbor(host, slot, node);
    }
    reach(node, host);
  }

  /** The slot behind the last edge, else the farthest edge outside the tree, else -1. */
  private int freeSlot(int host) {
    int degree = graph.degree(host);
    if (degree < maxDegree) {
      return degree;
    }
    for (int e = degree - 1; e >= 0; e--) {
      if (parent[graph.neighbor(host, e)] != host) {
        return e;
      }
    }
    return -1;
  }

  /** Grows the tree from {@code root}, which hangs under {@code host}, over all it leads to. */
  private void reach(int root, int host) {
    int head = queueEnd;
    parent[root] = host;
    queue[queueEnd++] = root;
    while (head < queueEnd) {
      int node = queue[head++];
      int degree = graph.degree(node);
      for (int e = 0; e < degree; e++) {
        int neighbor = graph.neighbor(node, e);
        if (parent[neighbor] == UNREACHED) {
          parent[neighbor] = node;
          queue[queueEnd++] = neighbor;
        }
      }
    }
  }
}
