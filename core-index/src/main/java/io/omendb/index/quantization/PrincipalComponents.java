/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Parallel;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The principal components of centred rows by subspace iteration (Halko, Martinsson and Tropp 2011,
 * section 4.5) on their covariances. The same rows and seed give the same components at any thread
 * count.
 */
final class PrincipalComponents {
  private static final int ROUNDS = 8;

  /** Rows that are multiplied or made orthogonal together: they stay in the cache. */
  private static final int BLOCK = 32;

  private final Kernels kernels = Kernels.BEST;
  private final int n;
  private final int d;
  private final int threads;

  private PrincipalComponents(int n, int d, int threads) {
    this.n = n;
    this.d = d;
    this.threads = threads;
  }

  /** Bytes of heap besides the rows and the result. */
  static long heapBytes(int n, int d, int count, int threads) {
    Kernels kernels = Kernels.BEST;
    long packed = (long) n * (d + kernels.tileQueries());
    long perThread = (long) n * kernels.tileRows() + 4L * d;
    return 4 * (Math.max(packed + threads * perThread, (long) count * d) + (long) d * d);
  }

  /**
   * Finds components, the largest about first.
   *
   * @param centred rows less their mean, n x d
   * @param count of components, at most d
   * @return count vectors of d floats, of length one, or zero where the rows do not vary
   */
  static float[][] of(float[] centred, int n, int d, int count, long seed, int threads) {
    PrincipalComponents run = new PrincipalComponents(n, d, threads);
    return run.iterate(run.covariance(centred), count, seed);
  }

  private float[][] iterate(float[] covariance, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] vectors = new float[count][d];
    for (float[] vector : vectors) {
      for (int x = 0; x < d; x++) {
        vector[x] = (float) random.nextDouble() - 0.5f;
      }
    }
    float[][] turned = new float[count][d];
    for (int round = 0; round < ROUNDS; round++) {
      multiply(covariance, vectors, turned);
      orthonormalize(turned);
      float[][] swap = vectors;
      vectors = turned;
      turned = swap;
    }
    return vectors;
  }

  /** Multiplies each of {@code from} with the covariances, which are symmetric. */
  private void multiply(float[] covariance, float[][] from, float[][] to) {
    Parallel.forEach(
        threads,
        (d + BLOCK - 1) / BLOCK,
        block -> {
          int first = block * BLOCK;
          int width = Math.min(BLOCK, d - first);
          float[] products = new float[BLOCK];
          for (int j = 0; j < from.length; j++) {
            kernels.dotRows(from[j], 0, covariance, first * d, width, d, products);
            System.arraycopy(products, 0, to[j], first, width);
          }
        });
  }

  /**
   * Gram-Schmidt by blocks, twice, because once is not enough for rows that are nearly the same.
   * The rows of a block meet those of the blocks before it beside other threads.
   */
  private void orthonormalize(float[][] rows) {
    for (int first = 0; first < rows.length; first += BLOCK) {
      int from = first;
      int to = Math.min(rows.length, from + BLOCK);
      for (int pass = 0; pass < 2; pass++) {
        double[] before = new double[to - from];
        Parallel.forEach(
            threads,
            to - from,
            i -> {
              before[i] = norm(rows[from + i]);
              subtract(rows, 0, from, rows[from + i]);
            });
        normalizeBlock(rows, from, to, before);
      }
    }
  }

  /**
   * Makes {@code rows[from .. to)} orthogonal to each other and of length one.
   *
   * @param before their lengths before anything was taken out of them
   */
  private void normalizeBlock(float[][] rows, int from, int to, double[] before) {
    for (int j = from; j < to; j++) {
      float[] row = rows[j];
      subtract(rows, from, j, row);
      double norm = norm(row);
      // What is left of a row that depends on those before it is rounding; it has no direction.
      float factor = norm > 1e-5 * before[j - from] ? (float) (1 / norm) : 0f;
      for (int x = 0; x < d; x++) {
        row[x] *= factor;
      }
    }
  }

  /**
   * Takes the parts along {@code rows[from .. to)}, which have length one or zero, out of a row.
   */
  private void subtract(float[][] rows, int from, int to, float[] row) {
    for (int i = from; i < to; i++) {
      float[] other = rows[i];
      float product = kernels.dot(row, 0, other, 0, d);
      for (int x = 0; x < row.length; x++) {
        row[x] -= product * other[x];
      }
    }
  }

  private double norm(float[] row) {
    return Math.sqrt(kernels.dot(row, 0, row, 0, d));
  }

  /** Products of all pairs of dimensions over the rows, d x d. */
  private float[] covariance(float[] centred) {
    float[] products = new float[d * d];
    int width = kernels.tileRows();
    int height = kernels.tileQueries();
    float[][] tops = new float[(d + height - 1) / height][];
    Parallel.forEach(threads, tops.length, top -> tops[top] = pack(centred, top * height, height));
    float[] unbounded = new float[Math.max(width, height)];
    Arrays.fill(unbounded, Float.POSITIVE_INFINITY);
    Parallel.forEach(
        threads,
        (d + width - 1) / width,
        panel -> {
          int first = panel * width;
          float[] columns = pack(centred, first, width);
          float[] tile = new float[width * height];
          for (int top = 0; top < Math.min(d, first + width); top += height) {
            kernels.tile(tops[top / height], 0, columns, 0, n, unbounded, 0, unbounded, 0, tile);
            for (int i = top; i < Math.min(d, top + height); i++) {
              for (int j = Math.max(i, first); j < Math.min(d, first + width); j++) {
                float product = tile[(i - top) * width + j - first] / n;
                products[i * d + j] = product;
                products[j * d + i] = product;
              }
            }
          }
        });
    return products;
  }

  /** Dimensions from {@code first} on of all rows; zero beyond the last one. */
  private float[] pack(float[] centred, int first, int width) {
    float[] packed = new float[n * width];
    int used = Math.min(width, d - first);
    for (int i = 0; i < n; i++) {
      for (int x = 0; x < used; x++) {
        packed[i * width + x] = centred[i * d + first + x];
      }
    }
    return packed;
  }
}
