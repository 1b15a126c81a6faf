/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DistanceMatrixTest {
  @Property(tries = 60)
  void nearestColumnsAreThoseOfASort(
      @ForAll @IntRange(min = 1, max = 130) int d,
      @ForAll @IntRange(min = 1, max = 70) int rowCount,
      @ForAll @IntRange(min = 1, max = 70) int columnCount,
      @ForAll @IntRange(min = 1, max = 12) int k,
      @ForAll long seed) {
    Rows rows = Rows.integers(rowCount, d, 9, seed);
    Rows columns = Rows.integers(columnCount, d, 9, seed + 1);
    Panel left = Panel.ofRows(d, 70);
    Panel right = Panel.ofColumns(d, 70);
    left.pack(rows.values(), rowCount, new float[d]);
    right.pack(columns.values(), columnCount, new float[d]);
    DistanceMatrix matrix = new DistanceMatrix(70, 70, 12);
    matrix.compute(left, right);
    for (int i = 0; i < rowCount; i++) {
      int except = i % 3 == 0 ? i : -1;
      assertNearest(matrix, rows, columns, i, except, k);
    }
  }

  @Property(tries = 60)
  void rowsComparedWithThemselvesGiveASymmetricMatrix(
      @ForAll @IntRange(min = 1, max = 40) int d,
      @ForAll @IntRange(min = 2, max = 140) int count,
      @ForAll long seed) {
    Rows rows = Rows.integers(count, d, 5, seed);
    Panel left = Panel.ofRows(d, 140);
    Panel right = Panel.ofColumns(d, 140);
    left.pack(rows.values(), count, new float[d]);
    right.pack(rows.values(), count, new float[d]);
    DistanceMatrix matrix = new DistanceMatrix(140, 140, 4);
    matrix.computeSymmetric(left, right);
    for (int i = 0; i < count; i++) {
      assertNearest(matrix, rows, rows, i, i, 4);
    }
  }

  @Test
  void rowsFarFromTheCentreAreComparedByDifferences() {
    int d = 5;
    Rows rows = Rows.gaussian(60, d, 1);
    for (int i = 0; i < 60 * d; i++) {
      rows.values()[i] += 1e5f;
    }
    Panel left = Panel.ofRows(d, 60);
    Panel right = Panel.ofColumns(d, 60);
    left.pack(rows.values(), 60, new float[d]);
    right.pack(rows.values(), 60, new float[d]);
    DistanceMatrix matrix = new DistanceMatrix(60, 60, 3);
    matrix.computeSymmetric(left, right);
    for (int i = 0; i < 60; i++) {
      assertNearest(matrix, rows, rows, i, i, 3);
    }
  }

  private static void assertNearest(
      DistanceMatrix matrix, Rows rows, Rows columns, int row, int except, int k) {
    int n = columns.size();
    float[] distances = new float[n];
    int[] ordinals = new int[n];
    Arrays.setAll(ordinals, j -> j);
    rowsScorer(rows, columns, row, ordinals, distances);
    int[] expected =
        Arrays.stream(ordinals)
            .filter(j -> j != except)
            .boxed()
            .sorted((a, b) -> Float.compare(distances[a], distances[b]))
            .limit(k)
            .mapToInt(j -> j)
            .toArray();
    int found = matrix.nearest(row, except, k);
    assertThat(found).isEqualTo(expected.length);
    for (int i = 0; i < found; i++) {
      assertThat(matrix.column(i)).isEqualTo(expected[i]);
    }
  }

  private static void rowsScorer(
      Rows rows, Rows columns, int row, int[] ordinals, float[] distances) {
    columns.scorer(rows, row).distances(ordinals, ordinals.length, distances);
  }
}
