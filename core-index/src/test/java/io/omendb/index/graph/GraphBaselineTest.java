/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The algorithm's cost and quality on fixed data, as a file that is reviewed like code. Coordinates
 * are small integers, so every sum is exact and the figures are the same on every machine. Run with
 * {@code -Dbaseline=overwrite} to accept new figures.
 */
class GraphBaselineTest {
  private static final Path BASELINE = Path.of("src/test/resources/baselines/graph.json");
  private static final int K = 10;
  private static final int QUERIES = 200;
  private static final int[] LIST_SIZES = {10, 20, 40, 80};

  @Test
  void costAndQualityAreThoseOfTheBaseline() throws Exception {
    GraphConfig narrow = new GraphConfig(12, 40, 1.2f, 1);
    GraphConfig wide = new GraphConfig(32, 100, 1.2f, 1);
    List<String> cases = new ArrayList<>();
    cases.add(measure("grid, 60 x 60", grid(60), Rows.integers(QUERIES, 2, 60, 2), narrow));
    cases.add(uniform(4000, 8, 100, narrow));
    cases.add(uniform(4000, 24, 256, wide));
    cases.add(uniform(4000, 3, 8, narrow));
    cases.add(
        measure(
            "all equal", new Rows(new float[4000], 1), new Rows(new float[QUERIES], 1), narrow));
    String actual = cases.stream().collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    if ("overwrite".equals(System.getProperty("baseline"))) {
      Files.createDirectories(BASELINE.getParent());
      Files.writeString(BASELINE, actual);
    }
    assertThat(actual).isEqualTo(stored());
  }

  private static String stored() throws IOException {
    return Files.readString(BASELINE, StandardCharsets.UTF_8);
  }

  private static String uniform(int size, int dimension, int bound, GraphConfig config)
      throws IOException {
    String name = "uniform, " + dimension + " dimensions below " + bound;
    return measure(
        name,
        Rows.integers(size, dimension, bound, 3),
        Rows.integers(QUERIES, dimension, bound, 4),
        config);
  }

  private static Rows grid(int side) {
    float[] values = new float[side * side * 2];
    int at = 0;
    for (int x = 0; x < side; x++) {
      for (int y = 0; y < side; y++) {
        values[at++] = x;
        values[at++] = y;
      }
    }
    return new Rows(values, 2);
  }

  private static String measure(String name, Rows rows, Rows queries, GraphConfig config)
      throws IOException {
    List<String> builders = new ArrayList<>();
    for (GraphBuilder builder : GraphBuilder.values()) {
      builders.add(measureBuilder(name, rows, queries, config.with(builder)));
    }
    return String.join(",\n", builders);
  }

  private static String measureBuilder(String name, Rows rows, Rows queries, GraphConfig config)
      throws IOException {
    ArrayGraph graph = new VamanaBuilder(rows, config, 2, () -> false).finish();
    long edges = 0;
    int widest = 0;
    for (int node = 0; node < graph.size(); node++) {
      edges += graph.degree(node);
      widest = Math.max(widest, graph.degree(node));
    }
    List<String> searches = new ArrayList<>();
    for (int listSize : LIST_SIZES) {
      searches.add(search(rows, queries, graph, listSize));
    }
    return String.format(
        Locale.ROOT,
        "  {\"rows\": \"%s\", \"builder\": \"%s\", \"count\": %d,\n"
            + "   \"maxDegree\": %d, \"buildListSize\": %d, \"edges\": %d, \"widest\": %d, \"searches\": [\n%s]}",
        name,
        config.builder(),
        rows.size(),
        config.maxDegree(),
        config.buildListSize(),
        edges,
        widest,
        String.join(",\n", searches));
  }

  /** Sums over all queries; a hit is a row no further than the tenth nearest. */
  private static String search(Rows rows, Rows queries, ArrayGraph graph, int listSize) {
    BeamSearch beam = new BeamSearch(graph.size(), graph.maxDegree(), listSize);
    long hops = 0;
    long distances = 0;
    long hits = 0;
    float[] bound = new float[1];
    for (int q = 0; q < queries.size(); q++) {
      int[] nearest = rows.nearest(queries, q, K);
      rows.scorer(queries, q).distances(new int[] {nearest[K - 1]}, 1, bound);
      beam.search(graph, rows.scorer(queries, q), new int[] {graph.entryPoint()}, 1, listSize);
      hops += beam.hops();
      distances += beam.distances();
      Set<Integer> found = new HashSet<>();
      for (int i = 0; i < Math.min(K, beam.size()); i++) {
        if (beam.distance(i) <= bound[0]) {
          found.add(beam.ordinal(i));
        }
      }
      hits += found.size();
    }
    return String.format(
        Locale.ROOT,
        "     {\"listSize\": %d, \"hops\": %d, \"distances\": %d, \"hits\": %d, \"recall\": %.4f}",
        listSize,
        hops,
        distances,
        hits,
        (double) hits / (K * queries.size()));
  }
}
