/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionedBuildTest {
  private static final GraphConfig SMALL =
      new GraphConfig(8, 20, 1.2f, 7).with(GraphBuilder.PARTITIONED);
  private static final GraphConfig DEFAULTS = GraphConfig.defaults().with(GraphBuilder.PARTITIONED);

  static Stream<Rows> difficultRows() {
    Rows far = Rows.gaussian(5000, 4, 3);
    for (int i = 0; i < 2500 * 4; i++) {
      far.values()[i] += 1e4f;
    }
    Rows outlier = Rows.gaussian(4100, 8, 4);
    Arrays.fill(outlier.values(), 8 * 777, 8 * 778, 1e6f);
    Rows oneApart = new Rows(new float[5000 * 3], 3);
    oneApart.values()[3 * 2500] = 1;
    return Stream.of(
        Rows.gaussian(4096, 16, 1),
        new Rows(new float[5000 * 3], 3),
        oneApart,
        Rows.integers(4500, 2, 5, 2),
        far,
        outlier,
        Rows.integers(5000, 3, 12, 5),
        Rows.gaussian(4500, 1, 6),
        Rows.gaussian(2200, 300, 6),
        Rows.clustered(2500, 520, 30, 3, 18),
        scaled(Rows.gaussian(2100, 6, 11), 1e30f),
        scaled(Rows.gaussian(2100, 6, 12), 1e-30f),
        Rows.gaussian(7, 5, 10));
  }

  private static Rows scaled(Rows rows, float factor) {
    for (int i = 0; i < rows.values().length; i++) {
      rows.values()[i] *= factor;
    }
    return rows;
  }

  private static ArrayGraph build(Rows rows, GraphConfig config, int threads, long memory)
      throws InterruptedIOException {
    return new VamanaBuilder(rows, config, threads, memory, () -> false, () -> null).finish();
  }

  @ParameterizedTest
  @MethodSource("difficultRows")
  void everyRowIsReachableAndNoListIsTooLongRepeatedOrSelfish(Rows rows) throws Exception {
    ArrayGraph graph = build(rows, SMALL, 2, Long.MAX_VALUE);

    assertThat(graph.maxDegree()).isEqualTo(SMALL.maxDegree());
    List<List<Integer>> lists = VamanaBuilderTest.lists(graph);
    for (int node = 0; node < rows.size(); node++) {
      assertThat(lists.get(node))
          .hasSizeLessThanOrEqualTo(SMALL.maxDegree())
          .doesNotHaveDuplicates()
          .doesNotContain(node);
    }
    assertThat(VamanaBuilderTest.reachable(graph)).isEqualTo(rows.size());
  }

  @ParameterizedTest
  @MethodSource("difficultRows")
  void theGraphIsTheSameForAnyNumberOfThreadsAndAnyMemory(Rows rows) throws Exception {
    ArrayGraph one = build(rows, SMALL, 1, Long.MAX_VALUE);
    for (int threads = 1; threads <= 3; threads++) {
      long least = VamanaBuilder.bytes(rows.size(), rows.dimension(), SMALL, threads);
      ArrayGraph other = build(rows, SMALL, threads, threads == 2 ? Long.MAX_VALUE : least);
      assertThat(other.entryPoint()).isEqualTo(one.entryPoint());
      assertThat(VamanaBuilderTest.lists(other)).isEqualTo(VamanaBuilderTest.lists(one));
    }
  }

  @Test
  void nothingLeadsToTheRowsHeldOutUntilTheyAreInserted() throws Exception {
    Rows rows = Rows.gaussian(5000, 8, 11);
    VamanaBuilder builder = new VamanaBuilder(rows, SMALL, 2, () -> false);

    int[] heldOut = builder.insertAllBut(100);

    assertThat(VamanaBuilderTest.reachable(builder.graph())).isEqualTo(4900);
    Set<Integer> mentioned = new HashSet<>();
    VamanaBuilderTest.lists(builder.graph()).forEach(mentioned::addAll);
    for (int row : heldOut) {
      assertThat(mentioned).doesNotContain(row);
      assertThat(builder.graph().degree(row)).isZero();
    }
    assertThat(VamanaBuilderTest.reachable(builder.finish())).isEqualTo(5000);
  }

  static Stream<Rows> searchedRows() {
    return Stream.of(
        Rows.clustered(8_000, 24, 60, 3, 13),
        Rows.clustered(8_000, 16, 60, 100, 14),
        Rows.gaussian(8_000, 12, 15),
        Rows.gaussian(8_000, 2, 16),
        Rows.clustered(8_000, 64, 100, 1, 17),
        Rows.clustered(8_000, 600, 40, 2, 19));
  }

  @ParameterizedTest
  @MethodSource("searchedRows")
  void findsAsMuchAsAGraphBuiltRowByRow(Rows all) throws Exception {
    int d = all.dimension();
    Rows rows = new Rows(Arrays.copyOf(all.values(), 7_700 * d), d);
    Rows queries = new Rows(Arrays.copyOfRange(all.values(), 7_700 * d, 8_000 * d), d);
    ArrayGraph incremental = build(rows, GraphConfig.defaults(), 2, Long.MAX_VALUE);
    ArrayGraph partitioned = build(rows, DEFAULTS, 2, Long.MAX_VALUE);
    for (int listSize : new int[] {32, 128}) {
      assertThat(VamanaBuilderTest.recall(partitioned, rows, queries, 10, listSize))
          .isGreaterThan(VamanaBuilderTest.recall(incremental, rows, queries, 10, listSize) - 0.01);
    }
  }

  @Test
  void aCancelledBuildEndsWhereverItIs() {
    Rows rows = Rows.gaussian(5000, 4, 12);
    AtomicInteger polls = new AtomicInteger();
    for (int limit = 1; limit < 300; limit += 13) {
      int most = limit;
      polls.set(0);
      VamanaBuilder builder =
          new VamanaBuilder(rows, SMALL, 2, () -> polls.incrementAndGet() > most);
      assertThatThrownBy(builder::finish)
          .isInstanceOf(InterruptedIOException.class)
          .hasMessageContaining("cancelled");
    }
  }

  @Test
  void aBuildAllocatesNoMoreThanItsFormulaSays() throws Exception {
    for (int dimension : new int[] {8, 100}) {
      Rows rows = Rows.gaussian(6_000, dimension, 17);
      long least = VamanaBuilder.bytes(rows.size(), dimension, DEFAULTS, 1);
      // What is freed before the peak is not in the formula: the keys of copies, and partitions
      // before their edges are reversed.
      long reversed = BackEdges.bytes(rows.size(), rows.size() * DEFAULTS.maxDegree());
      long partitions = PartitionedCandidates.leastBytes(rows.size(), dimension, DEFAULTS, 1);
      long garbage =
          Copies.bytes(rows.size(), dimension, 1) + Math.min(reversed, partitions) + (1L << 20);
      assertThat(leastAllocated(rows, least, least + garbage)).isLessThan(least + garbage);
    }
  }

  private static long leastAllocated(Rows rows, long memory, long enough) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int build = 0; build < 20 && least > enough; build++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      build(rows, DEFAULTS, 1, memory);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
