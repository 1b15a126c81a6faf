/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.TopK;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Lloyd's k-means over squared Euclidean distance (Lloyd, 1982), started by k-means++ (Arthur and
 * Vassilvitskii, 2007) on a sample. The same points, k and seed give the same centroids at any
 * thread count: every sum is taken by one thread in the order of the points.
 */
public final class KMeans {
  private static final int POINTS_PER_STEP = 4096;

  /** Points per centroid that the start looks at; more change it little and cost time. */
  private static final int SEEDING_POINTS = 16;

  private static final int SEEDING_RUN = 64;

  private final Kernels kernels = Kernels.BEST;
  private final float[] points;
  private final int n;
  private final int d;
  private final int k;
  private final int threads;
  private final float[] centroids;

  /** Centroid of each point; -1 before the first assignment. */
  private final int[] assignment;

  private KMeans(float[] points, int n, int d, int k, int threads) {
    this.points = points;
    this.n = n;
    this.d = d;
    this.k = k;
    this.threads = threads;
    this.centroids = new float[k * d];
    this.assignment = new int[n];
    Arrays.fill(assignment, -1);
  }

  /**
   * Finds k centroids of n points.
   *
   * @param points row-major, n x d, finite
   * @param n number of points, at least 1
   * @param d floats per point, at least 1
   * @param k number of centroids, 1 to n
   * @param rounds upper bound of Lloyd rounds, at least 0; fewer when no point changes its centroid
   * @param seed of every random choice
   * @param threads used, at least 1
   * @return centroids, row-major, k x d; some are equal when there are fewer than k distinct points
   */
  public static float[] train(
      float[] points, int n, int d, int k, int rounds, long seed, int threads) {
    if (k < 1 || k > n) {
      throw new IllegalArgumentException("k must be in [1, n = " + n + "], was " + k);
    }
    KMeans run = new KMeans(points, n, d, k, threads);
    run.chooseStart(new SplittableRandom(seed));
    for (int round = 0; round < rounds && run.assign(); round++) {
      run.update();
    }
    return run.centroids;
  }

  /** Each next centroid is a point drawn with a probability by its squared distance to the last. */
  private void chooseStart(SplittableRandom random) {
    int[] sample = Sampling.ordinals(n, (int) Math.min((long) k * SEEDING_POINTS, n), random);
    int count = sample.length;
    float[] columns = new float[count * d];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < d; j++) {
        columns[j * count + i] = points[sample[i] * d + j];
      }
    }
    float[] distances = new float[count];
    float[] nearest = new float[count];
    Arrays.fill(nearest, Float.POSITIVE_INFINITY);
    // One sum per run of points, so that the draw can skip runs.
    double[] sums = new double[(count + SEEDING_RUN - 1) / SEEDING_RUN];
    int chosen = random.nextInt(count);
    for (int c = 0; c < k; c++) {
      System.arraycopy(points, sample[chosen] * d, centroids, c * d, d);
      if (c == k - 1) {
        return;
      }
      kernels.squaredL2Columns(centroids, c * d, d, columns, 0, count, distances, 0);
      double total = 0;
      for (int run = 0; run < sums.length; run++) {
        sums[run] = lower(nearest, distances, run * SEEDING_RUN);
        total += sums[run];
      }
      chosen = draw(nearest, sums, random.nextDouble() * total);
    }
  }

  /** Lowers the distances of a run of points to those from one more centroid; returns their sum. */
  private static double lower(float[] nearest, float[] distances, int from) {
    int to = Math.min(nearest.length, from + SEEDING_RUN);
    double even = 0;
    double odd = 0;
    for (int i = from; i < to; i += 2) {
      nearest[i] = distances[i] < nearest[i] ? distances[i] : nearest[i];
      even += nearest[i];
      if (i + 1 < to) {
        nearest[i + 1] = distances[i + 1] < nearest[i + 1] ? distances[i + 1] : nearest[i + 1];
        odd += nearest[i + 1];
      }
    }
    return even + odd;
  }

  /** The point at which the running sum of distances exceeds {@code goal}. */
  private static int draw(float[] nearest, double[] sums, double goal) {
    double sum = 0;
    int run = 0;
    while (run < sums.length - 1 && sum + sums[run] <= goal) {
      sum += sums[run++];
    }
    int chosen = run * SEEDING_RUN;
    sum += nearest[chosen];
    while (sum <= goal && chosen < nearest.length - 1) {
      sum += nearest[++chosen];
    }
    return chosen;
  }

  /** Gives every point to its nearest centroid; false when none changed. */
  private boolean assign() {
    float[] columns = new float[k * d];
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < d; j++) {
        columns[j * k + c] = centroids[c * d + j];
      }
    }
    int steps = (n + POINTS_PER_STEP - 1) / POINTS_PER_STEP;
    boolean[] changed = new boolean[steps];
    Parallel.forEach(
        threads,
        steps,
        step -> {
          int[] nearest = new int[POINTS_PER_STEP];
          int from = step * POINTS_PER_STEP;
          int count = Math.min(n - from, POINTS_PER_STEP);
          kernels.nearestColumns(points, from * d, d, count, d, columns, 0, k, nearest);
          for (int i = 0; i < count; i++) {
            changed[step] |= nearest[i] != assignment[from + i];
            assignment[from + i] = nearest[i];
          }
        });
    for (boolean c : changed) {
      if (c) {
        return true;
      }
    }
    return false;
  }

  /** Moves every centroid to the mean of its points. */
  private void update() {
    // Points ordered by centroid: those of centroid c end where those of c + 1 start.
    int[] ends = new int[k + 1];
    for (int c : assignment) {
      ends[c + 1]++;
    }
    for (int c = 0; c < k; c++) {
      ends[c + 1] += ends[c];
    }
    int[] ordered = new int[n];
    for (int i = 0; i < n; i++) {
      ordered[ends[assignment[i]]++] = i;
    }
    Parallel.forEach(threads, k, c -> moveToMean(c, ordered, c == 0 ? 0 : ends[c - 1], ends[c]));
    moveUnused(ends);
  }

  private void moveToMean(int c, int[] ordered, int from, int to) {
    if (from == to) {
      return;
    }
    double[] sums = new double[d];
    for (int i = from; i < to; i++) {
      int at = ordered[i] * d;
      for (int j = 0; j < d; j++) {
        sums[j] += points[at + j];
      }
    }
    for (int j = 0; j < d; j++) {
      centroids[c * d + j] = (float) (sums[j] / (to - from));
    }
  }

  /** Moves centroids that have no point to the points that are farthest from their centroids. */
  private void moveUnused(int[] ends) {
    int unused = 0;
    for (int c = 0; c < k; c++) {
      unused += ends[c] == (c == 0 ? 0 : ends[c - 1]) ? 1 : 0;
    }
    if (unused == 0) {
      return;
    }
    TopK farthest = new TopK(unused);
    for (int i = 0; i < n; i++) {
      float distance = kernels.squaredL2(points, i * d, centroids, assignment[i] * d, d);
      if (distance > 0) {
        farthest.add(i, -distance);
      }
    }
    farthest.sort();
    int next = 0;
    for (int c = 0; c < k && next < farthest.size(); c++) {
      if (ends[c] == (c == 0 ? 0 : ends[c - 1])) {
        System.arraycopy(points, farthest.ordinal(next++) * d, centroids, c * d, d);
      }
    }
  }
}
