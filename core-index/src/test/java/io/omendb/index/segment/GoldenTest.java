/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.UnsupportedFormatException;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of format version 1 stay readable. */
class GoldenTest {
  static final Path GOLDEN = Path.of("src/test/resources/golden/v1");

  @Test
  void segmentWithoutGraphIsRead() throws IOException {
    try (Segment segment = Segment.open(GOLDEN.resolve("plain.omx"))) {
      assertThat(segment.info().tableId()).isEqualTo(Fixtures.TABLE);
      assertThat(segment.info().segmentId()).isEqualTo(Fixtures.SEGMENT);
      assertThat(segment.info().config()).isEqualTo(GoldenFiles.PLAIN);
      assertThat(segment.info().hasGraph()).isFalse();
      assertThat(segment.info().recall()).isEqualTo(RecallCurve.EXACT);
      assertRows(segment, GoldenFiles.PLAIN_ROWS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph.omx", "graph24.omx", "transform.omx", "nodes.omx"})
  void segmentWithGraphIsReadAndSearched(String file) throws IOException {
    float[][] rows = GoldenFiles.graphRows();
    try (Segment segment = Segment.open(GOLDEN.resolve(file))) {
      boolean transform = file.equals("transform.omx") || file.equals("nodes.omx");
      assertThat(segment.nodeOrder() == NodeOrder.ROWS).isNotEqualTo(file.equals("nodes.omx"));
      assertThat(segment.info().config())
          .isEqualTo(transform ? GoldenFiles.TRANSFORM : GoldenFiles.GRAPH);
      assertThat(segment.quantizer())
          .isInstanceOf(transform ? TransformQuantizer.class : ProductQuantizer.class);
      assertThat(segment.info().hasGraph()).isTrue();
      assertThat(segment.info().recall().points()).isNotEmpty();
      assertRows(segment, rows);
      GraphSearch walk = new GraphSearch(segment);
      Reranker reranker = new Reranker(segment.vectors(), Metric.L2);
      Neighbors found = new Neighbors(5);
      double recall = 0;
      for (float[] query : rows) {
        reranker.start(query, 5);
        walk.search(query, 24, reranker, new SearchStats());
        reranker.finish(found);
        recall += Fixtures.recall(rows, query, Metric.L2, 5, null, found) / rows.length;
      }
      assertThat(recall).isGreaterThan(0.95);
    }
  }

  @Test
  void segmentOfBytesIsReadAndSearched() throws IOException {
    float[][] rows = GoldenFiles.graphRows();
    try (Segment segment = Segment.open(GOLDEN.resolve("int8.omx"))) {
      assertThat(segment.info().config()).isEqualTo(GoldenFiles.INT8);
      assertThat(segment.info().hasGraph()).isTrue();
      float[] row = new float[6];
      Neighbors found = new Neighbors(1);
      for (int i = 0; i < rows.length; i++) {
        segment.readVector(i, row);
        // The rows reach from -9 to 9 at most, so half a step is 18 / 508 at most.
        assertThat(row).containsExactly(rows[i], offset(0.036f));
        segment.newSearcher().search(row, 1, new SearchParams(24), null, found, new SearchStats());
        assertThat(found.distance(0)).isZero();
      }
    }
  }

  @Test
  void damagedFileIsRejected() {
    assertThatThrownBy(() -> Segment.open(GOLDEN.resolve("corrupt.omx")))
        .isInstanceOfSatisfying(
            CorruptIndexException.class,
            e -> {
              assertThat(e.section()).isEqualTo("VECTORS");
              assertThat(e.offset()).isEqualTo(4096);
            });
  }

  @Test
  void fileOfTheNextVersionIsRejectedAsTooNew() {
    assertThatThrownBy(() -> Segment.open(GOLDEN.resolve("too-new.omx")))
        .isInstanceOfSatisfying(
            UnsupportedFormatException.class, e -> assertThat(e.found()).isEqualTo(2))
        .hasMessageContaining("newer release");
  }

  private static void assertRows(Segment segment, float[][] rows) {
    assertThat(segment.info().rows()).isEqualTo(rows.length);
    float[] row = new float[rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      segment.readVector(i, row);
      assertThat(row).isEqualTo(rows[i]);
    }
  }
}
