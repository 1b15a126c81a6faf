/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Parallel;
import java.util.SplittableRandom;

/**
 * Lloyd's k-means over squared Euclidean distance (Lloyd, 1982), started by k-means++ (Arthur and
 * Vassilvitskii, 2007). The same points, k and seed give the same centroids at any thread count.
 */
public final class KMeans {
  /** Points per parallel piece; fixed, so that sums are always added in the same order. */
  private static final int CHUNK = 4096;

  /** Points per centroid that the start looks at; more change it little and cost time. */
  private static final int SEEDING_POINTS_PER_CENTROID = 16;

  private final float[] points;
  private final int n;
  private final int d;
  private final int k;
  private final SplittableRandom random;
  private final int threads;
  private final float[] centroids;
  private final int[] assignment;

  private KMeans(float[] points, int n, int d, int k, long seed, int threads) {
    this.points = points;
    this.n = n;
    this.d = d;
    this.k = k;
    this.random = new SplittableRandom(seed);
    this.threads = threads;
    this.centroids = new float[k * d];
    this.assignment = new int[n];
  }

  /**
   * Finds k centroids of n points.
   *
   * @param points row-major, n x d, finite
   * @param n number of points, at least 1
   * @param d floats per point, at least 1
   * @param k number of centroids, 1 to n
   * @param iterations upper bound of Lloyd rounds; ends earlier when no point moves
   * @param seed of every random choice
   * @param threads used, at least 1
   * @return centroids, row-major, k x d; some are equal when there are fewer than k distinct points
   */
  public static float[] train(
      float[] points, int n, int d, int k, int iterations, long seed, int threads) {
    if (k < 1 || k > n) {
      throw new IllegalArgumentException("k must be in [1, n], was " + k + " with n = " + n);
    }
    KMeans run = new KMeans(points, n, d, k, seed, threads);
    run.seedCentroids();
    for (int i = 0; i < iterations && run.assign(); i++) {
      run.update();
    }
    return run.centroids;
  }

  /** k-means++: each next centroid is a point drawn with probability by its squared distance. */
  private void seedCentroids() {
    int[] sample =
        Sampling.ordinals(n, Math.min((long) k * SEEDING_POINTS_PER_CENTROID, n), random);
    float[] nearest = new float[sample.length];
    java.util.Arrays.fill(nearest, Float.POSITIVE_INFINITY);
    int chosen = random.nextInt(sample.length);
    for (int c = 0; c < k; c++) {
      System.arraycopy(points, sample[chosen] * d, centroids, c * d, d);
      double total = 0;
      for (int i = 0; i < sample.length; i++) {
        nearest[i] =
            Math.min(
                nearest[i], Kernels.BEST.squaredL2(points, sample[i] * d, centroids, c * d, d));
        total += nearest[i];
      }
      double goal = random.nextDouble() * total;
      chosen = 0;
      for (double sum = nearest[0]; sum <= goal && chosen < sample.length - 1; ) {
        sum += nearest[++chosen];
      }
    }
  }

  /** Gives every point to its nearest centroid; false when nothing changed. */
  private boolean assign() {
    float[] columns = new float[k * d];
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < d; j++) {
        columns[j * k + c] = centroids[c * d + j];
      }
    }
    int chunks = (n + CHUNK - 1) / CHUNK;
    boolean[] moved = new boolean[chunks];
    Parallel.forEach(
        threads,
        chunks,
        chunk -> {
          int end = Math.min(n, (chunk + 1) * CHUNK);
          for (int i = chunk * CHUNK; i < end; i++) {
            int nearest = Kernels.BEST.nearestColumn(points, i * d, d, columns, 0, k);
            moved[chunk] |= nearest != assignment[i];
            assignment[i] = nearest;
          }
        });
    boolean any = false;
    for (boolean m : moved) {
      any |= m;
    }
    return any;
  }

  private void update() {
    double[] sums = new double[k * d];
    int[] counts = new int[k];
    for (int i = 0; i < n; i++) {
      int c = assignment[i];
      counts[c]++;
      for (int j = 0; j < d; j++) {
        sums[c * d + j] += points[i * d + j];
      }
    }
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < d && counts[c] > 0; j++) {
        centroids[c * d + j] = (float) (sums[c * d + j] / counts[c]);
      }
    }
  }
}
