/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Kernels;
import java.util.Arrays;

/**
 * Squared distances of two lists of rows as one matrix product, |a - b|² = |a|² + |b|² - 2 ab, and
 * the nearest columns of its rows. Owned by one thread.
 *
 * <p>Rounding is relative to the norms, not to the distances: panels are packed about a centre near
 * their rows, and a row whose nearest columns come out no larger than rounding is computed again by
 * differences. Equal rows always get equal distances. Outlines give estimates, which are the same
 * in every matrix and not below zero.
 */
final class DistanceMatrix {
  /** Share of the squared norm below which a distance may be mostly rounding. */
  private static final float UNRELIABLE = 0x1p-14f;

  private static final Kernels KERNELS = Kernels.BEST;

  private final int tileRows = KERNELS.tileQueries();
  private final int tileColumns = KERNELS.tileRows();
  private final float[] products = new float[tileRows * tileColumns];
  private final float[] noTerms = new float[tileColumns];
  private final float[] noThresholds = new float[tileRows];
  private final float[] distances;
  private final float[] differences;
  private final int[] nearest;
  private final float[] nearestDistances;
  private Panel rows;
  private Panel columns;
  private int stride;

  /**
   * Room for one product at a time.
   *
   * @param mostNearest largest number of columns that {@link #nearest} is asked for
   */
  DistanceMatrix(int maxRows, int maxColumns, int mostNearest) {
    this.distances = new float[maxRows * Panel.padded(maxColumns, tileColumns)];
    this.differences = new float[maxColumns];
    this.nearest = new int[mostNearest];
    this.nearestDistances = new float[mostNearest];
    Arrays.fill(noThresholds, Float.POSITIVE_INFINITY);
  }

  /** Bytes of a matrix of this shape. */
  static long bytes(int maxRows, int maxColumns, int mostNearest) {
    long padded = Panel.padded(maxColumns, KERNELS.tileRows());
    return 4 * padded * (maxRows + 1) + 8L * mostNearest + 4096;
  }

  /** Computes all distances between the rows and the columns. */
  void compute(Panel rows, Panel columns) {
    compute(rows, columns, false);
  }

  /** Computes all distances of rows to each other, packed once for each side. */
  void computeSymmetric(Panel rows, Panel columns) {
    compute(rows, columns, true);
    for (int i = 1; i < rows.size(); i++) {
      for (int j = 0; j < i; j++) {
        distances[i * stride + j] = distances[j * stride + i];
      }
    }
  }

  private void compute(Panel rows, Panel columns, boolean upperHalf) {
    this.rows = rows;
    this.columns = columns;
    int d = rows.dimension;
    stride = Panel.padded(columns.size(), tileColumns);
    for (int column = 0; column < columns.size(); column += tileColumns) {
      int end = upperHalf ? Math.min(rows.size(), column + tileColumns) : rows.size();
      for (int row = 0; row < end; row += tileRows) {
        KERNELS.tile(
            rows.packed,
            row * d,
            columns.packed,
            column * d,
            d,
            noTerms,
            0,
            noThresholds,
            0,
            products);
        for (int i = row; i < Math.min(row + tileRows, rows.size()); i++) {
          addNorms(i, column, (i - row) * tileColumns);
        }
      }
    }
  }

  private void addNorms(int row, int column, int from) {
    float squaredNorm = rows.squaredNorms[row];
    int at = row * stride + column;
    for (int j = 0; j < tileColumns; j++) {
      distances[at + j] = squaredNorm + columns.squaredNorms[column + j] - 2 * products[from + j];
    }
  }

  /**
   * Finds the nearest columns of {@code row}; of columns that are equally far the first.
   *
   * @param except a column that is left out; -1 for none
   * @return how many were found: {@code k}, or all when there are fewer
   */
  int nearest(int row, int except, int k) {
    int found = selectNearest(row, except, k);
    if (rows.rows() == null) {
      return found;
    }
    if (found > 0 && nearestDistances[found - 1] <= UNRELIABLE * rows.squaredNorms[row]) {
      int d = rows.dimension;
      KERNELS.squaredL2Rows(
          rows.rows(), row * d, columns.rows(), 0, columns.size(), d, differences);
      System.arraycopy(differences, 0, distances, row * stride, columns.size());
      found = selectNearest(row, except, k);
    }
    return found;
  }

  /** The i-th nearest column, after {@link #nearest}. */
  int column(int i) {
    return nearest[i];
  }

  /** The distance of the i-th nearest column, after {@link #nearest}. */
  float distance(int i) {
    return Math.max(0f, nearestDistances[i]);
  }

  private int selectNearest(int row, int except, int k) {
    int at = row * stride;
    int found = 0;
    float bound = Float.POSITIVE_INFINITY;
    for (int j = 0; j < columns.size(); j++) {
      float distance = distances[at + j];
      if ((distance < bound || found < k) && j != except) {
        int place = found < k ? found++ : k - 1;
        while (place > 0 && nearestDistances[place - 1] > distance) {
          nearestDistances[place] = nearestDistances[place - 1];
          nearest[place] = nearest[place - 1];
          place--;
        }
        nearestDistances[place] = distance;
        nearest[place] = j;
        bound = found == k ? nearestDistances[k - 1] : bound;
      }
    }
    return found;
  }
}
