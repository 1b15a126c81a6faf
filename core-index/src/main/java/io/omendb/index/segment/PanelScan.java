/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.ExactDistance;
import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.TopK;
import io.omendb.index.vector.VectorReader;
import java.util.BitSet;

/**
 * Brute force for many queries: reads every row once, multiplies tiles of packed queries with tiles
 * of packed rows, blocked for the caches as a matrix product is (Goto and van de Geijn, 2008), and
 * computes in double precision the distances of the pairs that {@link ProductBound} lets pass. One
 * per thread.
 */
final class PanelScan {
  /** Floats of packed queries that one scan works on, 8 MiB: a share of the last-level cache. */
  private static final int QUERY_FLOATS = 1 << 21;

  /** Floats of the packed queries that meet a block of rows in turn, 512 KiB. */
  private static final int QUERY_BLOCK_FLOATS = 1 << 17;

  /** Floats of a block of packed rows, 1 MiB, at least one tile of rows. */
  private static final int ROW_BLOCK_FLOATS = 1 << 18;

  private static final int MAX_ROW_TILES = 8;

  /** Dimensions packed at a time, so that the lines written stay in the first-level cache. */
  private static final int PACK_DIMENSIONS = 64;

  private static final int CENTRE_ROWS = 64;

  private final Kernels kernels;
  private final VectorReader vectors;
  private final Metric metric;
  private final int d;
  private final ProductBound bounds;

  /** Subtracted from queries and rows; zero unless the metric is L2. */
  private final float[] centre;

  private final int tileQueries;
  private float[] packedQueries = new float[0];
  private double[] querySquaredNorms = new double[0];
  private float[] thresholds = new float[0];

  private final int tileRows;
  private final int[] ordinals;
  private final float[] rows;
  private final float[] packedRows;
  private final double[] rowSquaredNorms;
  private final float[] rowTerms;
  private final float[] products;

  private float[] queries;
  private int queriesOffset;
  private int count;
  private TopK[] best;

  PanelScan(Kernels kernels, VectorReader vectors, Metric metric) {
    this.kernels = kernels;
    this.vectors = vectors;
    this.metric = metric;
    this.d = vectors.dimension();
    this.bounds = new ProductBound(metric, d);
    this.tileQueries = kernels.tileQueries();
    this.tileRows = kernels.tileRows();
    int tiles = rowTiles(tileRows, d);
    this.ordinals = new int[tiles * tileRows];
    this.rows = new float[tiles * tileRows * d];
    this.packedRows = new float[tiles * tileRows * d];
    this.rowSquaredNorms = new double[tiles * tileRows];
    this.rowTerms = new float[tiles * tileRows];
    this.products = new float[tileQueries * tileRows];
    this.centre = new float[d];
    if (metric == Metric.L2) {
      computeCentre();
    }
  }

  private static int rowTiles(int tileRows, int d) {
    return Math.max(1, Math.min(MAX_ROW_TILES, ROW_BLOCK_FLOATS / (tileRows * d)));
  }

  /** Bytes of heap that scans for {@code count} queries need. */
  static long heapBytes(Kernels kernels, int d, int count) {
    int tileRows = kernels.tileRows();
    long rows = rowTiles(tileRows, d) * (long) tileRows;
    return rows * (8L * d + 16) + (count + kernels.tileQueries()) * (4L * d + 12) + 4L * d;
  }

  /** Queries that one {@link #scan} should be given at most. */
  int maxQueries() {
    return Math.max(tileQueries, QUERY_FLOATS / d / tileQueries * tileQueries);
  }

  /** The mean of some rows; any centre is right, one near the data lets fewer pairs pass. */
  private void computeCentre() {
    int sampled = Math.min(CENTRE_ROWS, vectors.size());
    double[] sums = new double[d];
    for (int i = 0; i < sampled; i++) {
      vectors.read((int) ((long) i * vectors.size() / sampled), rows, 0);
      for (int j = 0; j < d; j++) {
        sums[j] += rows[j];
      }
    }
    for (int j = 0; j < d && sampled > 0; j++) {
      centre[j] = (float) (sums[j] / sampled);
    }
  }

