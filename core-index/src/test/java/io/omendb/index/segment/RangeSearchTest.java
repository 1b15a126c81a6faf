/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RangeSearchTest {
  private static final int ROWS = 6000;
  private static final int DIMENSION = 24;
  private static final int QUERIES = 60;
  private static final SearchParams PARAMS = new SearchParams(24);

  @TempDir static Path dir;
  private static float[][] rows;
  private static float[][] queries;
  private static final Map<Metric, Segment> SEGMENTS = new EnumMap<>(Metric.class);

  private final Neighbors out = new Neighbors(10);
  private final Neighbors exact = new Neighbors(10);
  private final SearchStats stats = new SearchStats();

  @BeforeAll
  static void build() throws IOException {
    float[][] all = Fixtures.clusteredRows(ROWS + QUERIES, DIMENSION, 40, 11);
    rows = Arrays.copyOf(all, ROWS);
    queries = Arrays.copyOfRange(all, ROWS, all.length);
    for (Metric metric : Metric.values()) {
      Path file = dir.resolve(metric.optionName());
      Fixtures.build(file, rows, IndexConfig.defaults(DIMENSION, metric), 4096);
      SEGMENTS.put(metric, Segment.open(file));
    }
  }

  @AfterAll
  static void close() {
    SEGMENTS.values().forEach(Segment::close);
  }

  /** A distance within which there are {@code count} rows. */
  private static float distance(Metric metric, float[] query, int count, BitSet accept) {
    double[] nearest = Fixtures.nearest(rows, query, metric, count + 1, accept);
    return (float) ((nearest[count - 1] + nearest[count]) / 2);
  }

  @ParameterizedTest
  @CsvSource({
    "L2, 1",
    "L2, 10",
    "L2, 100",
    "L2, 2000",
    "COSINE, 10",
    "COSINE, 100",
    "INNER_PRODUCT, 10",
    "INNER_PRODUCT, 100"
  })
  void findsAlmostAllRowsWithinADistance(Metric metric, int count) {
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    SearchParams params =
        new SearchParams(SEGMENTS.get(metric).info().recall().listSizeFor(0.95, 10));
    long found = 0;
    for (float[] query : queries) {
      float maxDistance = distance(metric, query, count, null);
      searcher.searchRange(query, maxDistance, ROWS, params, null, out, stats);
      requireWithin(metric, query, maxDistance, null);
      found += out.size();
    }
    assertThat((double) found / count / QUERIES).isBetween(0.95, 1.0);
    assertThat(count > 100 ? stats.exactScans : stats.walks).isPositive();
    assertThat(stats.searches).isEqualTo(QUERIES);
    assertThat(stats.fullReadsBeforeRerank).isZero();
  }

  @ParameterizedTest
  @CsvSource({"2, 10", "2, 100", "10, 10", "10, 50", "300, 5"})
  void findsAlmostAllEligibleRowsWithinADistance(int every, int count) {
    BitSet accept = new BitSet();
    for (int i = 0; i < ROWS; i += every) {
      accept.set(i);
    }
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    long found = 0;
    for (float[] query : queries) {
      float maxDistance = distance(Metric.L2, query, count, accept);
      searcher.searchRange(query, maxDistance, ROWS, PARAMS, accept, out, stats);
      requireWithin(Metric.L2, query, maxDistance, accept);
      found += out.size();
    }
    assertThat((double) found / count / QUERIES).isBetween(0.95, 1.0);
    assertThat(every == 2 ? stats.filteredWalks : stats.exactScans).isPositive();
  }

  private void requireWithin(Metric metric, float[] query, float maxDistance, BitSet accept) {
    for (int i = 0; i < out.size(); i++) {
      assertThat(out.distance(i)).isLessThanOrEqualTo(maxDistance);
      assertThat(accept == null || accept.get(out.ordinal(i))).isTrue();
      double distance = Fixtures.distance(metric, query, rows[out.ordinal(i)]);
      assertThat((double) out.distance(i))
          .isCloseTo(
              distance, org.assertj.core.data.Offset.offset(1e-5 * Math.abs(distance) + 1e-4));
      assertThat(i == 0 || out.distance(i - 1) <= out.distance(i)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void exactSearchFindsAll(Metric metric) {
    ExactSearch search = new ExactSearch(SEGMENTS.get(metric), metric);
    BitSet odd = new BitSet();
    for (int i = 1; i < ROWS; i += 2) {
      odd.set(i);
    }
    for (float[] query : queries) {
      for (BitSet accept : new BitSet[] {null, odd}) {
        float maxDistance = distance(metric, query, 50, accept);
        search.searchRange(query, maxDistance, ROWS, accept, out, stats);
        assertThat(out.size()).isEqualTo(50);
        requireWithin(metric, query, maxDistance, accept);
        search.searchRange(query, maxDistance, 7, accept, exact, stats);
        assertThat(exact.size()).isEqualTo(7);
        for (int i = 0; i < 7; i++) {
          assertThat(exact.ordinal(i)).isEqualTo(out.ordinal(i));
        }
      }
    }
    assertThat(stats.exactScans).isEqualTo(4 * QUERIES);
  }

  @Test
  void theBoundIsIncludedAndTheCapKeepsTheNearest() {
    float[][] line = new float[5000][1];
    for (int i = 0; i < line.length; i++) {
      line[i][0] = i;
    }
    ExactSearch search = new ExactSearch(ExactSearchTest.reader(line, 1), Metric.L2, Kernels.BEST);
    search.searchRange(new float[] {100}, 9, 100, null, out, stats);
    assertThat(out.size()).isEqualTo(7);
    assertThat(out.distance(6)).isEqualTo(9f);
    search.searchRange(new float[] {100}, 8.99f, 100, null, out, stats);
    assertThat(out.size()).isEqualTo(5);
    search.searchRange(new float[] {100}, -1, 100, null, out, stats);
    assertThat(out.size()).isZero();
    search.searchRange(new float[] {100}, Float.POSITIVE_INFINITY, 5000, null, out, stats);
    assertThat(out.size()).isEqualTo(5000);
  }

  @Test
  void capsAndUnboundedDistancesHold() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    searcher.searchRange(queries[0], Float.POSITIVE_INFINITY, 50, PARAMS, null, out, stats);
    assertThat(out.size()).isEqualTo(50);
    assertThat(Fixtures.recall(rows, queries[0], Metric.L2, 50, null, out)).isEqualTo(1);
    searcher.searchRange(queries[0], Float.POSITIVE_INFINITY, ROWS, PARAMS, null, out, stats);
    assertThat(out.size()).isEqualTo(ROWS);
    searcher.searchRange(queries[0], -1, ROWS, PARAMS, null, out, stats);
    assertThat(out.size()).isZero();
    searcher.searchRange(queries[0], 1e9f, ROWS, PARAMS, new BitSet(), out, stats);
    assertThat(out.size()).isZero();
    SegmentSearcher cosine = SEGMENTS.get(Metric.COSINE).newSearcher();
    cosine.searchRange(new float[DIMENSION], 2, ROWS, PARAMS, null, out, stats);
    assertThat(out.size()).isZero();
  }

  @Test
  void refusesWhatItCannotAnswer() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    assertThatThrownBy(
            () -> searcher.searchRange(queries[0], Float.NaN, 5, PARAMS, null, out, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the largest distance is NaN");
    assertThatThrownBy(() -> searcher.searchRange(queries[0], 1, 0, PARAMS, null, out, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cap must be at least 1, was 0");
    ExactSearch search = new ExactSearch(SEGMENTS.get(Metric.L2), Metric.L2);
    assertThatThrownBy(() -> search.searchRange(queries[0], Float.NaN, 5, null, out, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("distance NaN");
  }
}
