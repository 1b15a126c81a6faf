/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.ExactDistance;
import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.util.BitSet;

/**
 * Brute force for few queries, where packing rows would cost more than it saves: estimates each
 * distance with a float kernel and computes in double precision those that may be below the bound.
 * Gives the same bits as {@link PanelScan}. One per thread.
 */
final class RowScan {
  private static final int ROWS = 32;

  /** Squared norms outside of this may have over- or underflowed on the way. */
  private static final float MIN_SQUARED_NORM = 0x1p-60f;

  private static final float MAX_SQUARED_NORM = 0x1p120f;

  private final Kernels kernels;
  private final VectorReader vectors;
  private final Metric metric;
  private final int d;

  /** Relative error of a float kernel, generously. */
  private final double relative;

  private final int[] ordinals = new int[ROWS];
  private final float[] rows;
  private final float[] rowSquaredNorms = new float[ROWS];
  private final float[] estimates = new float[ROWS];
  private float limit;

  RowScan(Kernels kernels, VectorReader vectors, Metric metric) {
    this.kernels = kernels;
    this.vectors = vectors;
    this.metric = metric;
    this.d = vectors.dimension();
    this.relative = (d + 8) * 0x1p-24 / (1 - (d + 8) * 0x1p-24);
    this.rows = new float[ROWS * d];
  }

  /**
   * Offers the rows in {@code accept}, null for all, that are not farther than {@code limit} to
   * {@code best[i]} for each query i.
   */
  void scan(
      float[] queries, int queriesOffset, int count, BitSet accept, TopK[] best, float limit) {
    this.limit = limit;
    int filled = 0;
    for (int row = PanelScan.next(accept, 0);
        row < vectors.size();
        row = PanelScan.next(accept, row + 1)) {
      ordinals[filled] = row;
      vectors.read(row, rows, filled * d);
      if (++filled == ROWS) {
        scanRows(queries, queriesOffset, count, filled, best);
        filled = 0;
      }
    }
    scanRows(queries, queriesOffset, count, filled, best);
  }

  private void scanRows(float[] queries, int queriesOffset, int count, int filled, TopK[] best) {
    for (int r = 0; r < filled && metric != Metric.L2; r++) {
      rowSquaredNorms[r] = kernels.dot(rows, r * d, rows, r * d, d);
    }
    for (int i = 0; i < count; i++) {
      int at = queriesOffset + i * d;
      if (metric == Metric.L2) {
        kernels.squaredL2Rows(queries, at, rows, 0, filled, d, estimates);
        offerL2(queries, at, filled, best[i]);
      } else {
        kernels.dotRows(queries, at, rows, 0, filled, d, estimates);
        offerDot(queries, at, filled, best[i]);
      }
    }
  }

  private void offerL2(float[] queries, int at, int filled, TopK best) {
    double absolute = d * (double) Float.MIN_VALUE;
    for (int r = 0; r < filled; r++) {
      float estimate = estimates[r];
      boolean farther = estimate * (1 - relative) - absolute > bound(best);
      if (!farther || estimate == Float.POSITIVE_INFINITY) {
        offer(queries, at, r, best);
      }
    }
  }

  private void offerDot(float[] queries, int at, int filled, TopK best) {
    float querySquaredNorm = kernels.dot(queries, at, queries, at, d);
    for (int r = 0; r < filled; r++) {
      double norms = Math.sqrt((double) querySquaredNorm * rowSquaredNorms[r]);
      double least =
          metric == Metric.COSINE
              ? 1 - estimates[r] / norms - 4 * relative
              : -estimates[r] - 4 * relative * norms;
      boolean reliable = inRange(querySquaredNorm) && inRange(rowSquaredNorms[r]);
      if (!reliable || !(least > bound(best))) {
        offer(queries, at, r, best);
      }
    }
  }

  private static boolean inRange(float squaredNorm) {
    return squaredNorm >= MIN_SQUARED_NORM && squaredNorm <= MAX_SQUARED_NORM;
  }

  private void offer(float[] queries, int at, int r, TopK best) {
    double querySquaredNorm = 0;
    double rowSquaredNorm = 0;
    if (metric == Metric.COSINE) {
      querySquaredNorm = ExactDistance.squaredNorm(queries, at, d);
      rowSquaredNorm = ExactDistance.squaredNorm(rows, r * d, d);
      if (rowSquaredNorm == 0) {
        return;
      }
    }
    float distance =
        ExactDistance.of(metric, queries, at, querySquaredNorm, rows, r * d, rowSquaredNorm, d);
    if (!(distance > limit)) {
      best.add(ordinals[r], distance);
    }
  }

  private float bound(TopK best) {
    return Math.min(best.bound(), limit);
  }
}
