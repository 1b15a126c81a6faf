/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import java.util.Arrays;

/**
 * Orders queries so that near ones follow each other: by the nearest of about as many pivots as the
 * root of their number, which are queries themselves and are strung together nearest next. Two
 * searches in a row then read much of the same memory, and the answer of one is a good start for
 * the other. One per thread; allocates nothing once its arrays have grown.
 */
public final class QueryOrder {
  private static final int MAX_PIVOTS = 128;

  private final int dimension;
  private final boolean directions;
  private final float[] distances = new float[MAX_PIVOTS];
  private final int[] ranks = new int[MAX_PIVOTS];
  private float[] pivots = new float[0];
  private int pivotCount;

  /** Rank of the pivot, then position of the query. */
  private long[] order = new long[0];

  /** For queries of {@code dimension} floats, which are near by their angle under cosine. */
  public QueryOrder(int dimension, Metric metric) {
    this.dimension = dimension;
    this.directions = metric == Metric.COSINE;
  }

  /**
   * Orders {@code count} queries.
   *
   * @param queries row-major, finite
   */
  public void of(float[] queries, int count) {
    choosePivots(queries, count);
    if (order.length < count) {
      order = new long[count];
    }
    for (int q = 0; q < count; q++) {
      order[q] = ((long) ranks[nearestPivot(queries, q * dimension)] << 32) | q;
    }
    Arrays.sort(order, 0, count);
  }

  /** Position of the i-th query of the order, i below the count. */
  public int query(int i) {
    return (int) order[i];
  }

  private void choosePivots(float[] queries, int count) {
    pivotCount = Math.max(1, Math.min(MAX_PIVOTS, (int) Math.sqrt(count)));
    if (pivots.length < pivotCount * dimension) {
      pivots = new float[pivotCount * dimension];
    }
    for (int p = 0; p < pivotCount && count > 0; p++) {
      int at = (int) ((long) p * count / pivotCount) * dimension;
      double norm = directions ? MetricViews.squaredNorm(queries, at, dimension) : 1;
      float scale = norm > 0 ? (float) (1 / Math.sqrt(norm)) : 0;
      for (int j = 0; j < dimension; j++) {
        pivots[p * dimension + j] = queries[at + j] * scale;
      }
    }
    Arrays.fill(ranks, 0, pivotCount, -1);
    int pivot = 0;
    for (int rank = 0; rank < pivotCount; rank++) {
      ranks[pivot] = rank;
      compare(pivots, pivot * dimension);
      int next = -1;
      for (int p = 0; p < pivotCount; p++) {
        if (ranks[p] < 0 && (next < 0 || distances[p] < distances[next])) {
          next = p;
        }
      }
      pivot = next;
    }
  }

  private int nearestPivot(float[] queries, int at) {
    compare(queries, at);
    int nearest = 0;
    for (int p = 1; p < pivotCount; p++) {
      if (distances[p] < distances[nearest]) {
        nearest = p;
      }
    }
    return nearest;
  }

  /** Distances of a vector to all pivots, up to its own length for directions. */
  private void compare(float[] vectors, int at) {
    if (!directions) {
      Kernels.BEST.squaredL2Rows(vectors, at, pivots, 0, pivotCount, dimension, distances);
      return;
    }
    Kernels.BEST.dotRows(vectors, at, pivots, 0, pivotCount, dimension, distances);
    for (int p = 0; p < pivotCount; p++) {
      distances[p] = -distances[p];
    }
  }
}
