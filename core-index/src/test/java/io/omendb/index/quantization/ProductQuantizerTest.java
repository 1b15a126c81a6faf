/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Coding and scoring with an arbitrary codebook. */
class ProductQuantizerTest {
  private final Random random = new Random(17);

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(1, 1),
        Arguments.of(2, 1),
        Arguments.of(7, 3),
        Arguments.of(16, 16),
        Arguments.of(50, 13),
        Arguments.of(96, 12),
        Arguments.of(100, 33));
  }

  @Test
  void subspacesCoverTheDimensionsWithWidthsThatDifferByOneAtMost() {
    for (int d = 1; d < 200; d++) {
      for (int m = 1; m <= d; m++) {
        ProductQuantizer quantizer = new ProductQuantizer(d, m, new float[256 * d], false);
        assertThat(quantizer.start(0)).isZero();
        assertThat(quantizer.start(m)).isEqualTo(d);
        for (int s = 0; s < m; s++) {
          assertThat(quantizer.start(s + 1) - quantizer.start(s)).isBetween(d / m, (d - 1) / m + 1);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void encodingTakesTheNearestCentroidOfEverySubspace(int d, int m) {
    float[] codebook = gaussians(256 * d);
    ProductQuantizer quantizer = new ProductQuantizer(d, m, codebook, false);
    int n = 20;
    float[] vectors = gaussians(3 + n * d);
    byte[] codes = new byte[2 + n * m];
    quantizer.encode(vectors, 3, n, codes, 2);
    for (int i = 0; i < n; i++) {
      for (int s = 0; s < m; s++) {
        double chosen =
            distance(quantizer, codebook, vectors, 3 + i * d, s, codes[2 + i * m + s] & 0xff);
        for (int c = 0; c < 256; c++) {
          double other = distance(quantizer, codebook, vectors, 3 + i * d, s, c);
          assertThat(chosen).isLessThanOrEqualTo(other * (1 + 1e-5) + 1e-30);
        }
      }
    }
  }

  private static double distance(
      ProductQuantizer quantizer, float[] codebook, float[] vectors, int at, int s, int c) {
    double sum = 0;
    for (int j = quantizer.start(s); j < quantizer.start(s + 1); j++) {
      double x = vectors[at + j] - codebook[j * 256 + c];
      sum += x * x;
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void estimatesAreTheDistancesToTheDecodedVectors(int d, int m) {
    float[] codebook = gaussians(256 * d);
    ProductQuantizer quantizer = new ProductQuantizer(d, m, codebook, false);
    int n = 23;
    byte[] codes = new byte[n * m];
    random.nextBytes(codes);
    float[] l2 = new float[n];
    float[] negatedDot = new float[n];
    CodeEstimator l2Estimator = quantizer.newEstimator();
    CodeEstimator dotEstimator = new ProductQuantizer(d, m, codebook, true).newEstimator();
    for (int query = 0; query < 3; query++) {
      float[] q = gaussians(d);
      l2Estimator.prepare(q);
      l2Estimator.distances(codes, n, l2);
      dotEstimator.prepare(q);
      dotEstimator.distances(codes, n, negatedDot);
      float[] decoded = new float[d + 1];
      for (int i = 0; i < n; i++) {
        quantizer.decode(codes, i * m, decoded, 1);
        double l2Sum = 0;
        double dotSum = 0;
        for (int j = 0; j < d; j++) {
          l2Sum += (q[j] - (double) decoded[1 + j]) * (q[j] - (double) decoded[1 + j]);
          dotSum += q[j] * (double) decoded[1 + j];
        }
        assertThat(l2[i]).isCloseTo((float) l2Sum, within(1e-5f * d));
        assertThat(negatedDot[i]).isCloseTo((float) -dotSum, within(1e-5f * d));
      }
    }
  }

  @Test
  void aCentroidIsCodedByItsNumberAndEqualCentroidsByTheLowest() {
    int d = 6;
    float[] codebook = new float[256 * d];
    for (int j = 0; j < d; j++) {
      for (int c = 0; c < 256; c++) {
        codebook[j * 256 + c] = c < 200 ? c * (j + 1) : 7 * (j + 1);
      }
    }
    ProductQuantizer quantizer = new ProductQuantizer(d, 3, codebook, false);
    byte[] codes = {(byte) 199, 7, 0};
    float[] vector = new float[d];
    quantizer.decode(codes, 0, vector, 0);
    assertThat(vector).containsExactly(199, 398, 21, 28, 0, 0);
    byte[] again = new byte[3];
    quantizer.encode(vector, 0, 1, again, 0);
    assertThat(again).containsExactly(codes);
  }

  @Test
  void codebookIsReturnedAsACopy() {
    float[] codebook = gaussians(256 * 3);
    ProductQuantizer quantizer = new ProductQuantizer(3, 2, codebook, false);
    assertThat(quantizer.copyCodebook()).containsExactly(codebook).isNotSameAs(codebook);
    assertThat(quantizer.dimension()).isEqualTo(3);
    assertThat(quantizer.subspaces()).isEqualTo(2);
  }

  @Test
  void defaultSubspacesFollowTheDimension() {
    assertThat(ProductQuantizer.defaultSubspaces(1)).isEqualTo(1);
    assertThat(ProductQuantizer.defaultSubspaces(25)).isEqualTo(7);
    assertThat(ProductQuantizer.defaultSubspaces(63)).isEqualTo(16);
    assertThat(ProductQuantizer.defaultSubspaces(64)).isEqualTo(16);
    assertThat(ProductQuantizer.defaultSubspaces(128)).isEqualTo(32);
    assertThat(ProductQuantizer.defaultSubspaces(511)).isEqualTo(128);
    assertThat(ProductQuantizer.defaultSubspaces(512)).isEqualTo(64);
    assertThat(ProductQuantizer.defaultSubspaces(784)).isEqualTo(98);
    assertThat(ProductQuantizer.defaultSubspaces(65_536)).isEqualTo(8192);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProductQuantizer(4, 5, new float[1024], false))
        .withMessage("subspaces must be in [1, dimension = 4], was 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProductQuantizer(4, 2, new float[1000], false))
        .withMessage("codebook must hold 1024 floats, holds 1000");
  }

  private float[] gaussians(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
