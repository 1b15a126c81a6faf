/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.VectorReader;
import java.util.SplittableRandom;

/**
 * Learns the codebook of a {@link ProductQuantizer}: k-means in each subspace over a sample of the
 * vectors. The same vectors, subspaces and seed give the same codebook at any thread count.
 */
public final class PqTrainer {
  /** Most rows that are looked at: 64 per centroid. */
  public static final int MAX_ROWS = 16_384;

  /** Most floats of the sample, which is 256 MiB; wide vectors are sampled more thinly. */
  private static final int MAX_FLOATS = 1 << 26;

  private static final int ROUNDS = 6;

  private PqTrainer() {}

  /** Rows that are looked at when there are {@code n} of {@code dimension} floats. */
  public static int sampleSize(int n, int dimension) {
    return Math.min(n, Math.min(MAX_ROWS, MAX_FLOATS / dimension));
  }

  /** Bytes of heap that {@link #train} needs for {@code n} vectors on {@code threads} threads. */
  public static long heapBytes(int n, int dimension, int subspaces, int threads) {
    long rows = sampleSize(n, dimension);
    long width = (dimension + subspaces - 1L) / subspaces;
    // The points of a subspace, their centroids and order, the centroids twice, the start.
    long perThread = rows * (width * 4 + 8) + ProductQuantizer.CENTROIDS * (width * 16 + 256);
    return rows * dimension * 4 + ProductQuantizer.CENTROIDS * 4L * dimension + threads * perThread;
  }

  /**
   * Trains on at most {@link #MAX_ROWS} of the vectors.
   *
   * @param vectors at least one, finite
   * @param subspaces bytes per code, 1 to the dimension
   * @param negatedDot whether estimates are negated inner products, not squared distances
   * @param seed of every random choice
   * @param threads used, at least 1
   */
  public static ProductQuantizer train(
      VectorReader vectors, int subspaces, boolean negatedDot, long seed, int threads) {
    int d = vectors.dimension();
    SplittableRandom random = new SplittableRandom(seed);
    int[] rows = Sampling.ordinals(vectors.size(), sampleSize(vectors.size(), d), random);
    float[] sample = new float[rows.length * d];
    for (int i = 0; i < rows.length; i++) {
      vectors.read(rows[i], sample, i * d);
    }
    float[] codebook = new float[ProductQuantizer.CENTROIDS * d];
    ProductQuantizer quantizer = new ProductQuantizer(d, subspaces, codebook, negatedDot);
    Parallel.forEach(threads, subspaces, s -> trainSubspace(sample, quantizer, s, seed, codebook));
    return quantizer;
  }

  private static void trainSubspace(
      float[] sample, ProductQuantizer quantizer, int s, long seed, float[] codebook) {
    int d = quantizer.dimension();
    int n = sample.length / d;
    int start = quantizer.start(s);
    int width = quantizer.start(s + 1) - start;
    float[] points = new float[n * width];
    for (int i = 0; i < n; i++) {
      System.arraycopy(sample, i * d + start, points, i * width, width);
    }
    int k = Math.min(n, ProductQuantizer.CENTROIDS);
    float[] centroids = KMeans.train(points, n, width, k, ROUNDS, seed + s, 1);
    for (int j = 0; j < width; j++) {
      for (int c = 0; c < ProductQuantizer.CENTROIDS; c++) {
        codebook[(start + j) * ProductQuantizer.CENTROIDS + c] =
            centroids[Math.min(c, k - 1) * width + j];
      }
    }
  }
}
