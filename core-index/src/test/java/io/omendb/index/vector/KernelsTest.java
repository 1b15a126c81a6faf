/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The contract of {@link Kernels}, against double precision, for every implementation. */
class KernelsTest {
  static final List<Kernels> IMPLEMENTATIONS = List.of(new ScalarKernels(), new SimdKernels());

  private static final int[] DIMENSIONS =
      Stream.of(IntStream.rangeClosed(1, 70), IntStream.of(100, 127, 128, 784, 1536))
          .flatMapToInt(s -> s)
          .toArray();

  private final Random random = new Random(7);

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void squaredL2AndDotAreTheDoublePrecisionSumsUpToRounding(Kernels kernels) {
    for (int d : DIMENSIONS) {
      for (int aOffset = 0; aOffset < 4; aOffset++) {
        int bOffset = 3 * aOffset + 1;
        float[] a = gaussians(aOffset + d + 2);
        float[] b = gaussians(bOffset + d + 2);
        double l2 = 0;
        double dot = 0;
        double magnitude = 0;
        for (int j = 0; j < d; j++) {
          double x = a[aOffset + j];
          double y = b[bOffset + j];
          l2 += (x - y) * (x - y);
          dot += x * y;
          magnitude += Math.abs(x * y);
        }
        assertThat(kernels.squaredL2(a, aOffset, b, bOffset, d))
            .isCloseTo((float) l2, within(tolerance(d, l2)));
        assertThat(kernels.dot(a, aOffset, b, bOffset, d))
            .isCloseTo((float) dot, within(tolerance(d, magnitude)));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void everyCoordinateCountsOnceAndNoOther(Kernels kernels) {
    for (int d : DIMENSIONS) {
      float[] a = new float[d + 6];
      Arrays.fill(a, 1000f);
      float[] b = new float[d + 6];
      Arrays.fill(b, -1000f);
      Arrays.fill(a, 3, 3 + d, 2f);
      Arrays.fill(b, 1, 1 + d, 5f);
      assertThat(kernels.squaredL2(a, 3, b, 1, d)).isEqualTo(9f * d);
      assertThat(kernels.dot(a, 3, b, 1, d)).isEqualTo(10f * d);
    }
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void nanAndInfinityArriveInTheResultWhereverTheyStand(Kernels kernels) {
    int d = 70;
    float[] ones = new float[d];
    Arrays.fill(ones, 1f);
    for (int at = 0; at < d; at++) {
      float[] a = ones.clone();
      a[at] = Float.NaN;
      assertThat(kernels.squaredL2(a, 0, ones, 0, d)).isNaN();
      assertThat(kernels.dot(a, 0, ones, 0, d)).isNaN();
      a[at] = Float.NEGATIVE_INFINITY;
      assertThat(kernels.squaredL2(a, 0, ones, 0, d)).isEqualTo(Float.POSITIVE_INFINITY);
      assertThat(kernels.dot(a, 0, ones, 0, d)).isEqualTo(Float.NEGATIVE_INFINITY);
    }
    float[] zeros = new float[d];
    assertThat(kernels.squaredL2(zeros, 0, zeros, 0, d)).isZero();
    assertThat(kernels.dot(zeros, 0, ones, 0, d)).isZero();
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void bitsStayTheSameWhileTheMethodIsBeingCompiled(Kernels kernels) {
    int d = 333;
    float[] a = gaussians(d);
    float[] b = gaussians(d);
    float l2 = kernels.squaredL2(a, 0, b, 0, d);
    float dot = kernels.dot(a, 0, b, 0, d);
    int changed = 0;
    for (int i = 0; i < 50_000; i++) {
      changed += kernels.squaredL2(a, 0, b, 0, d) == l2 ? 0 : 1;
      changed += kernels.dot(a, 0, b, 0, d) == dot ? 0 : 1;
    }
    assertThat(changed).isZero();
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void bulkFormsGiveTheBitsOfTheSingleForms(Kernels kernels) {
    for (int d : new int[] {1, 7, 33, 128}) {
      int n = 9;
      float[] query = gaussians(d + 2);
      float[] rows = gaussians(5 + n * d);
      float[] l2 = new float[n];
      float[] dot = new float[n];
      kernels.squaredL2Rows(query, 2, rows, 5, n, d, l2);
      kernels.dotRows(query, 2, rows, 5, n, d, dot);
      for (int i = 0; i < n; i++) {
        assertThat(l2[i]).isEqualTo(kernels.squaredL2(query, 2, rows, 5 + i * d, d));
        assertThat(dot[i]).isEqualTo(kernels.dot(query, 2, rows, 5 + i * d, d));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void rowsAnywhereGetTheSameBitsWhateverTheOthersAndInEitherOrder(Kernels kernels) {
    int n = 9;
    for (int d : new int[] {1, 7, 16, 31, 32, 33, 100, 784}) {
      float[] rows = gaussians(n * d);
      int[] offsets = new int[n];
      for (int i = 0; i < n; i++) {
        offsets[i] = (i * 5 % n) * d;
      }
      float[] all = new float[n];
      float[] one = new float[1];
      kernels.squaredL2At(rows, d, rows, offsets, n, d, all);
      for (int i = 0; i < n; i++) {
        kernels.squaredL2At(rows, offsets[i], rows, new int[] {d}, 1, d, one);
        assertThat(all[i]).isEqualTo(one[0]);
        float l2 = kernels.squaredL2(rows, d, rows, offsets[i], d);
        assertThat(all[i]).isCloseTo(l2, within(tolerance(d, l2)));
      }
      kernels.squaredL2At(rows, d, rows, offsets, 0, d, all);
    }
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void columnsGiveTheDistancesOfTheRowsTheyAreMadeOf(Kernels kernels) {
    for (int d : new int[] {1, 3, 8, 17}) {
      for (int n : new int[] {1, 2, 15, 16, 17, 64, 100, 256}) {
        float[] query = gaussians(d + 3);
        float[] columns = gaussians(4 + d * n);
        float[] out = new float[n + 4];
        float[] negatedDot = new float[n + 4];
        kernels.squaredL2Columns(query, 3, d, columns, 4, n, out, 2);
        kernels.negatedDotColumns(query, 3, d, columns, 4, n, negatedDot, 2);
        for (int i = 0; i < n; i++) {
          double l2 = 0;
          double dot = 0;
          for (int j = 0; j < d; j++) {
            double x = query[3 + j];
            double y = columns[4 + j * n + i];
            l2 += (x - y) * (x - y);
            dot += x * y;
          }
          assertThat(out[2 + i]).isCloseTo((float) l2, within(tolerance(d, l2)));
          assertThat(negatedDot[2 + i]).isCloseTo((float) -dot, within(tolerance(d, l2 + 9)));
        }
        assertThat(List.of(out[0], out[1], out[n + 2], out[n + 3])).containsOnly(0f);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void nearestColumnIsTheFirstOfEqualsAndZeroWhenNoneIsBelowInfinity(Kernels kernels) {
    for (int n : new int[] {1, 5, 16, 33, 64, 200, 256}) {
      for (int d : new int[] {1, 2, 8, 11}) {
        int count = 9;
        int stride = d + 2;
        float[] rows = integers(3 + count * stride);
        float[] columns = integers(4 + n * d);
        int[] nearest = new int[count];
        kernels.nearestColumns(rows, 3, stride, count, d, columns, 4, n, nearest);
        float[] distances = new float[n];
        for (int i = 0; i < count; i++) {
          kernels.squaredL2Columns(rows, 3 + i * stride, d, columns, 4, n, distances, 0);
          int smallest = 0;
          for (int c = 0; c < n; c++) {
            smallest = distances[c] < distances[smallest] ? c : smallest;
          }
          assertThat(nearest[i]).isEqualTo(smallest);
        }
        Arrays.fill(columns, 7f);
        kernels.nearestColumns(rows, 3, stride, count, d, columns, 4, n, nearest);
        assertThat(nearest).containsOnly(0);
        for (float none : new float[] {Float.MAX_VALUE, Float.NaN}) {
          Arrays.fill(columns, none);
          kernels.nearestColumns(rows, 3, stride, count, d, columns, 4, n, nearest);
          assertThat(nearest).containsOnly(0);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void tileMultipliesAndReportsQueriesWithAProductNotBelowTheirBound(Kernels kernels) {
    int queries = kernels.tileQueries();
    int rows = kernels.tileRows();
    for (int d : new int[] {1, 2, 31, 100}) {
      float[] packedQueries = integers(5 + d * queries);
      float[] packedRows = integers(3 + d * rows);
      float[] rowTerms = integers(2 + rows);
      float[] thresholds = new float[1 + queries];
      float[] products = new float[queries * rows];
      for (int trial = 0; trial < 20; trial++) {
        for (int q = 0; q < queries; q++) {
          thresholds[1 + q] = random.nextInt(200 * d) - 20 * d;
        }
        int expected = 0;
        float[] exact = new float[queries * rows];
        for (int q = 0; q < queries; q++) {
          for (int r = 0; r < rows; r++) {
            for (int j = 0; j < d; j++) {
              exact[q * rows + r] +=
                  packedQueries[5 + j * queries + q] * packedRows[3 + j * rows + r];
            }
            if (exact[q * rows + r] >= rowTerms[2 + r] + thresholds[1 + q]) {
              expected |= 1 << q;
            }
          }
        }
        int passing =
            kernels.tile(packedQueries, 5, packedRows, 3, d, rowTerms, 2, thresholds, 1, products);
        assertThat(products).containsExactly(exact);
        assertThat(passing).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void tileReportsNan(Kernels kernels) {
    int queries = kernels.tileQueries();
    int rows = kernels.tileRows();
    float[] packedRows = new float[rows];
    float[] packedQueries = new float[queries];
    float[] rowTerms = new float[rows];
    float[] thresholds = new float[queries];
    Arrays.fill(thresholds, 1f);
    float[] products = new float[queries * rows];
    assertThat(
            kernels.tile(packedQueries, 0, packedRows, 0, 1, rowTerms, 0, thresholds, 0, products))
        .isZero();
    packedQueries[2] = Float.NaN;
    thresholds[1] = Float.NaN;
    assertThat(
            kernels.tile(packedQueries, 0, packedRows, 0, 1, rowTerms, 0, thresholds, 0, products))
        .isEqualTo(0b110);
    rowTerms[rows - 1] = Float.NaN;
    assertThat(
            kernels.tile(packedQueries, 0, packedRows, 0, 1, rowTerms, 0, thresholds, 0, products))
        .isEqualTo((1 << queries) - 1);
  }

  @ParameterizedTest
  @FieldSource("IMPLEMENTATIONS")
  void nameTellsTheImplementation(Kernels kernels) {
    assertThat(kernels.name()).matches(kernels instanceof ScalarKernels ? "scalar" : "simd-\\d+");
  }

  private float[] gaussians(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private float[] integers(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextInt(19) - 9;
    }
    return values;
  }

  private static float tolerance(int d, double magnitude) {
    return (float) ((d + 4) * 0x1p-24 * magnitude + 1e-30);
  }
}