  /** Offers the rows in {@code accept}, null for all, to {@code best[i]} for each query i. */
  void scan(float[] queries, int queriesOffset, int count, BitSet accept, TopK[] best) {
    this.queries = queries;
    this.queriesOffset = queriesOffset;
    this.count = count;
    this.best = best;
    packQueries();
    int filled = 0;
    for (int row = next(accept, 0); row < vectors.size(); row = next(accept, row + 1)) {
      ordinals[filled] = row;
      vectors.read(row, rows, filled * d);
      double squaredNorm = ExactDistance.squaredL2(rows, filled * d, centre, 0, d);
      if (metric == Metric.COSINE && squaredNorm == 0) {
        continue;
      }
      rowSquaredNorms[filled] = squaredNorm;
      rowTerms[filled] = bounds.rowTerm(squaredNorm);
      if (++filled == ordinals.length) {
        scanRows(filled);
        filled = 0;
      }
    }
    scanRows(filled);
  }

  /** The first row from {@code from} on that is accepted; beyond any row when there is none. */
  static int next(BitSet accept, int from) {
    if (accept == null) {
      return from;
    }
    int next = accept.nextSetBit(from);
    return next < 0 ? Integer.MAX_VALUE : next;
  }

  private void packQueries() {
    int padded = (count + tileQueries - 1) / tileQueries * tileQueries;
    if (thresholds.length < padded) {
      packedQueries = new float[padded * d];
      querySquaredNorms = new double[padded];
      thresholds = new float[padded];
    }
    for (int i = 0; i < count; i++) {
      int at = queriesOffset + i * d;
      int tile = i / tileQueries * tileQueries;
      querySquaredNorms[i] = ExactDistance.squaredL2(queries, at, centre, 0, d);
      thresholds[i] = Float.NEGATIVE_INFINITY;
      double scale = bounds.queryScale(querySquaredNorms[i]);
      pack(queries, at, 0, d, scale, packedQueries, tile * d + i - tile, tileQueries);
    }
  }

  private void packRows(int filled) {
    for (int from = 0; from < d; from += PACK_DIMENSIONS) {
      int to = Math.min(d, from + PACK_DIMENSIONS);
      for (int r = 0; r < filled; r++) {
        int tile = r / tileRows * tileRows;
        double scale = bounds.rowScale(rowSquaredNorms[r]);
        pack(rows, r * d, from, to, scale, packedRows, tile * d + r - tile, tileRows);
      }
    }
  }

  private void pack(
      float[] from, int offset, int start, int end, double scale, float[] to, int at, int stride) {
    if (scale == 1) {
      // The same bits as below: a difference of floats is rounded once either way.
      for (int j = start; j < end; j++) {
        to[at + j * stride] = from[offset + j] - centre[j];
      }
      return;
    }
    for (int j = start; j < end; j++) {
      to[at + j * stride] = (float) (((double) from[offset + j] - centre[j]) * scale);
    }
  }

  private void scanRows(int filled) {
    packRows(filled);
    int blockQueries = Math.max(1, QUERY_BLOCK_FLOATS / (tileQueries * d)) * tileQueries;
    for (int from = 0; from < count; from += blockQueries) {
      int to = Math.min(count, from + blockQueries);
      for (int rowTile = 0; rowTile < filled; rowTile += tileRows) {
        for (int queryTile = from; queryTile < to; queryTile += tileQueries) {
          int passing =
              kernels.tile(
                  packedQueries,
                  queryTile * d,
                  packedRows,
                  rowTile * d,
                  d,
                  rowTerms,
                  rowTile,
                  thresholds,
                  queryTile,
                  products);
          for (; passing != 0; passing &= passing - 1) {
            int q = Integer.numberOfTrailingZeros(passing);
            if (queryTile + q < count) {
              recompute(queryTile + q, q * tileRows, rowTile, Math.min(filled, rowTile + tileRows));
            }
          }
        }
      }
    }
  }

  /** Computes the distances of a query to those rows from {@code from} to {@code to} that pass. */
  private void recompute(int query, int productsOffset, int from, int to) {
    for (int r = from; r < to; r++) {
      if (products[productsOffset + r - from] < rowTerms[r] + thresholds[query]) {
        continue;
      }
      float distance =
          ExactDistance.of(
              metric,
              queries,
              queriesOffset + query * d,
              querySquaredNorms[query],
              rows,
              r * d,
              rowSquaredNorms[r],
              d);
      if (best[query].add(ordinals[r], distance)) {
        thresholds[query] = bounds.threshold(querySquaredNorms[query], best[query].bound());
      }
    }
  }
}
