/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackEdgesTest {
  @Test
  void groupsLikeAnInsertionOrderedMapRoundAfterRound() {
    int nodes = 50;
    ArrayGraph graph = new ArrayGraph(nodes, 6);
    SplittableRandom random = new SplittableRandom(1);
    int[] order = random.ints(0, nodes).distinct().limit(nodes).toArray();
    for (int node = 0; node < nodes; node++) {
      int[] targets = random.ints(0, nodes).distinct().limit(random.nextInt(7)).toArray();
      graph.setNeighbors(node, targets, targets.length);
    }
    BackEdges edges = new BackEdges(nodes, 20 * 6);
    int[][] rounds = {{0, 1}, {1, 20}, {20, 40}, {40, 40}, {40, 50}};
    for (int[] round : rounds) {
      Map<Integer, List<Integer>> expected = new LinkedHashMap<>();
      for (int row = round[0]; row < round[1]; row++) {
        for (int e = 0; e < graph.degree(order[row]); e++) {
          expected
              .computeIfAbsent(graph.neighbor(order[row], e), t -> new ArrayList<>())
              .add(order[row]);
        }
      }
      edges.group(graph, order, round[0], round[1]);
      Map<Integer, List<Integer>> actual = new LinkedHashMap<>();
      for (int i = 0; i < edges.size(); i++) {
        List<Integer> sources = new ArrayList<>();
        for (int s = edges.start(i); s < edges.end(i); s++) {
          sources.add(edges.source(s));
        }
        actual.put(edges.target(i), sources);
      }
      assertThat(actual).isEqualTo(expected);
      assertThat(new ArrayList<>(actual.keySet())).isEqualTo(new ArrayList<>(expected.keySet()));
    }
  }
}
