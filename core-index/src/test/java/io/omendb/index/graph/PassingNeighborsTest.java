/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PassingNeighborsTest {
  private static final int SIZE = 600;

  private final VisitedSet visited = new VisitedSet(SIZE);

  private static ArrayGraph graph(long seed, int degree) {
    java.util.Random random = new java.util.Random(seed);
    ArrayGraph graph = new ArrayGraph(SIZE, degree);
    for (int node = 0; node < SIZE; node++) {
      int[] neighbors = random.ints(random.nextInt(degree + 1), 0, SIZE).distinct().toArray();
      graph.setNeighbors(node, neighbors, neighbors.length);
    }
    return graph;
  }

  private static BitSet pass(long seed, double share) {
    java.util.Random random = new java.util.Random(seed);
    BitSet accept = new BitSet();
    for (int node = 0; node < SIZE; node++) {
      accept.set(node, random.nextDouble() < share);
    }
    accept.set(SIZE - 1);
    return accept;
  }

  @Property(tries = 300)
  void givesEachPassingNodeWithinTwoHopsAtMostOnce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int degree,
      @ForAll @IntRange(min = 0, max = 100) int percent) {
    ArrayGraph graph = graph(seed, degree);
    BitSet accept = pass(seed + 1, percent / 100.0);
    PassingNeighbors passing = new PassingNeighbors(degree);
    passing.start(graph, accept, accept.cardinality());
    visited.clear();
    Set<Integer> before = new HashSet<>();
    int[] found = new int[passing.most()];
    for (int node = 0; node < 20; node++) {
      int count = passing.collect(node, visited, found);
      for (int i = 0; i < count; i++) {
        assertThat(accept.get(found[i])).isTrue();
        assertThat(reachable(graph, accept, node)).contains(found[i]);
        assertThat(before.add(found[i])).isTrue();
      }
      for (int neighbor : neighbors(graph, node)) {
        assertThat(!accept.get(neighbor) || before.contains(neighbor)).isTrue();
      }
    }
  }

  @Example
  void readsNoSecondHopWhereEnoughPass() {
    ArrayGraph graph = graph(5, 16);
    BitSet all = new BitSet();
    all.set(0, SIZE);
    PassingNeighbors passing = new PassingNeighbors(16);
    passing.start(graph, all, SIZE);
    visited.clear();
    int[] found = new int[passing.most()];
    for (int node = 0; node < SIZE; node++) {
      passing.collect(node, visited, found);
    }
    assertThat(passing.bridges()).isZero();
  }

  private static int[] neighbors(ArrayGraph graph, int node) {
    int[] neighbors = new int[graph.maxDegree()];
    return Arrays.copyOf(neighbors, graph.neighbors(node, neighbors));
  }

  /** Nodes that are neighbours, or neighbours of neighbours that do not pass. */
  private static Set<Integer> reachable(ArrayGraph graph, BitSet accept, int node) {
    Set<Integer> nodes = new HashSet<>();
    for (int neighbor : neighbors(graph, node)) {
      nodes.add(neighbor);
      if (!accept.get(neighbor)) {
        for (int second : neighbors(graph, neighbor)) {
          nodes.add(second);
        }
      }
    }
    return nodes;
  }
}
