/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.omendb.index.format.SegmentFormat;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A segment of bytes is a segment of the floats that they stand for, in less space. */
class Int8StorageTest {
  private static final int K = 10;

  @TempDir Path dir;

  private static IndexConfig config(int d, Metric metric) {
    return IndexConfig.defaults(d, metric).withStorage(VectorStorage.INT8);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void answersAreThoseOfASegmentOfTheStoredVectors(Metric metric) throws IOException {
    int d = 37;
    float[][] rows = Fixtures.clusteredRows(300, d, 8, 1);
    float[][] queries = Fixtures.clusteredRows(40, d, 8, 2);
    Path bytes = dir.resolve("bytes.omx");
    Fixtures.build(bytes, rows, config(d, metric), Integer.MAX_VALUE);
    try (Segment int8 = Segment.open(bytes)) {
      float[][] stored = stored(int8);
      Path floats = dir.resolve("floats.omx");
      Fixtures.build(floats, stored, IndexConfig.defaults(d, metric), Integer.MAX_VALUE);
      try (Segment float32 = Segment.open(floats)) {
        BitSet accept = new BitSet();
        accept.set(20, 250);
        for (BitSet eligible : new BitSet[] {null, accept}) {
          assertThat(search(int8, queries, eligible)).isEqualTo(search(float32, queries, eligible));
          assertThat(exact(int8, queries, metric, eligible))
              .isEqualTo(exact(float32, queries, metric, eligible));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void recallOfTheOriginalNeighboursIsLittleLess(Metric metric) throws IOException {
    int d = 48;
    float[][] all = Fixtures.clusteredRows(6200, d, 60, 5);
    float[][] rows = Arrays.copyOf(all, 6000);
    float[][] queries = Arrays.copyOfRange(all, 6000, 6200);
    double[] recall = new double[2];
    float[] measured = new float[2];
    for (VectorStorage storage : VectorStorage.values()) {
      Path file = dir.resolve(storage.optionName());
      SegmentInfo info =
          Fixtures.build(file, rows, IndexConfig.defaults(d, metric).withStorage(storage), 1000);
      assertThat(info.hasGraph()).isTrue();
      measured[storage.ordinal()] = info.recall().points().get(2).recallAt10();
      try (Segment segment = Segment.open(file)) {
        assertThat(segment.info()).isEqualTo(info);
        SegmentSearcher searcher = segment.newSearcher();
        Neighbors found = new Neighbors(K);
        for (float[] query : queries) {
          searcher.search(query, K, new SearchParams(64), null, found, new SearchStats());
          recall[storage.ordinal()] +=
              Fixtures.recall(rows, query, metric, K, null, found) / queries.length;
        }
      }
    }
    assertThat(recall[0]).isGreaterThan(0.98);
    assertThat(recall[1]).isGreaterThan(recall[0] - 0.01);
    assertThat(measured[1]).isGreaterThan(measured[0] - 0.01f);
  }

  @Test
  void everyRowComesBackWithinHalfAStepAndSpecialRowsExactly() throws IOException {
    float max = Float.MAX_VALUE;
    float[][] rows = {
      new float[5],
      {3.3f, 3.3f, 3.3f, 3.3f, 3.3f},
      {max, -max, 0, 1, -1},
      {1e-40f, 0, -1e-40f, 0, 0},
      {-127, 127, 0, 5, -66},
      {1, 2, 3, 4, 1e6f}
    };
    Path file = dir.resolve("s.omx");
    Fixtures.build(file, rows, config(5, Metric.L2), Integer.MAX_VALUE);
    try (Segment segment = Segment.open(file)) {
      float[][] stored = stored(segment);
      for (int exactly : new int[] {0, 1, 4}) {
        assertThat(stored[exactly]).containsExactly(rows[exactly]);
      }
      assertThat(stored[2]).containsExactly(rows[2], offset(max / 250));
      assertThat(stored[3]).containsExactly(rows[3], offset(1e-42f));
      assertThat(stored[5]).containsExactly(rows[5], offset(1e6f / 508 + 1));
      // The zero vector and a query of zero: distance zero, as in a segment of floats.
      Neighbors found = new Neighbors(1);
      segment
          .newSearcher()
          .search(new float[5], 1, new SearchParams(10), null, found, new SearchStats());
      assertThat(found.ordinal(0)).isZero();
      assertThat(found.distance(0)).isZero();
    }
  }

  @Test
  void vectorsThatFloatSegmentsRefuseAreRefused() throws IOException {
    Path file = dir.resolve("s.omx");
    try (SegmentBuilder builder =
        SegmentBuilder.create(file, config(2, Metric.COSINE), Fixtures.TABLE, Fixtures.SEGMENT)) {
      assertThatThrownBy(() -> builder.add(new float[] {1, Float.NaN}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("NaN");
      assertThatThrownBy(() -> builder.add(new float[] {Float.NEGATIVE_INFINITY, 1}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> builder.add(new float[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no direction");
      builder.add(new float[] {0, 1e-15f});
      builder.finish(new BuildControl(1, Long.MAX_VALUE, () -> false));
    }
    try (Segment segment = Segment.open(file)) {
      assertThat(segment.info().rows()).isOne();
      assertThat(stored(segment)[0][1]).isCloseTo(1e-15f, offset(1e-20f));
    }
  }

  @Test
  void theFileHasTheSizeOfTheFormulaAndNothingLiesBesideIt() throws IOException {
    int n = 1500;
    int d = 24;
    Path file = dir.resolve("s.omx");
    SegmentInfo info =
        Fixtures.build(file, Fixtures.clusteredRows(n, d, 9, 3), config(d, Metric.L2), 100);
    long size = SegmentFormat.ALIGNMENT;
    for (long section : new long[] {n * (8L + d), 1024L * d, n * 6L, n * 3L * 32, n * 3L}) {
      size += (section + SegmentFormat.ALIGNMENT - 1) / 4096 * 4096;
    }
    int points = info.recall().points().size();
    size += 12 + 12L * points + 7 * 24 + 4 * 6 + 40;
    assertThat(info.fileBytes()).isEqualTo(size).isEqualTo(Files.size(file));
    assertThat(dir.toFile().list()).containsExactly("s.omx");
  }

  @Test
  void theSameRowsGiveTheSameBytesAtAnyThreadCount() throws IOException {
    float[][] rows = Fixtures.clusteredRows(800, 20, 5, 4);
    Path one = dir.resolve("1.omx");
    Path three = dir.resolve("3.omx");
    Fixtures.build(one, rows, config(20, Metric.INNER_PRODUCT), 100, 1);
    Fixtures.build(three, rows, config(20, Metric.INNER_PRODUCT), 100, 3);
    assertThat(Files.mismatch(one, three)).isEqualTo(-1);
  }

  @Test
  void aBuildThatIsGivenUpLeavesNothing() throws IOException {
    Path file = dir.resolve("s.omx");
    SegmentBuilder builder =
        SegmentBuilder.create(file, config(3, Metric.L2), Fixtures.TABLE, Fixtures.SEGMENT);
    builder.add(new float[3]);
    builder.close();
    assertThat(dir.toFile().list()).isEmpty();
  }

  @Test
  void aRowReadOutOfTheStoredOnesIsKeptUpToRounding() throws IOException {
    float[][] rows = Fixtures.clusteredRows(50, 33, 3, 9);
    Path file = dir.resolve("1.omx");
    Fixtures.build(file, rows, config(33, Metric.L2), Integer.MAX_VALUE);
    Path again = dir.resolve("2.omx");
    try (Segment first = Segment.open(file)) {
      float[][] stored = stored(first);
      Fixtures.build(again, stored, config(33, Metric.L2), Integer.MAX_VALUE);
      try (Segment second = Segment.open(again)) {
        float[][] twice = stored(second);
        for (int i = 0; i < rows.length; i++) {
          assertThat(twice[i]).containsExactly(stored[i], offset(1e-5f));
        }
      }
    }
  }

  @Test
  void checkerFindsAllRowsOfASegmentOfBytes() throws IOException {
    Path file = dir.resolve("s.omx");
    Fixtures.build(file, Fixtures.clusteredRows(2000, 30, 9, 6), config(30, Metric.COSINE), 100);
    SegmentChecker.Report report = SegmentChecker.check(file, 100, 1);
    assertThat(report.healthy()).isTrue();
    assertThat(report.recallAt10()).isGreaterThan(0.9);
  }

  @Test
  void memoryEstimateCountsTheBufferOfTheFloats() {
    IndexConfig floats = IndexConfig.defaults(100, Metric.L2);
    long more =
        SegmentBuilder.estimatedMemory(floats.withStorage(VectorStorage.INT8), 100_000, 2)
            - SegmentBuilder.estimatedMemory(floats, 100_000, 2);
    assertThat(more).isBetween(1L << 20, (1L << 20) + 4096);
  }

  private static float[][] stored(Segment segment) {
    float[][] rows = new float[segment.info().rows()][segment.info().config().dimension()];
    for (int i = 0; i < rows.length; i++) {
      segment.readVector(i, rows[i]);
    }
    return rows;
  }

  private static String search(Segment segment, float[][] queries, BitSet accept) {
    StringBuilder text = new StringBuilder();
    Neighbors found = new Neighbors(K);
    for (float[] query : queries) {
      segment.newSearcher().search(query, K, new SearchParams(K), accept, found, new SearchStats());
      append(text, found);
    }
    return text.toString();
  }

  /** Few queries and many are scanned in different ways. */
  private static String exact(Segment segment, float[][] queries, Metric metric, BitSet accept) {
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    for (int count : new int[] {1, 5, queries.length}) {
      float[] flat = new float[count * queries[0].length];
      Neighbors[] out = new Neighbors[count];
      for (int i = 0; i < count; i++) {
        float[] query = queries[random.nextInt(queries.length)];
        System.arraycopy(query, 0, flat, i * query.length, query.length);
        out[i] = new Neighbors(K);
      }
      new ExactSearch(segment, metric).search(flat, count, K, accept, out, new SearchStats());
      for (Neighbors answer : out) {
        append(text, answer);
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Neighbors answer) {
    for (int i = 0; i < answer.size(); i++) {
      text.append(answer.ordinal(i)).append(' ').append(answer.distance(i)).append(' ');
    }
    text.append('\n');
  }
}
