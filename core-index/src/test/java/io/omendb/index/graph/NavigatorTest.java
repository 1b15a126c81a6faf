/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Builds whose searches walk by estimates. */
class NavigatorTest {
  private static final Rows ALL = rows();
  private static final Rows ROWS = new Rows(Arrays.copyOf(ALL.values(), 5_700 * 24), 24);
  private static final Rows QUERIES =
      new Rows(Arrays.copyOfRange(ALL.values(), 5_700 * 24, 6_000 * 24), 24);

  /** The last six coordinates vary little. */
  private static Rows rows() {
    Rows rows = Rows.clustered(6_000, 24, 60, 3, 13);
    for (int i = 0; i < rows.values().length; i++) {
      rows.values()[i] *= i % 24 < 18 ? 1 : 0.2f;
    }
    return rows;
  }

  /** Distances without the last few coordinates. */
  private static final class Shortened implements Navigator {
    private final int outlineDimension;
    private float[] query;

    Shortened(int outlineDimension) {
      this.outlineDimension = outlineDimension;
    }

    @Override
    public void prepare(float[] row) {
      query = row.clone();
    }

    @Override
    public void distances(int[] ordinals, int n, float[] out) {
      for (int i = 0; i < n; i++) {
        out[i] = 0;
        for (int j = 0; j < 20; j++) {
          float difference = ROWS.values()[24 * ordinals[i] + j] - query[j];
          out[i] += difference * difference;
        }
      }
    }

    @Override
    public int outlineDimension() {
      return outlineDimension;
    }

    @Override
    public void outline(int[] ordinals, int n, float[] outlines, float[] squaredNorms) {
      for (int i = 0; i < n; i++) {
        int at = 24 * ordinals[i];
        System.arraycopy(ROWS.values(), at, outlines, outlineDimension * i, outlineDimension);
        squaredNorms[i] = Kernels.BEST.dot(ROWS.values(), at, ROWS.values(), at, 24);
      }
    }
  }

  /** Every node is nearer than all before, so that a search expands whatever it meets. */
  private static final class Misleading implements Navigator {
    private int distance;

    @Override
    public void prepare(float[] row) {
      distance = 0;
    }

    @Override
    public void distances(int[] ordinals, int n, float[] out) {
      for (int i = 0; i < n; i++) {
        out[i] = -distance++;
      }
    }

    @Override
    public int outlineDimension() {
      return 6;
    }

    @Override
    public void outline(int[] ordinals, int n, float[] outlines, float[] squaredNorms) {
      for (int i = 0; i < n; i++) {
        Arrays.fill(outlines, 6 * i, 6 * i + 6, 1f);
        squaredNorms[i] = ordinals[i] % 7;
      }
    }
  }

  private static ArrayGraph build(GraphConfig config, int threads, Supplier<Navigator> navigators)
      throws Exception {
    return new VamanaBuilder(ROWS, config, threads, Long.MAX_VALUE, () -> false, navigators)
        .finish();
  }

  @ParameterizedTest
  @EnumSource
  void estimatesFindWhatDistancesFind(GraphBuilder builder) throws Exception {
    GraphConfig config = GraphConfig.defaults().with(builder);
    ArrayGraph exact = build(config, 2, () -> null);
    ArrayGraph estimated = build(config, 2, () -> new Shortened(0));
    for (int listSize : new int[] {16, 64}) {
      assertThat(VamanaBuilderTest.recall(estimated, ROWS, QUERIES, 10, listSize))
          .isGreaterThan(VamanaBuilderTest.recall(exact, ROWS, QUERIES, 10, listSize) - 0.01);
    }
    assertThat(VamanaBuilderTest.lists(build(config, 3, () -> new Shortened(0))))
        .isEqualTo(VamanaBuilderTest.lists(estimated));
  }

  @Test
  void outlinesThatSufficeFindWhatVectorsFind() throws Exception {
    GraphConfig config = GraphConfig.defaults().with(GraphBuilder.PARTITIONED);
    ArrayGraph exact = build(config, 2, () -> new Shortened(0));
    ArrayGraph outlined = build(config, 2, () -> new Shortened(18));
    assertThat(VamanaBuilderTest.lists(outlined)).isNotEqualTo(VamanaBuilderTest.lists(exact));
    for (int listSize : new int[] {16, 64}) {
      assertThat(VamanaBuilderTest.recall(outlined, ROWS, QUERIES, 10, listSize))
          .isGreaterThan(VamanaBuilderTest.recall(exact, ROWS, QUERIES, 10, listSize) - 0.01);
    }
    long budget = VamanaBuilder.bytes(ROWS.size(), ROWS.dimension(), config, 3);
    ArrayGraph inParts =
        new VamanaBuilder(ROWS, config, 3, budget, () -> false, () -> new Shortened(18)).finish();
    assertThat(VamanaBuilderTest.lists(inParts)).isEqualTo(VamanaBuilderTest.lists(outlined));
  }

  @Test
  void outlinesThatDoNotSufficeChangeNothing() throws Exception {
    GraphConfig config = GraphConfig.defaults().with(GraphBuilder.PARTITIONED);
    assertThat(VamanaBuilderTest.lists(build(config, 2, () -> new Shortened(2))))
        .isEqualTo(VamanaBuilderTest.lists(build(config, 2, () -> new Shortened(0))));
  }

  @Test
  void estimatesThatMeanNothingStillGiveAConnectedGraph() throws Exception {
    GraphConfig config = new GraphConfig(8, 20, 1.2f, 7);
    ArrayGraph graph = build(config, 2, Misleading::new);
    assertThat(VamanaBuilderTest.reachable(graph)).isEqualTo(ROWS.size());
    List<List<Integer>> lists = VamanaBuilderTest.lists(graph);
    for (int node = 0; node < ROWS.size(); node++) {
      assertThat(lists.get(node))
          .hasSizeLessThanOrEqualTo(8)
          .doesNotHaveDuplicates()
          .doesNotContain(node);
    }
  }
}
