/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ConnectivityTest {
  private static int repair(ArrayGraph graph, int maxDegree, Connectivity.NearestReached nearest) {
    int[] order = IntStream.range(0, graph.size()).toArray();
    return new Connectivity(graph, maxDegree).repair(order, graph.size(), nearest);
  }

  @Property(tries = 300)
  void anyGraphBecomesReachableWithinItsDegreeBound(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 120) int size,
      @ForAll @IntRange(min = 1, max = 6) int maxDegree,
      @ForAll @IntRange(min = 1, max = 120) int reach) {
    SplittableRandom random = new SplittableRandom(seed);
    ArrayGraph graph = new ArrayGraph(size, maxDegree + 2);
    for (int node = 0; node < size; node++) {
      int from = Math.max(0, node - reach);
      int to = Math.min(size, node + reach);
      int self = node;
      int[] list =
          IntStream.generate(() -> from + random.nextInt(to - from))
              .limit(maxDegree)
              .filter(neighbor -> neighbor != self)
              .distinct()
              .toArray();
      graph.setNeighbors(node, list, random.nextInt(list.length + 1));
    }
    graph.setEntryPoint(random.nextInt(size));

    repair(graph, maxDegree, node -> graph.entryPoint());

    assertThat(VamanaBuilderTest.reachable(graph)).isEqualTo(size);
    List<List<Integer>> lists = VamanaBuilderTest.lists(graph);
    for (int node = 0; node < size; node++) {
      assertThat(lists.get(node))
          .hasSizeLessThanOrEqualTo(maxDegree)
          .doesNotHaveDuplicates()
          .doesNotContain(node);
    }
  }

  @Example
  void aConnectedGraphStaysAsItIs() {
    ArrayGraph ring = new ArrayGraph(50, 1);
    for (int node = 0; node < 50; node++) {
      ring.append(node, (node + 1) % 50);
    }
    ring.setEntryPoint(17);
    List<List<Integer>> before = VamanaBuilderTest.lists(ring);
    assertThat(repair(ring, 1, node -> -1)).isZero();
    assertThat(VamanaBuilderTest.lists(ring)).isEqualTo(before);
  }

  @Example
  void allNodesUnderOneHostFormAShallowTree() {
    int size = 20_000;
    ArrayGraph graph = new ArrayGraph(size, 8);
    for (int node = 1; node < size; node++) {
      graph.append(node, 0);
    }
    graph.setEntryPoint(0);

    repair(graph, 8, node -> -1);

    int[] depth = new int[size];
    int deepest = 0;
    BeamSearch walk = new BeamSearch(size, 8, size);
    walk.search(graph, (ordinals, n, out) -> {}, new int[] {0}, 1, size);
    for (int i = 0; i < walk.hops(); i++) {
      int node = Candidate.ordinal(walk.expanded(i));
      for (int e = 0; e < graph.degree(node); e++) {
        int child = graph.neighbor(node, e);
        if (child != 0 && depth[child] == 0) {
          depth[child] = depth[node] + 1;
          deepest = Math.max(deepest, depth[child]);
        }
      }
    }
    assertThat(walk.size()).isEqualTo(size);
    assertThat(deepest).isLessThan(40);
  }

  @Example
  void nodesThatLeadNowhereReachedAreAskedForOncePerGroup() {
    ArrayGraph twoRings = new ArrayGraph(100, 3);
    for (int node = 0; node < 100; node++) {
      twoRings.append(node, node < 50 ? (node + 1) % 50 : 50 + (node + 1) % 50);
    }
    twoRings.setEntryPoint(3);
    AtomicInteger asked = new AtomicInteger();
    assertThat(repair(twoRings, 3, node -> asked.getAndIncrement() + 20)).isEqualTo(1);
    assertThat(asked).hasValue(1);
    assertThat(VamanaBuilderTest.lists(twoRings).get(20)).containsExactly(21, 50);
  }
}
