/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.omendb.index.graph.Graph;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentSearcherTest {
  private static final int ROWS = 6000;
  private static final int DIMENSION = 30;
  private static final int QUERIES = 100;

  @TempDir static Path dir;
  private static float[][] rows;
  private static float[][] queries;
  private static final Map<Metric, Segment> SEGMENTS = new EnumMap<>(Metric.class);

  private final Neighbors out = new Neighbors(10);
  private final SearchStats stats = new SearchStats();

  @BeforeAll
  static void build() throws IOException {
    float[][] all = Fixtures.clusteredRows(ROWS + QUERIES, DIMENSION, 40, 1);
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

  private static int listSize(Metric metric, int k) {
    return SEGMENTS.get(metric).info().recall().listSizeFor(0.95, k);
  }

  @ParameterizedTest
  @CsvSource({
    "L2, 10",
    "COSINE, 10",
    "INNER_PRODUCT, 10",
    "L2, 1",
    "L2, 30",
    "L2, 100",
    "COSINE, 50"
  })
  void reachesTheRecallThatWasAskedFor(Metric metric, int k) {
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    double recall = 0;
    for (float[] query : queries) {
      searcher.search(query, k, new SearchParams(listSize(metric, k)), null, out, stats);
      assertAscending(metric, query, k);
      recall += Fixtures.recall(rows, query, metric, k, null, out) / QUERIES;
    }
    assertThat(recall).isGreaterThanOrEqualTo(0.95);
    assertThat(stats.hops).isPositive();
  }

  private void assertAscending(Metric metric, float[] query, int size) {
    assertThat(out.size()).isEqualTo(size);
    for (int i = 0; i < size; i++) {
      double distance = Fixtures.distance(metric, query, rows[out.ordinal(i)]);
      assertThat((double) out.distance(i))
          .isCloseTo(
              distance, org.assertj.core.data.Offset.offset(1e-5 * Math.abs(distance) + 1e-4));
      if (i > 0) {
        assertThat(Float.compare(out.distance(i - 1), out.distance(i))).isLessThanOrEqualTo(0);
        assertThat(out.distance(i - 1) < out.distance(i) || out.ordinal(i - 1) < out.ordinal(i))
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void readsNoFullVectorBeforeTheRerank(Metric metric) {
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    for (float[] query : queries) {
      searcher.search(query, 10, new SearchParams(40), null, out, stats);
    }
    assertThat(stats.fullReadsBeforeRerank).isZero();
    assertThat(stats.searches).isEqualTo(QUERIES);
    assertThat(stats.walks).isEqualTo(QUERIES);
    assertThat(stats.exactDistances).isEqualTo(40L * QUERIES);
    assertThat(stats.hops).isGreaterThanOrEqualTo(40L * QUERIES);
    assertThat(stats.estimates).isBetween(stats.hops, (long) ROWS * QUERIES);
  }

  @Test
  void countsAVectorThatIsReadTooEarly() {
    Segment segment = SEGMENTS.get(Metric.L2);
    Reranker reranker = new Reranker(segment.vectors(), Metric.L2);
    Graph peeking =
        new Graph() {
          @Override
          public int size() {
            return segment.graph().size();
          }

          @Override
          public int maxDegree() {
            return segment.graph().maxDegree();
          }

          @Override
          public int entryPoint() {
            return segment.graph().entryPoint();
          }

          @Override
          public int neighbors(int node, int[] dst) {
            reranker.add(node);
            reranker.finish(out);
            return segment.graph().neighbors(node, dst);
          }
        };
    GraphSearch walk =
        new GraphSearch(
            peeking, segment.nodeOrder(), segment.codes(), segment.quantizer(), Metric.L2);
    reranker.start(queries[0], 10);
    walk.search(queries[0], 20, reranker, stats);
    assertThat(stats.fullReadsBeforeRerank).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "L2, 0.5",
    "L2, 0.1",
    "L2, 0.01",
    "L2, 0.001",
    "COSINE, 0.5",
    "INNER_PRODUCT, 0.5",
    "INNER_PRODUCT, 0.1"
  })
  void filteredSearchKeepsItsRecall(Metric metric, double share) {
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    Random random = new Random(5);
    double recall = 0;
    for (float[] query : queries) {
      BitSet accept = new BitSet();
      for (int i = 0; i < ROWS; i++) {
        accept.set(i, random.nextDouble() < share);
      }
      searcher.search(query, 10, new SearchParams(listSize(metric, 10)), accept, out, stats);
      assertThat(out.size()).isEqualTo(Math.min(10, accept.cardinality()));
      for (int i = 0; i < out.size(); i++) {
        assertThat(accept.get(out.ordinal(i))).isTrue();
      }
      if (!accept.isEmpty()) {
        recall += Fixtures.recall(rows, query, metric, 10, accept, out) / QUERIES;
      } else {
        recall += 1.0 / QUERIES;
      }
    }
    assertThat(recall).isGreaterThanOrEqualTo(0.94);
  }

  /** Rows come in clusters; a cluster stands for a label. */
  private static BitSet cluster(float[] member, int size) {
    double bound = Fixtures.nearest(rows, member, Metric.L2, size, null)[size - 1];
    BitSet accept = new BitSet();
    for (int i = 0; i < ROWS; i++) {
      accept.set(i, Fixtures.distance(Metric.L2, member, rows[i]) <= bound);
    }
    return accept;
  }

  @ParameterizedTest
  @CsvSource({"3000, 0", "3000, 1", "1000, 0", "1000, 1", "100, 0", "100, 1"})
  void filterOnTheQuerysClusterOrOnAnotherKeepsItsRecall(int size, int shift) {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    double recall = 0;
    for (int q = 0; q < QUERIES; q++) {
      BitSet accept = cluster(queries[(q + shift) % QUERIES], size);
      searcher.search(queries[q], 10, new SearchParams(16), accept, out, stats);
      assertThat(out.size()).isEqualTo(10);
      recall += Fixtures.recall(rows, queries[q], Metric.L2, 10, accept, out) / QUERIES;
    }
    assertThat(recall).isGreaterThanOrEqualTo(0.95);
  }

  @ParameterizedTest
  @CsvSource({"4000, 1, 1, 0, 0", "2600, 1, 1, 0, 0", "500, 0, 0, 1, 0", "60, 0, 0, 0, 1"})
  void numberOfEligibleRowsChoosesTheWay(
      int eligible, long walks, long filteredWalks, long codeScans, long exactScans) {
    BitSet accept = new BitSet();
    for (int i = 0; i < eligible; i++) {
      accept.set((int) ((long) i * ROWS / eligible));
    }
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    searcher.search(queries[0], 10, new SearchParams(16), accept, out, stats);
    assertThat(stats.searches).isEqualTo(1);
    assertThat(stats.walks).as("without the filter").isEqualTo(walks);
    assertThat(stats.filteredWalks).isEqualTo(filteredWalks);
    assertThat(stats.codeScans).isEqualTo(codeScans);
    assertThat(stats.exactScans).isEqualTo(exactScans);
    if (exactScans > 0) {
      assertThat(stats.exactDistances).isEqualTo(eligible);
      assertThat(stats.estimates).isZero();
    } else {
      assertThat(stats.exactDistances).isEqualTo(codeScans > 0 ? 48 : 24);
      assertThat(stats.estimates).isLessThanOrEqualTo((1 + filteredWalks) * eligible);
    }
    assertThat(stats.fullReadsBeforeRerank).isZero();
  }

  @Test
  void filterThatAcceptsEveryRowIsNone() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    BitSet all = new BitSet();
    all.set(0, ROWS);
    searcher.search(queries[0], 10, new SearchParams(24), all, out, stats);
    Neighbors plain = new Neighbors(10);
    searcher.search(queries[0], 10, new SearchParams(24), null, plain, stats);
    assertThat(stats.walks).isEqualTo(2);
    for (int i = 0; i < 10; i++) {
      assertThat(out.ordinal(i)).isEqualTo(plain.ordinal(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.97, 0, 0.95", "0.8, 0, 0.8", "0.5, 20, 0.95", "0.4, 20, 0.95"})
  void filterThatAcceptsOnlyTheFarRowsKeepsItsRecall(double share, int scans, double least) {
    Metric metric = Metric.L2;
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    double recall = 0;
    for (int q = 0; q < 20; q++) {
      float[] query = queries[q];
      BitSet accept = far(query, share);
      searcher.search(query, 10, new SearchParams(16), accept, out, stats);
      assertThat(out.size()).isEqualTo(10);
      recall += Fixtures.recall(rows, query, metric, 10, accept, out) / 20;
    }
    assertThat(stats.codeScans).isEqualTo(scans);
    assertThat(stats.filteredWalks == 0).isEqualTo(scans > 0);
    assertThat(recall).isGreaterThanOrEqualTo(least);
  }

  /** The rows that are farthest from a query, a share of all. */
  private BitSet far(float[] query, double share) {
    double[] distances = Fixtures.nearest(rows, query, Metric.L2, ROWS, null);
    double bound = distances[(int) ((1 - share) * ROWS)];
    BitSet far = new BitSet();
    for (int i = 0; i < ROWS; i++) {
      far.set(i, Fixtures.distance(Metric.L2, query, rows[i]) > bound);
    }
    return far;
  }

  @Test
  void givesAllEligibleRowsWhenKIsLarger() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    searcher.search(queries[0], ROWS + 5, new SearchParams(16), null, out, stats);
    assertThat(out.size()).isEqualTo(ROWS);
    BitSet accept = new BitSet();
    accept.set(17);
    accept.set(ROWS - 1);
    searcher.search(queries[0], 10, new SearchParams(16), accept, out, stats);
    assertThat(out.size()).isEqualTo(2);
    searcher.search(queries[0], 10, new SearchParams(16), new BitSet(), out, stats);
    assertThat(out.size()).isZero();
    searcher.search(queries[0], 3000, new SearchParams(16), null, out, stats);
    assertThat(out.size()).isEqualTo(3000);
  }

  @Test
  void widensTheBeamToK() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    searcher.search(queries[0], 60, new SearchParams(1), null, out, stats);
    assertThat(out.size()).isEqualTo(60);
    assertThat(stats.exactDistances).isEqualTo(60);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void allocatesNothingPerQueryOnceWarm(Metric metric) {
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    SearchParams params = new SearchParams(48);
    BitSet half = new BitSet();
    BitSet few = new BitSet();
    for (int i = 0; i < ROWS; i += 2) {
      half.set(i);
      few.set(i / 50);
    }
    BitSet far = far(queries[0], 0.8);
    float[] flat = flat(queries);
    Neighbors[] outs = buffers(QUERIES);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 30 && allocated > 0; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (float[] query : queries) {
        searcher.search(query, 10, params, null, out, stats);
        searcher.search(query, 10, params, half, out, stats);
        searcher.search(query, 10, params, few, out, stats);
        searcher.search(query, 10, params, far, out, stats);
        searcher.searchRange(query, 60f, 500, params, null, out, stats);
        searcher.searchRange(query, 60f, 500, params, half, out, stats);
      }
      searcher.searchBatch(flat, QUERIES, 10, params, null, outs, stats);
      searcher.searchBatch(flat, QUERIES, 10, params, half, outs, stats);
      allocated = threads.getThreadAllocatedBytes(thread) - before;
    }
    assertThat(allocated).isZero();
  }

  private static float[] flat(float[][] queries) {
    float[] flat = new float[queries.length * DIMENSION];
    for (int q = 0; q < queries.length; q++) {
      System.arraycopy(queries[q], 0, flat, q * DIMENSION, DIMENSION);
    }
    return flat;
  }

  private static Neighbors[] buffers(int count) {
    Neighbors[] buffers = new Neighbors[count];
    Arrays.setAll(buffers, i -> new Neighbors(10));
    return buffers;
  }

  @ParameterizedTest
  @CsvSource({"L2, 1", "COSINE, 1", "INNER_PRODUCT, 1", "L2, 2", "L2, 10", "L2, 100"})
  void aBatchAnswersAsWellAsItsQueriesOneByOne(Metric metric, int every) {
    BitSet accept = every == 1 ? null : new BitSet();
    for (int i = 0; i < ROWS && accept != null; i += every) {
      accept.set(i);
    }
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    SearchParams params = new SearchParams(listSize(metric, 10));
    Neighbors[] outs = buffers(QUERIES);
    searcher.searchBatch(flat(queries), QUERIES, 10, params, accept, outs, stats);
    assertThat(stats.searches).isEqualTo(QUERIES);
    SegmentSearcher another = SEGMENTS.get(metric).newSearcher();
    Neighbors[] again = buffers(QUERIES);
    another.searchBatch(flat(queries), QUERIES, 10, params, accept, again, stats);
    double one = 0;
    double batch = 0;
    for (int q = 0; q < QUERIES; q++) {
      assertThat(outs[q].size()).isEqualTo(10);
      for (int i = 0; i < 10; i++) {
        assertThat(again[q].ordinal(i)).isEqualTo(outs[q].ordinal(i));
      }
      batch += Fixtures.recall(rows, queries[q], metric, 10, accept, outs[q]) / QUERIES;
      searcher.search(queries[q], 10, params, accept, out, stats);
      another.search(queries[q], 10, params, accept, again[0], stats);
      one += Fixtures.recall(rows, queries[q], metric, 10, accept, out) / QUERIES;
    }
    assertThat(batch).isGreaterThanOrEqualTo(0.95);
    assertThat(batch).isGreaterThanOrEqualTo(one - 0.005);
  }

  /**
   * The recall that a segment states is that of queries like its rows. This is what is left of it
   * for queries from elsewhere, at the list size for 0.95.
   */
  @ParameterizedTest
  @CsvSource({"L2, 0.75", "COSINE, 0.65", "INNER_PRODUCT, 0.75"})
  void queriesFromAnotherDistributionLoseSomeRecall(Metric metric, double least) {
    SegmentSearcher searcher = SEGMENTS.get(metric).newSearcher();
    SearchParams params = new SearchParams(listSize(metric, 10));
    Random random = new Random(9);
    double noise = 0;
    double other = 0;
    float[][] others = Fixtures.clusteredRows(QUERIES, DIMENSION, 40, 77);
    for (int q = 0; q < QUERIES; q++) {
      float[] query = new float[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        query[j] = 20 * random.nextFloat() - 10;
      }
      searcher.search(query, 10, params, null, out, stats);
      noise += Fixtures.recall(rows, query, metric, 10, null, out) / QUERIES;
      searcher.search(others[q], 10, params, null, out, stats);
      other += Fixtures.recall(rows, others[q], metric, 10, null, out) / QUERIES;
    }
    assertThat(noise).as("uniform noise; other clusters: %s", other).isGreaterThanOrEqualTo(least);
    assertThat(other).as("other clusters; uniform noise: %s", noise).isGreaterThanOrEqualTo(least);
  }

  @Test
  void aSearchAfterABatchIsAsOneBefore() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    SearchParams params = new SearchParams(16);
    SearchStats before = new SearchStats();
    searcher.search(queries[3], 10, params, null, out, before);
    searcher.searchBatch(flat(queries), QUERIES, 10, params, null, buffers(QUERIES), stats);
    SearchStats after = new SearchStats();
    searcher.search(queries[3], 10, params, null, out, after);
    assertThat(after.estimates).isEqualTo(before.estimates);
    searcher.searchBatch(new float[0], 0, 10, params, null, buffers(0), after);
    assertThat(after.searches).isEqualTo(1);
  }

  @Test
  void aBatchMayHoldZeroQueriesUnderCosine() {
    float[] flat = flat(queries);
    Arrays.fill(flat, 0, DIMENSION, 0f);
    Neighbors[] outs = buffers(QUERIES);
    SegmentSearcher searcher = SEGMENTS.get(Metric.COSINE).newSearcher();
    searcher.searchBatch(flat, QUERIES, 10, new SearchParams(32), null, outs, stats);
    assertThat(outs[0].size()).isZero();
    assertThat(outs[1].size()).isEqualTo(10);
  }

  @Test
  void refusesBatchesItCannotAnswer() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    SearchParams params = new SearchParams(16);
    float[] flat = flat(queries);
    Neighbors[] outs = buffers(2);
    assertThatThrownBy(() -> searcher.searchBatch(flat, 3, 1, params, null, outs, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 queries of 30 floats do not fit 3000 floats and 2 buffers");
    assertThatThrownBy(() -> searcher.searchBatch(flat, 2, 0, params, null, outs, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("k must be at least 1, was 0");
    flat[DIMENSION + 4] = Float.NaN;
    assertThatThrownBy(() -> searcher.searchBatch(flat, 2, 1, params, null, outs, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("component 4 of query 1 is NaN");
  }

  @Test
  void zeroQueryUnderCosineIsNearToNothing() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.COSINE).newSearcher();
    searcher.search(new float[DIMENSION], 10, new SearchParams(16), null, out, stats);
    assertThat(out.size()).isZero();
    SegmentSearcher l2 = SEGMENTS.get(Metric.L2).newSearcher();
    l2.search(new float[DIMENSION], 10, new SearchParams(64), null, out, stats);
    assertThat(out.size()).isEqualTo(10);
  }

  @Test
  void refusesWhatItCannotAnswer() {
    SegmentSearcher searcher = SEGMENTS.get(Metric.L2).newSearcher();
    SearchParams params = new SearchParams(16);
    assertThatThrownBy(() -> searcher.search(new float[3], 1, params, null, out, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the query has 3 floats, the segment's vectors have 30");
    float[] query = queries[0].clone();
    query[4] = Float.NaN;
    assertThatThrownBy(() -> searcher.search(query, 1, params, null, out, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("component 4 of the query is NaN");
    assertThatThrownBy(() -> searcher.search(queries[0], 0, params, null, out, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("k must be at least 1, was 0");
    BitSet beyond = new BitSet();
    beyond.set(ROWS);
    assertThatThrownBy(() -> searcher.search(queries[0], 1, params, beyond, out, stats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 6000 of a segment of 6000 rows");
  }
}
