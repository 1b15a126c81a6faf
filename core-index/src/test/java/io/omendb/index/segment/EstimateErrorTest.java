/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EstimateErrorTest {
  private static final int ROWS = 20_000;
  private static final int K = 10;

  /** Distances that grow as those of rows around a query, or those of a shell far from it. */
  private static double distance(Random random, boolean shell) {
    double u = random.nextDouble();
    return shell ? 100 + u : 100 * Math.pow(u, 1.0 / 8);
  }

  /** Expected misses of a list of 64, and those that there are, over many random queries. */
  private static double[] expectedAndActual(boolean shell, double noise) {
    double[] sums = new double[2];
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      float[][] rows = new float[ROWS][];
      for (int i = 0; i < ROWS; i++) {
        double distance = distance(random, shell);
        // Biased, as the estimates of a quantizer are.
        rows[i] =
            new float[] {(float) (distance - 3 + noise * random.nextGaussian()), (float) distance};
      }
      Arrays.sort(rows, (a, b) -> Float.compare(a[0], b[0]));
      float[] candidates = new float[64];
      EstimateError error = new EstimateError(1);
      for (int i = 0; i < 64; i++) {
        error.add(rows[i][0], rows[i][1]);
        candidates[i] = rows[i][1];
      }
      Arrays.sort(candidates);
      sums[0] += error.expectedMisses(candidates[K - 1]);
      for (int i = 64; i < ROWS; i++) {
        sums[1] += rows[i][1] < candidates[K - 1] ? 1 : 0;
      }
    }
    return new double[] {sums[0] / 50, sums[1] / 50};
  }

  @Test
  void tellsEstimatesThatOrderRowsFromThoseThatCannot() {
    double[] good = expectedAndActual(false, 1);
    assertThat(good[1]).isLessThan(0.1);
    assertThat(good[0]).isLessThan(0.3);
    double[] far = expectedAndActual(true, 1);
    assertThat(far[1]).isGreaterThan(K);
    assertThat(far[0]).isGreaterThan(0.2 * K);
  }

  @Test
  void growsWithTheNoise() {
    double before = 0;
    for (double noise : new double[] {0.5, 1, 2, 4, 8}) {
      double[] both = expectedAndActual(false, noise);
      assertThat(both[0]).isGreaterThan(before);
      before = both[0];
    }
  }

  @Test
  void equalRowsHideNothing() {
    EstimateError error = new EstimateError(2);
    for (int i = 0; i < 20; i++) {
      error.add(6.6f, 3.1f);
    }
    assertThat(error.expectedMisses(3.1f)).isZero();
    error.clear();
    for (int i = 0; i < 20; i++) {
      error.add(0.7f * i, 0.3f + 0.35f * i);
    }
    assertThat(error.expectedMisses(0.3f + 0.35f * 9)).isLessThan(1e-6);
  }

  @Test
  void oneEstimateOfDifferentRowsHidesAnyNumber() {
    EstimateError error = new EstimateError(1);
    for (int i = 0; i < 20; i++) {
      error.add(1f, i);
    }
    assertThat(error.expectedMisses(9)).isInfinite();
  }
}
