/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KMeansTest {
  @Test
  void oneCentroidIsTheMean() {
    float[] points = {1, 10, 2, 20, 3, 60};
    assertThat(KMeans.train(points, 3, 2, 1, 5, 1, 1)).containsExactly(2, 30);
  }

  @Test
  void asManyCentroidsAsPointsAreThePoints() {
    float[] points = new float[40];
    for (int i = 0; i < points.length; i++) {
      points[i] = (i * 7) % 40;
    }
    float[] centroids = KMeans.train(points, 40, 1, 40, 20, 3, 2);
    Arrays.sort(centroids);
    Arrays.sort(points);
    assertThat(centroids).containsExactly(points);
  }

  @Test
  void separatedGroupsGetOneCentroidEach() {
    Random random = new Random(5);
    int k = 30;
    float[] points = new float[3000 * 3];
    for (int i = 0; i < 3000; i++) {
      int group = i % k;
      points[3 * i] = 100 * group + random.nextFloat();
      points[3 * i + 1] = -50 * group + random.nextFloat();
      points[3 * i + 2] = random.nextFloat();
    }
    float[] centroids = KMeans.train(points, 3000, 3, k, 25, 9, 1);
    TreeSet<Integer> groups = new TreeSet<>();
    for (int c = 0; c < k; c++) {
      int group = Math.round((centroids[3 * c] - 0.5f) / 100);
      groups.add(group);
      assertThat(centroids[3 * c]).isCloseTo(100 * group + 0.5f, within(0.2f));
      assertThat(centroids[3 * c + 1]).isCloseTo(-50 * group + 0.5f, within(0.2f));
    }
    assertThat(groups).hasSize(k);
  }

  @Test
  void centroidsAreTheSameAtAnyThreadCountAndDifferByTheSeed() {
    float[] points = gaussians(20_000 * 5);
    float[] one = KMeans.train(points, 20_000, 5, 37, 4, 11, 1);
    assertThat(KMeans.train(points, 20_000, 5, 37, 4, 11, 3)).containsExactly(one);
    assertThat(KMeans.train(points, 20_000, 5, 37, 4, 12, 1)).isNotEqualTo(one);
  }

  @Test
  void moreRoundsNeverFitWorse() {
    float[] points = gaussians(5000 * 4);
    double last = Double.POSITIVE_INFINITY;
    for (int rounds = 0; rounds < 12; rounds++) {
      double error = error(points, 4, KMeans.train(points, 5000, 4, 64, rounds, 2, 1));
      assertThat(error).isLessThanOrEqualTo(last * (1 + 1e-6));
      last = error;
    }
  }

  @Test
  void equalPointsGiveEqualCentroids() {
    float[] points = new float[500 * 2];
    Arrays.fill(points, 7.25f);
    float[] centroids = KMeans.train(points, 500, 2, 16, 5, 1, 2);
    assertThat(centroids).hasSize(32).containsOnly(7.25f);
  }

  @Test
  void fewDistinctPointsAmongManyEqualOnesAllGetACentroid() {
    float[] points = new float[10_000];
    for (int i = 0; i < 20; i++) {
      points[i * 499] = i + 1;
    }
    float[] centroids = KMeans.train(points, 10_000, 1, 64, 10, 4, 1);
    assertThat(error(points, 1, centroids)).isZero();
  }

  @Test
  void hugeCoordinatesDoNotBreakIt() {
    float[] points = new float[300];
    for (int i = 0; i < 300; i++) {
      points[i] = (i % 3 - 1) * Float.MAX_VALUE;
    }
    for (float c : KMeans.train(points, 300, 1, 4, 5, 1, 1)) {
      assertThat(c).isFinite();
    }
  }

  @Test
  void kOutsideOfThePointsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KMeans.train(new float[3], 3, 1, 4, 1, 1, 1))
        .withMessage("k must be in [1, n = 3], was 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KMeans.train(new float[3], 3, 1, 0, 1, 1, 1));
  }

  private static double error(float[] points, int d, float[] centroids) {
    double sum = 0;
    for (int i = 0; i < points.length; i += d) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int c = 0; c < centroids.length; c += d) {
        double distance = 0;
        for (int j = 0; j < d; j++) {
          double x = points[i + j] - centroids[c + j];
          distance += x * x;
        }
        nearest = Math.min(nearest, distance);
      }
      sum += nearest;
    }
    return sum;
  }

  private static float[] gaussians(int n) {
    Random random = new Random(1);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
