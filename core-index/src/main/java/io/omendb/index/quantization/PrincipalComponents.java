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
  private static final int BLOCK = 16;

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
   * @return row-major, count x d, of length one, or zero where the rows do not vary
   */
  static float[] of(float[] centred, int n, int d, int count, long seed, int threads) {
    PrincipalComponents run = new PrincipalComponents(n, d, threads);
    return run.iterate(run.covariance(centred), count, seed);
  }

  private float[] iterate(float[] covariance, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] vectors = new float[count * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextDouble() - 0.5f;
    }
    float[] turned = new float[count * d];
    for (int round = 0; round < ROUNDS; round++) {
      multiply(covariance, vectors, turned, count);
      orthonormalize(turned, count);
      float[] swap = vectors;
      vectors = turned;
      turned = swap;
    }
    return vectors;
  }

  /** Multiplies each of {@code from} with the covariances, which are symmetric. */
  private void multiply(float[] covariance, float[] from, float[] to, int count) {
    Parallel.forEach(
        threads,
        (d + BLOCK - 1) / BLOCK,
        block -> {
          int first = block * BLOCK;
          int width = Math.min(BLOCK, d - first);
          float[] products = new float[BLOCK];
          for (int j = 0; j < count; j++) {
            kernels.dotRows(from, j * d, covariance, first * d, width, d, products);
            System.arraycopy(products, 0, to, j * d + first, width);
          }
        });
  }

  /**
   * Gram-Schmidt, twice, because once is not enough for rows that are nearly the same. Rows meet
   * those before them by blocks, which threads share.
   */
  private void orthonormalize(float[] rows, int count) {
    double[] before = new double[count];
    for (int j = 0; j < count; j++) {
      before[j] = norm(rows, j);
    }
    float[] row = new float[d];
    for (int from = 0; from < count; from += BLOCK) {
      int to = Math.min(count, from + BLOCK);
      for (int j = from; j < to; j++) {
        System.arraycopy(rows, j * d, row, 0, d);
        // Once by the block, as those behind it, and once by all.
        subtract(rows, from, j, row);
        subtract(rows, 0, j, row);
        double norm = Math.sqrt(kernels.dot(row, 0, row, 0, d));
        // What is left of a row that depends on those before it is rounding; it has no direction.
        float factor = norm > 1e-5 * before[j] ? (float) (1 / norm) : 0f;
        for (int x = 0; x < d; x++) {
          rows[j * d + x] = row[x] * factor;
        }
      }
      int first = from;
      int steps = (count - to + BLOCK - 1) / BLOCK;
      Parallel.forEach(
          threads,
          steps,
          step -> {
            float[] later = new float[d];
            int end = Math.min(count, to + (step + 1) * BLOCK);
            for (int j = to + step * BLOCK; j < end; j++) {
              System.arraycopy(rows, j * d, later, 0, d);
              subtract(rows, first, to, later);
              System.arraycopy(later, 0, rows, j * d, d);
            }
          });
    }
  }

  /**
   * Takes the parts along {@code rows[from .. to)}, which have length one or zero, out of a row.
   */
  private void subtract(float[] rows, int from, int to, float[] row) {
    for (int i = from; i < to; i++) {
      float product = kernels.dot(row, 0, rows, i * d, d);
      for (int x = 0; x < d; x++) {
        row[x] -= product * rows[i * d + x];
      }
    }
  }

  private double norm(float[] rows, int j) {
    return Math.sqrt(kernels.dot(rows, j * d, rows, j * d, d));
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
