/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Metric;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.VectorReader;

/**
 * The rows of a segment as the algorithms see them. Quantizer and graph know squared L2 only; the
 * metrics are turned into it while rows are read, so that VECTORS can hold them as they were given.
 * The views are immutable and shared by threads.
 */
final class MetricViews {
  private static final int ROWS_PER_STEP = 4096;

  /** What codes stand for: unit vectors under cosine, otherwise the rows themselves. */
  final VectorReader codeSpace;

  /**
   * Where the graph chooses neighbours: as {@link #codeSpace}, but for inner product with one more
   * dimension that gives all rows the same length (Bachrach et al. 2014), so that the nearest by
   * squared L2 are the largest by inner product.
   */
  final VectorReader graphSpace;

  private MetricViews(VectorReader codeSpace, VectorReader graphSpace) {
    this.codeSpace = codeSpace;
    this.graphSpace = graphSpace;
  }

  /** Views of {@code rows}; reads them once when the metric needs their lengths. */
  static MetricViews of(VectorReader rows, Metric metric, int threads) {
    switch (metric) {
      case L2:
        return new MetricViews(rows, rows);
      case COSINE:
        VectorReader unit = new UnitVectors(rows, squaredNorms(rows, threads));
        return new MetricViews(unit, unit);
      case INNER_PRODUCT:
        return new MetricViews(rows, new AugmentedVectors(rows, squaredNorms(rows, threads)));
      default:
        throw new AssertionError(metric);
    }
  }

  /** Bytes of heap that the views of {@code rows} rows need while they are made. */
  static long heapBytes(Metric metric, long rows) {
    return metric == Metric.L2 ? 0 : rows * (Double.BYTES + Float.BYTES);
  }

  /** Floats per vector in graph space. */
  static int graphDimension(Metric metric, int dimension) {
    return metric == Metric.INNER_PRODUCT ? dimension + 1 : dimension;
  }

  /** Squared length of {@code n} floats, in double so that it neither overflows nor vanishes. */
  static double squaredNorm(float[] vector, int offset, int n) {
    double sum = 0;
    for (int i = offset; i < offset + n; i++) {
      sum += (double) vector[i] * vector[i];
    }
    return sum;
  }

  private static double[] squaredNorms(VectorReader rows, int threads) {
    int n = rows.size();
    int d = rows.dimension();
    double[] norms = new double[n];
    int steps = (int) (((long) n + ROWS_PER_STEP - 1) / ROWS_PER_STEP);
    Parallel.forEach(
        threads,
        steps,
        step -> {
          float[] row = new float[d];
          int end = (int) Math.min(n, (step + 1L) * ROWS_PER_STEP);
          for (int i = step * ROWS_PER_STEP; i < end; i++) {
            rows.read(i, row, 0);
            norms[i] = squaredNorm(row, 0, d);
          }
        });
    return norms;
  }

  /** Rows scaled to length one. */
  private static final class UnitVectors implements VectorReader {
    private final VectorReader rows;
    private final float[] scales;

    UnitVectors(VectorReader rows, double[] squaredNorms) {
      this.rows = rows;
      this.scales = new float[squaredNorms.length];
      for (int i = 0; i < scales.length; i++) {
        scales[i] = (float) (1 / Math.sqrt(squaredNorms[i]));
      }
    }

    @Override
    public int size() {
      return rows.size();
    }

    @Override
    public int dimension() {
      return rows.dimension();
    }

    @Override
    public void read(int ordinal, float[] dst, int offset) {
      rows.read(ordinal, dst, offset);
      float scale = scales[ordinal];
      int end = offset + rows.dimension();
      for (int i = offset; i < end; i++) {
        dst[i] *= scale;
      }
    }

    @Override
    public void prefetch(int[] ordinals, int from, int to) {
      rows.prefetch(ordinals, from, to);
    }
  }

  /** Rows with one more coordinate that brings each to the length of the longest. */
  private static final class AugmentedVectors implements VectorReader {
    private final VectorReader rows;
    private final float[] extra;

    AugmentedVectors(VectorReader rows, double[] squaredNorms) {
      this.rows = rows;
      this.extra = new float[squaredNorms.length];
      double longest = 0;
      for (double norm : squaredNorms) {
        longest = Math.max(longest, norm);
      }
      for (int i = 0; i < extra.length; i++) {
        extra[i] = (float) Math.sqrt(longest - squaredNorms[i]);
      }
    }

    @Override
    public int size() {
      return rows.size();
    }

    @Override
    public int dimension() {
      return rows.dimension() + 1;
    }

    @Override
    public void read(int ordinal, float[] dst, int offset) {
      rows.read(ordinal, dst, offset);
      dst[offset + rows.dimension()] = extra[ordinal];
    }

    @Override
    public void prefetch(int[] ordinals, int from, int to) {
      rows.prefetch(ordinals, from, to);
    }
  }
}
