/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {
  private static final int ROWS = 400;

  @Test
  void rowsThatVaryAlongTheAxesHaveThemAsComponents() {
    int d = 80;
    float[] rows = new float[ROWS * d];
    Random random = new Random(1);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) (random.nextGaussian() * Math.pow(0.5, i % d));
    }
    float[][] components = PrincipalComponents.of(rows, ROWS, d, 6, 2, 1);
    for (int j = 0; j < components.length; j++) {
      assertThat(Math.abs(components[j][j])).isCloseTo(1f, within(0.05f));
    }
  }

  /** Their rounding is no direction, in the block of the last component and in the next. */
  @Test
  void whereRowsDoNotVaryComponentsAreZero() {
    int d = 80;
    int varying = 40;
    float[] rows = new float[ROWS * d];
    Random random = new Random(3);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % d < varying ? (float) random.nextGaussian() : 0f;
    }
    float[][] components = PrincipalComponents.of(rows, ROWS, d, d, 4, 2);
    assertThat(Arrays.stream(components).filter(c -> dot(c, c) > 0)).hasSize(varying);
  }

  /** More components than a block has, of rows that may vary along few directions. */
  @Property(tries = 30)
  void componentsAreOrthonormalAndHoldTheVariance(
      @ForAll @IntRange(min = 1, max = 100) int d,
      @ForAll @IntRange(min = 0, max = 100) int rank,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll long seed) {
    float[] rows = rows(d, Math.min(rank, d), seed);
    float[][] components = PrincipalComponents.of(rows, ROWS, d, d, seed, threads);
    assertThat(components).hasNumberOfRows(d);
    for (int i = 0; i < d; i++) {
      double squaredNorm = dot(components[i], components[i]);
      assertThat(Math.min(squaredNorm, Math.abs(squaredNorm - 1))).isLessThan(1e-4);
      for (int j = 0; j < i; j++) {
        assertThat(dot(components[i], components[j])).isCloseTo(0, within(1e-4));
      }
    }
    assertThat(variance(components, rows)).isCloseTo(squares(rows), within(1e-3 * squares(rows)));
    assertThat(components).isDeepEqualTo(PrincipalComponents.of(rows, ROWS, d, d, seed, 1));
  }

  private static float[] rows(int d, int rank, long seed) {
    Random random = new Random(seed);
    float[][] directions = new float[rank][d];
    for (float[] direction : directions) {
      for (int x = 0; x < d; x++) {
        direction[x] = (float) random.nextGaussian();
      }
    }
    float[] rows = new float[ROWS * d];
    for (int i = 0; i < ROWS; i++) {
      for (float[] direction : directions) {
        float weight = (float) random.nextGaussian();
        for (int x = 0; x < d; x++) {
          rows[i * d + x] += weight * direction[x];
        }
      }
    }
    return rows;
  }

  private static double squares(float[] rows) {
    return dot(rows, rows);
  }

  /** The squares of the parts of the rows along the components. */
  private static double variance(float[][] components, float[] rows) {
    int d = components[0].length;
    float[] row = new float[d];
    double sum = 0;
    for (int i = 0; i < rows.length / d; i++) {
      System.arraycopy(rows, i * d, row, 0, d);
      for (float[] component : components) {
        sum += Math.pow(dot(component, row), 2);
      }
    }
    return sum;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int x = 0; x < a.length; x++) {
      sum += (double) a[x] * b[x];
    }
    return sum;
  }
}
