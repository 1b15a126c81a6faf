/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.omendb.index.vector.Scorer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BeamSearchTest {
  private static ArrayGraph complete(int size) {
    ArrayGraph graph = new ArrayGraph(size, size);
    for (int node = 0; node < size; node++) {
      graph.setNeighbors(node, IntStream.range(0, size).toArray(), size);
    }
    graph.setEntryPoint(0);
    return graph;
  }

  private static int[] found(BeamSearch search) {
    return IntStream.range(0, search.size()).map(search::ordinal).toArray();
  }

  @Property(tries = 200)
  void findsTheNearestOnACompleteGraph(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int size,
      @ForAll @IntRange(min = 1, max = 80) int listSize) {
    Rows rows = Rows.gaussian(size, 3, seed);
    Rows query = Rows.gaussian(1, 3, seed + 1);
    BeamSearch search = new BeamSearch(size, size, 4);
    int count = search.search(complete(size), rows.scorer(query, 0), new int[] {0}, 1, listSize);
    assertThat(count).isEqualTo(Math.min(size, listSize));
    assertThat(found(search)).containsExactly(rows.nearest(query, 0, listSize));
    assertThat(search.distances()).isEqualTo(size);
    for (int i = 0; i < count; i++) {
      float[] exact = new float[1];
      rows.scorer(query, 0).distances(new int[] {search.ordinal(i)}, 1, exact);
      assertThat(search.distance(i)).isEqualTo(exact[0]);
    }
  }

  @Property(tries = 200)
  void findsTheNearestThatPassOnACompleteGraph(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int size,
      @ForAll @IntRange(min = 1, max = 80) int listSize) {
    Rows rows = Rows.gaussian(size, 3, seed);
    Rows query = Rows.gaussian(1, 3, seed + 1);
    BitSet accept = new BitSet();
    Random random = new Random(seed);
    for (int node = 0; node < size; node++) {
      accept.set(node, random.nextBoolean());
    }
    accept.set(size - 1);
    int passing = accept.cardinality();
    BeamSearch search = new BeamSearch(size, size, 4);
    int[] entries = {0, size - 1};
    int count =
        search.search(complete(size), rows.scorer(query, 0), entries, 2, listSize, accept, passing);
    int[] nearest =
        Arrays.stream(rows.nearest(query, 0, size)).filter(accept::get).limit(listSize).toArray();
    assertThat(count).isEqualTo(nearest.length);
    assertThat(found(search)).containsExactly(nearest);
    assertThat(search.distances()).isEqualTo(passing);
  }

  @Property(tries = 50)
  void searchesOnFromThePassingNodesThatItKept(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int size,
      @ForAll @IntRange(min = 1, max = 80) int listSize,
      @ForAll @IntRange(min = 1, max = 80) int keep) {
    Rows rows = Rows.gaussian(size, 3, seed);
    Rows query = Rows.gaussian(1, 3, seed + 1);
    BitSet accept = new BitSet();
    Random random = new Random(seed);
    for (int node = 0; node < size; node++) {
      accept.set(node, random.nextBoolean());
    }
    accept.set(size - 1);
    int passing = accept.cardinality();
    BeamSearch search = new BeamSearch(size, size, 4);
    int[] entries = {0, size - 1};
    int place = 1 + random.nextInt(keep);
    int nearer =
        search.searchAround(
            complete(size), rows.scorer(query, 0), entries, 2, listSize, accept, keep, place);
    int[] passingNodes = Arrays.stream(rows.nearest(query, 0, size)).filter(accept::get).toArray();
    assertThat(nearer)
        .isEqualTo(
            place > passing
                ? Integer.MAX_VALUE
                : rank(passingNodes[place - 1], rows.nearest(query, 0, size)));
    assertThat(search.size()).as("without the filter").isEqualTo(Math.min(size, listSize));
    int count = search.searchOn(complete(size), rows.scorer(query, 0), accept, passing);
    int[] nearest = Arrays.copyOf(passingNodes, Math.min(keep, passing));
    assertThat(count).isEqualTo(nearest.length);
    assertThat(found(search)).containsExactly(nearest);
  }

  private static int rank(int node, int[] nodes) {
    return IntStream.range(0, nodes.length).filter(i -> nodes[i] == node).findFirst().orElseThrow();
  }

  @Example
  void walksAPathHopByHopAndCountsIt() {
    ArrayGraph path = new ArrayGraph(10, 2);
    for (int node = 0; node < 10; node++) {
      path.setNeighbors(node, new int[] {Math.max(0, node - 1), Math.min(9, node + 1)}, 2);
    }
    BeamSearch search = new BeamSearch(10, 2, 3);
    search.search(path, (ords, n, out) -> fill(ords, n, out, 7), new int[] {0}, 1, 3);
    assertThat(found(search)).containsExactly(7, 6, 8);
    assertThat(search.hops()).isEqualTo(9);
    assertThat(search.distances()).isEqualTo(10);
    assertThat(IntStream.range(0, 9).map(i -> Candidate.ordinal(search.expanded(i))))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  private static void fill(int[] ordinals, int n, float[] out, int goal) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.abs(ordinals[i] - goal);
    }
  }

  @Example
  void repeatedAndManyEntryPointsCountOnce() {
    ArrayGraph isolated = new ArrayGraph(9, 2);
    BeamSearch search = new BeamSearch(9, 2, 4);
    int[] entries = {4, 4, 1, 4, 8, 3, 3};
    search.search(isolated, (ords, n, out) -> fill(ords, n, out, 0), entries, 7, 4);
    assertThat(found(search)).containsExactly(1, 3, 4, 8);
    assertThat(search.distances()).isEqualTo(4);
  }

  @Example
  void negativeDistancesAndTiesComeInOrderOfDistanceThenOrdinal() {
    float[] distances = {0.5f, -3f, -3f, -7.5f, 0f, -3f};
    BeamSearch search = new BeamSearch(6, 6, 5);
    Scorer scorer =
        (ords, n, out) -> {
          for (int i = 0; i < n; i++) {
            out[i] = distances[ords[i]];
          }
        };
    search.search(complete(6), scorer, new int[] {0}, 1, 5);
    assertThat(found(search)).containsExactly(3, 1, 2, 5, 4);
    assertThat(search.distance(0)).isEqualTo(-7.5f);
  }

  @Example
  void nanIsNobodysNeighbourWhileThereAreOthers() {
    BeamSearch search = new BeamSearch(6, 6, 3);
    Scorer scorer =
        (ords, n, out) -> {
          for (int i = 0; i < n; i++) {
            out[i] = ords[i] % 2 == 0 ? Float.NaN : ords[i];
          }
        };
    search.search(complete(6), scorer, new int[] {0}, 1, 3);
    assertThat(found(search)).containsExactly(1, 3, 5);
  }

  @Example
  void anEmptyListOfEntryPointsFindsNothing() {
    BeamSearch search = new BeamSearch(5, 5, 3);
    assertThat(search.search(complete(5), (o, n, out) -> {}, new int[0], 0, 3)).isZero();
  }

  @Example
  void refusesAGraphThatItsScratchCannotHold() {
    BeamSearch search = new BeamSearch(64, 3, 3);
    ArrayGraph wide = new ArrayGraph(64, 4);
    assertThatThrownBy(() -> search.search(wide, (o, n, out) -> {}, new int[] {0}, 1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("degree 4")
        .hasMessageContaining("degree 3");
    ArrayGraph large = new ArrayGraph(65, 3);
    assertThatThrownBy(() -> search.search(large, (o, n, out) -> {}, new int[] {0}, 1, 3))
        .isInstanceOf(IllegalArgumentException.class);
    ArrayGraph fitting = new ArrayGraph(64, 3);
    assertThatThrownBy(() -> search.search(fitting, (o, n, out) -> {}, new int[] {0}, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("listSize");
  }

  @Example
  void aSearchAllocatesNothing() throws Exception {
    Rows rows = Rows.gaussian(2000, 8, 1);
    Rows queries = Rows.gaussian(50, 8, 2);
    ArrayGraph graph =
        new VamanaBuilder(rows, new GraphConfig(8, 20, 1.2f, 3), 1, () -> false).finish();
    Scorer[] scorers =
        IntStream.range(0, 50).mapToObj(q -> rows.scorer(queries, q)).toArray(Scorer[]::new);
    BeamSearch search = new BeamSearch(graph.size(), graph.maxDegree(), 64);
    int[] entry = {graph.entryPoint()};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (Scorer scorer : scorers) {
        search.search(graph, scorer, entry, 1, 64);
      }
      allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(allocated).isZero();
  }
}
