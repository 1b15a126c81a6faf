/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cost, way and quality of searches of a segment on fixed data, as a file that is reviewed like
 * code. Coordinates are small integers and a subspace has fewer different points than centroids, so
 * codes and sums are exact and the figures are the same on every machine. Run with {@code
 * -Dbaseline=overwrite} to accept new figures.
 */
class SearchBaselineTest {
  private static final Path BASELINE = Path.of("src/test/resources/baselines/search.json");
  private static final int ROWS = 12_000;
  private static final int DIMENSION = 12;
  private static final int BOUND = 12;
  private static final int QUERIES = 200;
  private static final int K = 10;
  private static final int[] LIST_SIZES = {16, 48};
  private static final int[] PER_MILLE = {500, 100, 10, 1};

  @TempDir Path dir;
  private float[][] rows;

  private static float[][] integers(int n, int from, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[n][DIMENSION];
    for (float[] row : rows) {
      for (int j = 0; j < DIMENSION; j++) {
        row[j] = from + random.nextInt(BOUND);
      }
    }
    return rows;
  }

  @Test
  void costWayAndQualityAreThoseOfTheBaseline() throws IOException {
    rows = integers(ROWS, 0, 1);
    float[][] queries = integers(QUERIES, 0, 2);
    List<String> cases = new ArrayList<>();
    for (int subspaces : new int[] {6, 0}) {
      measure(subspaces, queries, cases);
    }
    String actual = cases.stream().collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    if ("overwrite".equals(System.getProperty("baseline"))) {
      Files.writeString(BASELINE, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(BASELINE));
  }

  /** Codes of 6 bytes by product quantization, or those that a build takes for such rows. */
  private void measure(int subspaces, float[][] queries, List<String> cases) throws IOException {
    IndexConfig config = new IndexConfig(DIMENSION, Metric.L2, 24, 60, 1.2f, subspaces, 3);
    Fixtures.build(dir.resolve("s.omx"), rows, config, 1);
    try (Segment segment = Segment.open(dir.resolve("s.omx"))) {
      for (int listSize : LIST_SIZES) {
        cases.add(measure(segment, "one by one", queries, null, listSize, false));
        cases.add(measure(segment, "batch", queries, null, listSize, true));
        float[][] elsewhere = integers(QUERIES, BOUND, 4);
        cases.add(measure(segment, "queries from elsewhere", elsewhere, null, listSize, false));
        for (int perMille : PER_MILLE) {
          String name = "filter, " + perMille + " of 1000";
          cases.add(measure(segment, name, queries, spread(perMille), listSize, false));
        }
        cases.add(measure(segment, "filter, a corner", queries, corner(), listSize, false));
      }
    }
  }

  private static BitSet spread(int perMille) {
    Random random = new Random(perMille);
    BitSet accept = new BitSet();
    for (int i = 0; i < ROWS; i++) {
      accept.set(i, random.nextInt(1000) < perMille);
    }
    return accept;
  }

  /** About a quarter of the rows, all on one side. */
  private BitSet corner() {
    BitSet accept = new BitSet();
    for (int i = 0; i < ROWS; i++) {
      accept.set(i, rows[i][0] < BOUND / 2 && rows[i][1] < BOUND / 2);
    }
    return accept;
  }

  /** Sums over all queries; a hit is a row no further than the tenth nearest. */
  private String measure(
      Segment segment, String name, float[][] queries, BitSet accept, int listSize, boolean batch) {
    SegmentSearcher searcher = segment.newSearcher();
    SearchParams params = new SearchParams(listSize);
    SearchStats stats = new SearchStats();
    Neighbors[] found = new Neighbors[QUERIES];
    Arrays.setAll(found, i -> new Neighbors(K));
    if (batch) {
      float[] flat = new float[QUERIES * DIMENSION];
      for (int q = 0; q < QUERIES; q++) {
        System.arraycopy(queries[q], 0, flat, q * DIMENSION, DIMENSION);
      }
      searcher.searchBatch(flat, QUERIES, K, params, accept, found, stats);
    } else {
      for (int q = 0; q < QUERIES; q++) {
        searcher.search(queries[q], K, params, accept, found[q], stats);
      }
    }
    double recall = 0;
    for (int q = 0; q < QUERIES; q++) {
      recall += Fixtures.recall(rows, queries[q], Metric.L2, K, accept, found[q]) / QUERIES;
    }
    return String.format(
        Locale.ROOT,
        "  {\"codes\": \"%s\", \"search\": \"%s\",\n"
            + "   \"listSize\": %d, \"eligible\": %d, \"recall\": %.4f,\n"
            + "   \"walks\": %d, \"filteredWalks\": %d, \"codeScans\": %d, \"exactScans\": %d,\n"
            + "   \"hops\": %d, \"estimates\": %d, \"exactDistances\": %d}",
        segment.quantizer() instanceof ProductQuantizer ? "product" : "transform",
        name,
        listSize,
        accept == null ? ROWS : accept.cardinality(),
        recall,
        stats.walks,
        stats.filteredWalks,
        stats.codeScans,
        stats.exactScans,
        stats.hops,
        stats.estimates,
        stats.exactDistances);
  }
}
