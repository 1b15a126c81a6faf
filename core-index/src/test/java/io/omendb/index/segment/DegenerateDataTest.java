/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that no real data should look like, with a graph over all of them. */
class DegenerateDataTest {
  private static final SearchParams PARAMS = new SearchParams(64);

  @TempDir Path dir;

  enum Shape {
    ALL_EQUAL {
      @Override
      void fill(int i, float[] row, Random random) {
        Arrays.fill(row, 3f);
      }
    },
    TWO_FAR_CLUSTERS {
      @Override
      void fill(int i, float[] row, Random random) {
        for (int j = 0; j < row.length; j++) {
          row[j] = (i % 2) * 1e4f + 1 + random.nextFloat();
        }
      }
    },
    ONE_OUTLIER {
      @Override
      void fill(int i, float[] row, Random random) {
        for (int j = 0; j < row.length; j++) {
          row[j] = i == 77 ? 1e6f : 1 + random.nextFloat();
        }
      }
    },
    INTEGERS {
      @Override
      void fill(int i, float[] row, Random random) {
        for (int j = 0; j < row.length; j++) {
          row[j] = 1 + random.nextInt(3);
        }
      }
    },
    DUPLICATES {
      @Override
      void fill(int i, float[] row, Random random) {
        Random same = new Random(i % 7);
        for (int j = 0; j < row.length; j++) {
          row[j] = (float) same.nextGaussian();
        }
      }
    };

    abstract void fill(int i, float[] row, Random random);

    float[][] rows(int n, int d) {
      Random random = new Random(n + d);
      float[][] rows = new float[n][d];
      for (int i = 0; i < n; i++) {
        fill(i, rows[i], random);
      }
      return rows;
    }
  }

  private Segment segment(float[][] rows, Metric metric) throws IOException {
    Path file = dir.resolve("s.omx");
    Fixtures.build(file, rows, IndexConfig.defaults(rows[0].length, metric), 1);
    return Segment.open(file);
  }

  /** Recall of plain, filtered, batch and range searches for rows of the segment themselves. */
  private static void search(Segment segment, float[][] rows, Metric metric) {
    int n = rows.length;
    int d = rows[0].length;
    SegmentSearcher searcher = segment.newSearcher();
    SearchStats stats = new SearchStats();
    BitSet half = new BitSet();
    BitSet few = new BitSet();
    for (int i = 0; i < n; i++) {
      half.set(i, i % 4 < 2);
      few.set(i, i % 97 == 0);
    }
    int queries = Math.min(n, 20);
    float[] flat = new float[queries * d];
    Neighbors[] batch = new Neighbors[queries];
    Neighbors out = new Neighbors(10);
    double recall = 0;
    for (int q = 0; q < queries; q++) {
      float[] query = rows[(int) ((long) q * n / queries)];
      System.arraycopy(query, 0, flat, q * d, d);
      batch[q] = new Neighbors(10);
      for (BitSet accept : new BitSet[] {null, half, few}) {
        searcher.search(query, 10, PARAMS, accept, out, stats);
        int eligible = accept == null ? n : accept.cardinality();
        assertThat(out.size()).isEqualTo(Math.min(10, eligible));
        recall += Fixtures.recall(rows, query, metric, 10, accept, out) / 4;
      }
      double nearest = Fixtures.nearest(rows, query, metric, 1, null)[0];
      float bound = (float) (nearest + 1e-3 * Math.abs(nearest) + 1e-3);
      searcher.searchRange(query, bound, n, PARAMS, null, out, stats);
      assertThat(out.size()).isBetween(1, n);
    }
    searcher.searchBatch(flat, queries, 10, PARAMS, null, batch, stats);
    for (int q = 0; q < queries; q++) {
      float[] query = Arrays.copyOfRange(flat, q * d, q * d + d);
      recall += Fixtures.recall(rows, query, metric, 10, null, batch[q]) / 4;
    }
    assertThat(recall / queries).isGreaterThanOrEqualTo(0.95);
  }

  @ParameterizedTest
  @CsvSource({
    "ALL_EQUAL, 1", "ALL_EQUAL, 16",
    "TWO_FAR_CLUSTERS, 1", "TWO_FAR_CLUSTERS, 16",
    "ONE_OUTLIER, 2", "ONE_OUTLIER, 16",
    "INTEGERS, 1", "INTEGERS, 16",
    "DUPLICATES, 3", "DUPLICATES, 64"
  })
  void shapesAreSearchedCorrectly(Shape shape, int d) throws IOException {
    float[][] rows = shape.rows(3000, d);
    try (Segment segment = segment(rows, Metric.L2)) {
      search(segment, rows, Metric.L2);
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void shapesAreSearchedCorrectlyUnderOtherMetrics(Shape shape) throws IOException {
    // Enough for partitions: inserted one by one, rows near a point of 750 hardly find each other.
    float[][] rows = shape.rows(3000, 12);
    for (Metric metric : new Metric[] {Metric.COSINE, Metric.INNER_PRODUCT}) {
      try (Segment segment = segment(rows, metric)) {
        search(segment, rows, metric);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 17, 64, 300})
  void fewRowsAreSearchedCorrectly(int n) throws IOException {
    for (Shape shape : Shape.values()) {
      float[][] rows = shape.rows(n, 9);
      try (Segment segment = segment(rows, Metric.L2)) {
        search(segment, rows, Metric.L2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 255, 1023, 4096})
  void dimensionsAreSearchedCorrectly(int d) throws IOException {
    float[][] rows = Fixtures.clusteredRows(600, d, 20, d);
    for (Metric metric : Metric.values()) {
      try (Segment segment = segment(rows, metric)) {
        search(segment, rows, metric);
      }
    }
  }
}
