/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayGraphTest {
  @Test
  void listsSurviveOnEveryPage() {
    ArrayGraph graph = new ArrayGraph(21, 5, 2);
    for (int node = 0; node < 21; node++) {
      graph.setNeighbors(node, new int[] {node + 1, node + 2, -7}, 2);
      graph.append(node, node + 3);
      graph.setNeighbor(node, 0, 100 + node);
    }
    List<List<Integer>> lists = VamanaBuilderTest.lists(graph);
    for (int node = 0; node < 21; node++) {
      assertThat(lists.get(node)).containsExactly(100 + node, node + 2, node + 3);
      assertThat(graph.degree(node)).isEqualTo(3);
      assertThat(graph.neighbor(node, 2)).isEqualTo(node + 3);
    }
  }

  @Test
  void refusesListsLongerThanTheBound() {
    ArrayGraph graph = new ArrayGraph(3, 8);
    graph.limitDegree(4);
    assertThatThrownBy(() -> graph.setNeighbors(2, new int[8], 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("degree of node 2 must be at most 4, was 5");
  }

  @Test
  void footprintIsCapacityPlusOneIntsPerNode() {
    assertThat(ArrayGraph.bytes(100_000_000, 42)).isEqualTo(100_000_000L * 43 * 4);
  }
}
