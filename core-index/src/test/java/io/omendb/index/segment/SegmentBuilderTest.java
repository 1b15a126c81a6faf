/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentBuilderTest {
  @TempDir Path dir;
  private Path file;

  @BeforeEach
  void name() {
    file = dir.resolve("s.omx");
  }

  private SegmentBuilder builder(int dimension, Metric metric) throws IOException {
    return SegmentBuilder.create(
        file, IndexConfig.defaults(dimension, metric), Fixtures.TABLE, Fixtures.SEGMENT, 20);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void givesTheSameBytesAtAnyThreadCount(Metric metric) throws IOException {
    float[][] rows = Fixtures.clusteredRows(1500, 20, 8, 3);
    byte[] expected = null;
    for (int threads : new int[] {1, 2, 3, 7}) {
      Fixtures.build(file, rows, IndexConfig.defaults(20, metric), 100, threads);
      byte[] bytes = Files.readAllBytes(file);
      if (expected == null) {
        expected = bytes;
      }
      assertThat(Arrays.equals(bytes, expected)).isTrue();
    }
  }

  @Test
  void seedChangesTheGraph() throws IOException {
    float[][] rows = Fixtures.clusteredRows(300, 20, 8, 3);
    Fixtures.build(file, rows, new IndexConfig(20, Metric.L2, 8, 20, 1.2f, 4, 1L), 100);
    byte[] one = Files.readAllBytes(file);
    Fixtures.build(file, rows, new IndexConfig(20, Metric.L2, 8, 20, 1.2f, 4, 2L), 100);
    assertThat(Files.readAllBytes(file)).isNotEqualTo(one);
  }

  @Test
  void measuredRecallIsThatOfNewQueries() throws IOException {
    float[][] all = Fixtures.clusteredRows(3300, 24, 20, 4);
    float[][] rows = Arrays.copyOf(all, 3000);
    SegmentInfo info =
        Fixtures.build(file, rows, new IndexConfig(24, Metric.L2, 12, 30, 1.2f, 6, 1L), 100);
    RecallCurve.Point point = info.recall().points().get(0);
    assertThat(point.listSize()).isEqualTo(16);
    try (Segment segment = Segment.open(file)) {
      SegmentSearcher searcher = segment.newSearcher();
      Neighbors out = new Neighbors(10);
      double recall = 0;
      for (int i = 3000; i < all.length; i++) {
        searcher.search(all[i], 10, new SearchParams(16), null, out, new SearchStats());
        recall += Fixtures.recall(rows, all[i], Metric.L2, 10, null, out) / 300;
      }
      assertThat((double) point.recallAt10())
          .isCloseTo(recall, org.assertj.core.data.Offset.offset(0.05));
    }
  }

  @Test
  void curveEndsWhereNothingIsLeftToGain() throws IOException {
    SegmentInfo easy =
        Fixtures.build(
            file, Fixtures.clusteredRows(400, 4, 3, 4), IndexConfig.defaults(4, Metric.L2), 100);
    RecallCurve.Point last = easy.recall().points().get(easy.recall().points().size() - 1);
    assertThat(easy.recall().points()).hasSizeLessThan(11);
    assertThat(last.recallAt10()).isGreaterThanOrEqualTo(0.999f);
    assertThat(last.recallAt100()).isGreaterThanOrEqualTo(0.999f);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void answersOnDifficultShapesOfData(Metric metric) throws IOException {
    float[][] equal = new float[200][4];
    float[][] pairs = new float[200][4];
    float[][] far = new float[200][4];
    float[][] outlier = Fixtures.integerRows(200, 4, 1);
    for (int i = 0; i < 200; i++) {
      Arrays.fill(equal[i], 3f);
      pairs[i] = Fixtures.integerRows(1, 4, i / 2)[0];
      far[i] = Fixtures.integerRows(1, 4, i)[0];
      for (int j = 0; j < 4; j++) {
        far[i][j] += i < 100 ? 1e6f : -1e6f;
      }
    }
    Arrays.fill(outlier[77], 1e15f);
    for (float[][] rows : new float[][][] {equal, pairs, far, outlier}) {
      assertFindsWhatIsThere(rows, metric, 20);
      assertFindsWhatIsThere(rows, metric, 1000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 17, 31, 33, 1536})
  void answersInEveryDimension(int dimension) throws IOException {
    for (Metric metric : Fixtures.metrics()) {
      float[][] rows = Fixtures.integerRows(dimension > 100 ? 60 : 150, dimension, 2);
      assertFindsWhatIsThere(rows, metric, 20);
    }
  }

  @Test
  void zeroVectorsAreRowsUnlessTheMetricIsCosine() throws IOException {
    float[][] rows = Fixtures.integerRows(100, 6, 1);
    rows[40] = new float[6];
    rows[41] = new float[6];
    assertFindsWhatIsThere(rows, Metric.L2, 20);
    assertFindsWhatIsThere(rows, Metric.INNER_PRODUCT, 20);
  }

  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      names = {"L2", "INNER_PRODUCT"})
  void distancesThatOverflowDoNotBreakAnything(Metric metric) throws IOException {
    float[][] rows = Fixtures.integerRows(200, 6, 1);
    for (float[] row : rows) {
      for (int j = 0; j < row.length; j++) {
        row[j] *= 4e37f;
      }
    }
    Fixtures.build(file, rows, IndexConfig.defaults(6, metric), 20);
    assertThat(SegmentChecker.check(file, 5, 1L).healthy()).isTrue();
    try (Segment segment = Segment.open(file)) {
      Neighbors out = new Neighbors(10);
      segment.newSearcher().search(rows[0], 10, new SearchParams(20), null, out, new SearchStats());
      assertThat(out.size()).isEqualTo(10);
    }
  }

  @Test
  void graphsOfVeryFewRowsWork() throws IOException {
    for (int n = 1; n < 25; n++) {
      assertFindsWhatIsThere(Fixtures.integerRows(n, 3, n), Metric.L2, 1);
    }
  }

  /** Builds, and looks for rows with a wide list: the nearest must be as near as the oracle's. */
  private void assertFindsWhatIsThere(float[][] rows, Metric metric, int minGraphRows)
      throws IOException {
    int d = rows[0].length;
    SegmentInfo info = Fixtures.build(file, rows, IndexConfig.defaults(d, metric), minGraphRows);
    assertThat(info.hasGraph()).isEqualTo(rows.length >= minGraphRows);
    try (Segment segment = Segment.open(file)) {
      SegmentSearcher searcher = segment.newSearcher();
      Neighbors out = new Neighbors(10);
      int k = Math.min(10, rows.length);
      double recall = 0;
      int queries = 0;
      for (int i = 0; i < rows.length; i += 7) {
        searcher.search(rows[i], k, new SearchParams(150), null, out, new SearchStats());
        assertThat(out.size()).isEqualTo(k);
        recall += Fixtures.recall(rows, rows[i], metric, k, null, out);
        queries++;
        if (segment.graph() != null) {
          GraphSearch walk = new GraphSearch(segment);
          Reranker reranker = new Reranker(segment.vectors(), metric);
          reranker.start(rows[i], k);
          int offered = walk.search(rows[i], rows.length, reranker, new SearchStats());
          assertThat(offered).isEqualTo(rows.length);
        }
      }
      assertThat(recall / queries).isGreaterThanOrEqualTo(0.97);
    }
  }

  @Test
  void refusesRowsThatAreNotVectorsOfTheSegment() throws IOException {
    try (SegmentBuilder builder = builder(3, Metric.L2)) {
      builder.add(new float[] {1, 2, 3});
      assertThatThrownBy(() -> builder.add(new float[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("row 1 has 2 floats, the vectors of this segment have 3");
      assertThatThrownBy(() -> builder.add(new float[] {1, Float.NaN, 2}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("component 1 of row 1 is NaN; replace it");
      assertThatThrownBy(() -> builder.add(new float[] {1, 0, Float.NEGATIVE_INFINITY}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("component 2 of row 1 is -Infinity");
      builder.add(new float[] {4, 5, 6});
      assertThat(builder.size()).isEqualTo(2);
      assertThat(builder.finish(BuildControl.singleThreaded()).rows()).isEqualTo(2);
    }
  }

  @Test
  void refusesRowsWithoutDirectionUnderCosine() throws IOException {
    try (SegmentBuilder builder = builder(2, Metric.COSINE)) {
      for (float[] row : new float[][] {{0, 0}, {0, -0f}, {1e-30f, 0}, {1e30f, 1}}) {
        assertThatThrownBy(() -> builder.add(row))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("row 0 has squared length")
            .hasMessageContaining("leave the row out");
      }
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void refusesABuildThatNeedsMoreMemoryThanItMayUse() throws IOException {
    IndexConfig config = IndexConfig.defaults(8, Metric.L2);
    long needed = SegmentBuilder.estimatedMemory(config, 5000, 2);
    for (long budget : new long[] {needed - 1, 0}) {
      try (SegmentBuilder builder =
          SegmentBuilder.create(file, config, Fixtures.TABLE, Fixtures.SEGMENT)) {
        for (float[] row : Fixtures.integerRows(5000, 8, 1)) {
          builder.add(row);
        }
        assertThatThrownBy(() -> builder.finish(new BuildControl(2, budget, () -> false)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("5000 rows x 8 floats")
            .hasMessageContaining("raise the budget");
      }
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void memoryGrowsWithRowsAndThreadsAndNotWithTheirVectors() {
    IndexConfig narrow = IndexConfig.defaults(100, Metric.L2);
    IndexConfig wide = IndexConfig.defaults(200, Metric.L2);
    long small = SegmentBuilder.estimatedMemory(narrow, 1_000_000, 1);
    assertThat(small).isBetween(300L << 20, 400L << 20);
    assertThat(SegmentBuilder.estimatedMemory(narrow, 2_000_000, 1)).isGreaterThan(small);
    assertThat(SegmentBuilder.estimatedMemory(narrow, 1_000_000, 4)).isGreaterThan(small);
    assertThat(SegmentBuilder.estimatedMemory(wide, 1_000_000, 1)).isLessThan(small + (10L << 20));
    assertThat(SegmentBuilder.estimatedMemory(narrow, Integer.MAX_VALUE, 64))
        .isGreaterThan(1L << 38);
    assertThat(SegmentBuilder.estimatedMemory(narrow, 4095, 8)).isLessThan(8L << 20);
  }

  @Test
  void endsWhenItIsCancelledWhereverItIs() throws IOException {
    float[][] rows = Fixtures.clusteredRows(600, 8, 4, 1);
    AtomicInteger polls = new AtomicInteger();
    int total = finishCancelledAfter(rows, Integer.MAX_VALUE, polls);
    assertThat(total).isGreaterThan(10);
    for (int i = 0; i < 12; i++) {
      int after = (int) ((long) total * i / 12);
      assertThatThrownBy(() -> finishCancelledAfter(rows, after, polls))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessageContaining("cancelled");
      assertThat(file).doesNotExist();
    }
  }

  private int finishCancelledAfter(float[][] rows, int polls, AtomicInteger count)
      throws IOException {
    count.set(0);
    Files.deleteIfExists(file);
    try (SegmentBuilder builder = builder(8, Metric.COSINE)) {
      for (float[] row : rows) {
        builder.add(row);
      }
      builder.finish(new BuildControl(2, Long.MAX_VALUE, () -> count.incrementAndGet() > polls));
    }
    return count.get();
  }

  @Test
  void interruptEndsTheBuildAndLeavesNoFileBehind() throws IOException {
    try (SegmentBuilder builder = builder(8, Metric.L2)) {
      for (float[] row : Fixtures.integerRows(300, 8, 1)) {
        builder.add(row);
      }
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> builder.finish(new BuildControl(2, Long.MAX_VALUE, () -> false)))
            .isInstanceOf(ClosedByInterruptException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void leavesNoFileBehindUnlessItIsFinished() throws IOException {
    try (SegmentBuilder builder = builder(2, Metric.L2)) {
      builder.add(new float[2]);
      assertThat(file).exists();
    }
    assertThat(file).doesNotExist();
    try (SegmentBuilder builder = builder(2, Metric.L2)) {
      builder.add(new float[2]);
      builder.finish(BuildControl.singleThreaded());
      assertThatThrownBy(() -> builder.add(new float[2])).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> builder.finish(BuildControl.singleThreaded()))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(file).exists();
  }

  @Test
  void refusesAFileThatExistsAndLeavesItAlone() throws IOException {
    Files.writeString(file, "mine");
    assertThatThrownBy(() -> builder(2, Metric.L2)).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("mine");
  }
}
