/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VamanaBuilderTest {
  private static final GraphConfig SMALL = new GraphConfig(8, 20, 1.2f, 7);

  static Stream<Rows> difficultRows() {
    Rows far = Rows.gaussian(3000, 4, 3);
    for (int i = 0; i < 1500 * 4; i++) {
      far.values()[i] += 1e4f;
    }
    Rows outlier = Rows.gaussian(2000, 8, 4);
    Arrays.fill(outlier.values(), 8 * 777, 8 * 778, 1e6f);
    return Stream.of(
        Rows.gaussian(2000, 16, 1),
        new Rows(new float[5000 * 3], 3),
        Rows.integers(4000, 2, 5, 2),
        far,
        outlier,
        Rows.integers(3000, 3, 12, 5),
        Rows.gaussian(2500, 1, 6),
        scaled(Rows.gaussian(2000, 6, 11), 1e30f),
        scaled(Rows.gaussian(2000, 6, 12), 1e-30f),
        Rows.integers(1, 4, 9, 7),
        Rows.integers(2, 4, 9, 8),
        Rows.integers(3, 4, 9, 9),
        Rows.gaussian(7, 5, 10));
  }

  /** Squared distances of 1e30 overflow to infinity, those of 1e-30 vanish. */
  private static Rows scaled(Rows rows, float factor) {
    for (int i = 0; i < rows.values().length; i++) {
      rows.values()[i] *= factor;
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("difficultRows")
  void everyRowIsReachableAndNoListIsTooLongRepeatedOrSelfish(Rows rows) throws Exception {
    ArrayGraph graph = new VamanaBuilder(rows, SMALL, 2, () -> false).finish();

    assertThat(graph.maxDegree()).isEqualTo(SMALL.maxDegree());
    for (List<Integer> list : lists(graph)) {
      assertThat(list).hasSizeLessThanOrEqualTo(SMALL.maxDegree()).doesNotHaveDuplicates();
    }
    for (int node = 0; node < rows.size(); node++) {
      assertThat(lists(graph, node)).doesNotContain(node);
    }
    assertThat(reachable(graph)).isEqualTo(rows.size());
  }

  @ParameterizedTest
  @MethodSource("difficultRows")
  void theGraphIsTheSameForAnyNumberOfThreads(Rows rows) throws Exception {
    ArrayGraph one = new VamanaBuilder(rows, SMALL, 1, () -> false).finish();
    for (int threads = 2; threads <= 3; threads++) {
      ArrayGraph other = new VamanaBuilder(rows, SMALL, threads, () -> false).finish();
      assertThat(other.entryPoint()).isEqualTo(one.entryPoint());
      assertThat(lists(other)).isEqualTo(lists(one));
    }
  }

  @Test
  void nothingLeadsToTheRowsHeldOutUntilTheyAreInserted() throws Exception {
    Rows rows = Rows.gaussian(3000, 8, 11);
    VamanaBuilder builder = new VamanaBuilder(rows, SMALL, 2, () -> false);

    int[] heldOut = builder.insertAllBut(100);

    assertThat(heldOut).hasSize(100).doesNotHaveDuplicates();
    assertThat(reachable(builder.graph())).isEqualTo(2900);
    Set<Integer> mentioned = new HashSet<>();
    lists(builder.graph()).forEach(mentioned::addAll);
    for (int row : heldOut) {
      assertThat(mentioned).doesNotContain(row);
      assertThat(builder.graph().degree(row)).isZero();
    }

    assertThat(reachable(builder.finish())).isEqualTo(3000);
  }

  @Test
  void anEmptyReaderGivesAnEmptyGraph() throws Exception {
    ArrayGraph graph = new VamanaBuilder(new Rows(new float[0], 4), SMALL, 2, () -> false).finish();
    assertThat(graph.size()).isZero();
    assertThat(graph.entryPoint()).isEqualTo(-1);
  }

  @Test
  void aCancelledBuildEndsWithAnInterruptedIoException() {
    AtomicInteger polls = new AtomicInteger();
    VamanaBuilder builder =
        new VamanaBuilder(
            Rows.gaussian(5000, 4, 12), SMALL, 2, () -> polls.incrementAndGet() > 100);
    assertThatThrownBy(builder::finish)
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("cancelled");
  }

  @Test
  void findsTheNearestNeighboursOfClusteredRows() throws Exception {
    Rows rows = Rows.clustered(12_000, 24, 60, 3, 13);
    Rows queries = Rows.clustered(300, 24, 60, 3, 13);
    ArrayGraph graph = new VamanaBuilder(rows, GraphConfig.defaults(), 2, () -> false).finish();
    assertThat(recall(graph, rows, queries, 10, 32)).isGreaterThan(0.95);
    assertThat(recall(graph, rows, queries, 10, 128)).isGreaterThan(0.99);
  }

  @Test
  void aPartialGraphFindsTheNearestOfTheInsertedRows() throws Exception {
    Rows rows = Rows.gaussian(5000, 8, 14);
    VamanaBuilder builder = new VamanaBuilder(rows, GraphConfig.defaults(), 2, () -> false);
    Set<Integer> heldOut = new HashSet<>();
    for (int row : builder.insertAllBut(200)) {
      heldOut.add(row);
    }
    BeamSearch search = new BeamSearch(rows.size(), builder.graph().maxDegree(), 64);
    int hits = 0;
    for (int row : heldOut) {
      int[] entry = {builder.graph().entryPoint()};
      search.search(builder.graph(), rows.scorer(rows, row), entry, 1, 64);
      for (int nearest : rows.nearest(rows, row, 100)) {
        if (!heldOut.contains(nearest)) {
          hits += search.ordinal(0) == nearest ? 1 : 0;
          break;
        }
      }
    }
    assertThat(hits).isGreaterThan(190);
  }

  @Test
  void rowsAreHeldOutBeforeAnyIsInserted() throws Exception {
    VamanaBuilder builder = new VamanaBuilder(Rows.gaussian(100, 2, 15), SMALL, 1, () -> false);
    assertThatThrownBy(() -> builder.insertAllBut(100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("heldOut must be in [0, 100), was 100");
    builder.insertAllBut(10);
    assertThatThrownBy(() -> builder.insertAllBut(5))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("90 rows");
  }

  @Test
  void aBuildAllocatesWhatItsFormulaSays() throws Exception {
    GraphConfig config = new GraphConfig(16, 40, 1.2f, 7);
    for (int dimension : new int[] {8, 200}) {
      Rows rows = Rows.gaussian(4000, dimension, 17);
      long formula = VamanaBuilder.bytes(rows.size(), dimension, config, 1);
      long rounds = 1 << 16; // garbage of a few dozen rounds
      assertThat(leastAllocated(rows, config, formula + rounds))
          .isBetween(formula * 9 / 10, formula + rounds);
    }
  }

  /**
   * Everything that a build on one thread allocates, garbage included: the least of several builds,
   * because kernels that are not compiled yet allocate their vectors.
   */
  private static long leastAllocated(Rows rows, GraphConfig config, long enough) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int build = 0; build < 30 && least > enough; build++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      new VamanaBuilder(rows, config, 1, () -> false).finish();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  static double recall(Graph graph, Rows rows, Rows queries, int k, int listSize) {
    BeamSearch search = new BeamSearch(graph.size(), graph.maxDegree(), listSize);
    int hits = 0;
    for (int q = 0; q < queries.size(); q++) {
      search.search(graph, rows.scorer(queries, q), new int[] {graph.entryPoint()}, 1, listSize);
      Set<Integer> found = new HashSet<>();
      for (int i = 0; i < k; i++) {
        found.add(search.ordinal(i));
      }
      for (int nearest : rows.nearest(queries, q, k)) {
        hits += found.contains(nearest) ? 1 : 0;
      }
    }
    return (double) hits / (k * queries.size());
  }

  static int reachable(ArrayGraph graph) {
    BitSet seen = new BitSet();
    List<Integer> queue = new ArrayList<>(List.of(graph.entryPoint()));
    seen.set(graph.entryPoint());
    for (int i = 0; i < queue.size(); i++) {
      for (int neighbor : lists(graph, queue.get(i))) {
        if (!seen.get(neighbor)) {
          seen.set(neighbor);
          queue.add(neighbor);
        }
      }
    }
    return queue.size();
  }

  static List<List<Integer>> lists(Graph graph) {
    List<List<Integer>> lists = new ArrayList<>();
    for (int node = 0; node < graph.size(); node++) {
      lists.add(lists(graph, node));
    }
    return lists;
  }

  private static List<Integer> lists(Graph graph, int node) {
    int[] neighbors = new int[graph.maxDegree()];
    int degree = graph.neighbors(node, neighbors);
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < degree; i++) {
      list.add(neighbors[i]);
    }
    return list;
  }
}
