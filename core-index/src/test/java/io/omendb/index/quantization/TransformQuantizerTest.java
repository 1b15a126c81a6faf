/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.omendb.index.vector.VectorReader;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coding and estimating with arbitrary and with learned transforms. */
class TransformQuantizerTest {
  private final Random random = new Random(17);

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "3, 0, 1", "16, 1, 1", "50, 2, 3", "100, 0, 4", "784, 3, 4"})
  void estimatesAreWhatTheDecodedComponentsSay(int d, int wide, int narrow) {
    for (boolean negatedDot : new boolean[] {false, true}) {
      TransformQuantizer quantizer = arbitrary(d, wide, narrow, negatedDot);
      int n = 9;
      float[] vectors = gaussians(2 + n * d);
      byte[] codes = new byte[3 + n * quantizer.codeBytes()];
      quantizer.encode(vectors, 2, n, codes, 3);
      byte[] adjacent = java.util.Arrays.copyOfRange(codes, 3, codes.length);
      CodeEstimator estimator = quantizer.newEstimator();
      float[] estimates = new float[n];
      for (int query = 0; query < 3; query++) {
        float[] q = gaussians(d);
        estimator.prepare(q);
        estimator.distances(adjacent, n, estimates);
        for (int i = 0; i < n; i++) {
          double expected = expected(quantizer, q, vectors, 2 + i * d, negatedDot);
          assertThat((double) estimates[i])
              .isCloseTo(expected, within(1e-4 * (1 + Math.abs(expected)) * Math.sqrt(d)));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "3, 0, 1", "50, 2, 3", "784, 3, 4"})
  void decodedComponentsGiveTheEstimates(int d, int wide, int narrow) {
    TransformQuantizer quantizer = arbitrary(d, wide, narrow, false);
    byte[] codes = new byte[5 + quantizer.codeBytes()];
    float[] vectors = gaussians(2 * d);
    quantizer.encode(vectors, d, 1, codes, 5);
    float[] components = new float[2 + quantizer.components()];
    float squaredNorm = quantizer.decode(codes, 5, components, 2);
    CodeEstimator estimator = quantizer.newEstimator();
    float[] query = java.util.Arrays.copyOf(vectors, d);
    estimator.prepare(query);
    float[] estimate = new float[1];
    estimator.distances(java.util.Arrays.copyOfRange(codes, 5, codes.length), 1, estimate);
    float[] centred = new float[d];
    float[] turned = new float[quantizer.components()];
    quantizer.centre(query, 0, centred);
    quantizer.turn(centred, turned);
    double expected = squaredNorm + quantizer.queryTerm(query, centred);
    for (int j = 0; j < turned.length; j++) {
      expected -= 2.0 * turned[j] * components[2 + j];
    }
    assertThat((double) estimate[0])
        .isCloseTo(expected, within(1e-4 * (1 + Math.abs(expected)) * Math.sqrt(d)));
  }

  /** The estimate by the book: in double, from rounded components, without a code. */
  private static double expected(
      TransformQuantizer quantizer, float[] q, float[] vectors, int at, boolean negatedDot) {
    int d = q.length;
    float[] mean = quantizer.copyMean();
    float[] scales = quantizer.copyScales();
    float[] steps = quantizer.copySteps();
    byte[] basis = quantizer.copyBasis();
    double rowSquared = 0;
    double querySquared = 0;
    double meanRow = 0;
    double meanQuery = 0;
    for (int x = 0; x < d; x++) {
      double row = vectors[at + x] - (double) mean[x];
      double query = q[x] - (double) mean[x];
      rowSquared += row * row;
      querySquared += query * query;
      meanRow += mean[x] * row;
      meanQuery += mean[x] * (double) q[x];
    }
    double product = 0;
    for (int j = 0; j < scales.length; j++) {
      double row = 0;
      double query = 0;
      for (int x = 0; x < d; x++) {
        row += (double) basis[j * d + x] * (vectors[at + x] - (double) mean[x]);
        query += (double) basis[j * d + x] * (q[x] - (double) mean[x]);
      }
      row *= scales[j];
      query *= scales[j];
      double value = 0;
      if (steps[j] > 0 && j < 16 * quantizer.wideBlocks()) {
        value = Math.max(-127, Math.min(127, Math.floor(row / steps[j] + 0.5))) * steps[j];
      } else if (steps[j] > 0) {
        value = (Math.max(-8, Math.min(7, Math.floor(row / steps[j]))) + 0.5) * steps[j];
      }
      product += query * value;
    }
    return negatedDot ? -product - meanRow - meanQuery : rowSquared + querySquared - 2 * product;
  }

  /** A basis and steps that mean nothing; values near the edge of a step are avoided by luck. */
  private TransformQuantizer arbitrary(int d, int wide, int narrow, boolean negatedDot) {
    int components = TransformQuantizer.components(wide, narrow);
    float[] scales = new float[components];
    float[] steps = new float[components];
    byte[] basis = new byte[components * d];
    random.nextBytes(basis);
    for (int j = 0; j < components; j++) {
      scales[j] = (float) (1 / (73 * Math.sqrt(d)));
      steps[j] = j % 7 == 6 ? 0 : j < 16 * wide ? 0.02f : 0.3f;
    }
    return new TransformQuantizer(wide, narrow, gaussians(d), scales, steps, basis, negatedDot);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TransformQuantizer(
                    1, 0, new float[4], new float[16], new float[15], new byte[64], false))
        .withMessageContaining("16 components of 4 floats");
  }

  @Test
  void defaultBlocksFollowTheDimension() {
    assertThat(TransformQuantizer.defaultBlocks(1)).isEqualTo(1);
    assertThat(TransformQuantizer.defaultBlocks(64)).isEqualTo(1);
    assertThat(TransformQuantizer.defaultBlocks(128)).isEqualTo(2);
    assertThat(TransformQuantizer.defaultBlocks(384)).isEqualTo(6);
    assertThat(TransformQuantizer.defaultBlocks(784)).isEqualTo(7);
    assertThat(TransformQuantizer.defaultBlocks(4096)).isEqualTo(8);
  }

  @Test
  void componentsFollowTheVarianceAndEstimatesTheDistances() {
    int d = 60;
    VectorReader rows = lowRank(5000, d, 12, 0.05);
    TransformQuantizer quantizer = TransformTrainer.train(rows, 2, false, 5, 2);
    assertThat(quantizer.wideBlocks()).isEqualTo(1);
    byte[] codes = new byte[200 * quantizer.codeBytes()];
    float[] vectors = new float[200 * d];
    for (int i = 0; i < 200; i++) {
      rows.read(i, vectors, i * d);
    }
    quantizer.encode(vectors, 0, 200, codes, 0);
    CodeEstimator estimator = quantizer.newEstimator();
    float[] query = new float[d];
    float[] estimates = new float[200];
    double error = 0;
    double all = 0;
    for (int q = 300; q < 320; q++) {
      rows.read(q, query, 0);
      estimator.prepare(query);
      estimator.distances(codes, 200, estimates);
      for (int i = 0; i < 200; i++) {
        double distance = 0;
        for (int x = 0; x < d; x++) {
          double difference = query[x] - (double) vectors[i * d + x];
          distance += difference * difference;
        }
        error += Math.abs(estimates[i] - distance);
        all += distance;
      }
    }
    assertThat(error / all).isLessThan(0.005);
  }

  @Test
  void sameSampleAndSeedGiveTheSameTransformAtAnyThreadCount() {
    VectorReader rows = lowRank(3000, 70, 40, 0.5);
    TransformQuantizer one = TransformTrainer.train(rows, 2, true, 5, 1);
    TransformQuantizer three = TransformTrainer.train(rows, 2, true, 5, 3);
    assertThat(three.copyBasis()).containsExactly(one.copyBasis());
    assertThat(three.copySteps()).containsExactly(one.copySteps());
    assertThat(three.copyScales()).containsExactly(one.copyScales());
    assertThat(three.copyMean()).containsExactly(one.copyMean());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "2, 3", "40, 1", "40, 2", "40, 300"})
  void rowsThatDoNotVaryAreCodedExactly(int d, int n) {
    float[] row = gaussians(d);
    TransformQuantizer quantizer = TransformTrainer.train(reader(d, n, i -> row), 1, false, 1, 2);
    byte[] code = new byte[quantizer.codeBytes()];
    quantizer.encode(row, 0, 1, code, 0);
    CodeEstimator estimator = quantizer.newEstimator();
    float[] query = gaussians(d);
    estimator.prepare(query);
    float[] estimate = new float[1];
    estimator.distances(code, 1, estimate);
    double distance = 0;
    for (int x = 0; x < d; x++) {
      distance += (query[x] - (double) row[x]) * (query[x] - (double) row[x]);
    }
    assertThat((double) estimate[0]).isCloseTo(distance, within(1e-4 * (1 + distance)));
  }

  private VectorReader lowRank(int n, int d, int rank, double noise) {
    float[][] directions = new float[rank][];
    for (int k = 0; k < rank; k++) {
      directions[k] = gaussians(d);
    }
    float[][] rows = new float[n][d];
    for (float[] row : rows) {
      for (float[] direction : directions) {
        double weight = random.nextGaussian();
        for (int x = 0; x < d; x++) {
          row[x] += (float) (weight * direction[x]);
        }
      }
      for (int x = 0; x < d; x++) {
        row[x] += (float) (3 + noise * random.nextGaussian());
      }
    }
    return reader(d, n, i -> rows[i]);
  }

  private static VectorReader reader(int d, int n, java.util.function.IntFunction<float[]> rows) {
    return new VectorReader() {
      @Override
      public int size() {
        return n;
      }

      @Override
      public int dimension() {
        return d;
      }

      @Override
      public void read(int ordinal, float[] dst, int offset) {
        System.arraycopy(rows.apply(ordinal), 0, dst, offset, d);
      }
    };
  }

  private float[] gaussians(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
