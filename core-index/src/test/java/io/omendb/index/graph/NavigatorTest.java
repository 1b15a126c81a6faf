/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Builds whose searches walk by estimates. */
class NavigatorTest {
  private static final Rows ALL = Rows.clustered(6_000, 24, 60, 3, 13);
  private static final Rows ROWS = new Rows(Arrays.copyOf(ALL.values(), 5_700 * 24), 24);
  private static final Rows QUERIES =
      new Rows(Arrays.copyOfRange(ALL.values(), 5_700 * 24, 6_000 * 24), 24);

  /** Distances without the last few coordinates. */
  private static final class Shortened implements Navigator {
    private float[] query;

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
    ArrayGraph estimated = build(config, 2, Shortened::new);
    for (int listSize : new int[] {16, 64}) {
      assertThat(VamanaBuilderTest.recall(estimated, ROWS, QUERIES, 10, listSize))
          .isGreaterThan(VamanaBuilderTest.recall(exact, ROWS, QUERIES, 10, listSize) - 0.01);
    }
    assertThat(VamanaBuilderTest.lists(build(config, 3, Shortened::new)))
        .isEqualTo(VamanaBuilderTest.lists(estimated));
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
