/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeOrderTest {
  private static final int ROWS = 6000;

  @TempDir Path dir;

  private Segment build(GraphBuilder builder, float[][] rows) throws IOException {
    Path file = dir.resolve(builder + ".omx");
    IndexConfig config = IndexConfig.defaults(rows[0].length, Metric.L2).withBuilder(builder);
    Fixtures.build(file, rows, config, 1);
    return Segment.open(file);
  }

  @ParameterizedTest
  @EnumSource(GraphBuilder.class)
  void everyRowIsOneNode(GraphBuilder builder) throws IOException {
    try (Segment segment = build(builder, Fixtures.clusteredRows(ROWS, 20, 30, 1))) {
      NodeOrder order = segment.nodeOrder();
      BitSet rows = new BitSet();
      for (int node = 0; node < ROWS; node++) {
        rows.set(order.row(node));
        assertThat(order.node(order.row(node))).isEqualTo(node);
      }
      assertThat(rows.cardinality()).isEqualTo(ROWS);
    }
  }

  @ParameterizedTest
  @EnumSource(GraphBuilder.class)
  void nodesSideBySideAreNear(GraphBuilder builder) throws IOException {
    float[][] rows = Fixtures.clusteredRows(ROWS, 20, 30, 1);
    try (Segment segment = build(builder, rows)) {
      NodeOrder order = segment.nodeOrder();
      double neighbors = 0;
      double added = 0;
      for (int node = 1; node < ROWS; node++) {
        neighbors += Fixtures.distance(Metric.L2, rows[order.row(node - 1)], rows[order.row(node)]);
        added += Fixtures.distance(Metric.L2, rows[node - 1], rows[node]);
      }
      assertThat(neighbors).isLessThan(0.75 * added);
    }
  }

  @Test
  void setsOfRowsBecomeSetsOfNodes() throws IOException {
    try (Segment segment =
        build(GraphBuilder.PARTITIONED, Fixtures.clusteredRows(ROWS, 8, 30, 2))) {
      NodeOrder order = segment.nodeOrder();
      Random random = new Random(1);
      BitSet dst = new BitSet();
      for (double share : new double[] {1, 0.3, 0, 0.01}) {
        BitSet rows = new BitSet();
        for (int row = 0; row < ROWS; row++) {
          rows.set(row, random.nextDouble() < share);
        }
        BitSet nodes = order.nodes(rows, dst);
        assertThat(nodes.cardinality()).isEqualTo(rows.cardinality());
        nodes.stream().forEach(node -> assertThat(rows.get(order.row(node))).isTrue());
      }
    }
  }

  @Test
  void withoutAnOrderNodesAreRows() {
    BitSet rows = new BitSet();
    rows.set(3);
    assertThat(NodeOrder.ROWS.row(5)).isEqualTo(5);
    assertThat(NodeOrder.ROWS.node(5)).isEqualTo(5);
    assertThat(NodeOrder.ROWS.nodes(rows, new BitSet())).isSameAs(rows);
  }

  @Test
  void aFilterThatIsChangedInPlaceIsLookedUpAgain() throws IOException {
    float[][] rows = Fixtures.clusteredRows(ROWS, 20, 30, 3);
    try (Segment segment = build(GraphBuilder.PARTITIONED, rows)) {
      SegmentSearcher searcher = segment.newSearcher();
      Neighbors found = new Neighbors(10);
      SearchStats stats = new SearchStats();
      Random random = new Random(1);
      BitSet accept = new BitSet();
      double recall = 0;
      for (int i = 0; i < 60; i++) {
        if (i % 3 == 0) {
          for (int row = 0; row < ROWS; row++) {
            accept.set(row, random.nextInt(i % 2 == 0 ? 2 : 12) == 0);
          }
        }
        float[] query = rows[random.nextInt(ROWS)];
        searcher.search(query, 10, new SearchParams(24), accept, found, stats);
        for (int j = 0; j < found.size(); j++) {
          assertThat(accept.get(found.ordinal(j))).isTrue();
        }
        recall += Fixtures.recall(rows, query, Metric.L2, 10, accept, found) / 60;
      }
      assertThat(recall).isGreaterThan(0.97);
      assertThat(stats.filteredWalks).isPositive();
      assertThat(stats.codeScans).isPositive();
    }
  }
}
