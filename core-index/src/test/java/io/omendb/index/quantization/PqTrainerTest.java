/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.VectorReader;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PqTrainerTest {
  @Test
  void codebookIsTheSameAtAnyThreadCountAndDiffersByTheSeed() {
    VectorReader vectors = gaussians(3000, 13);
    float[] one = PqTrainer.train(vectors, 4, false, 5, 1).copyCodebook();
    assertThat(PqTrainer.train(vectors, 4, false, 5, 3).copyCodebook()).containsExactly(one);
    assertThat(PqTrainer.train(vectors, 4, false, 6, 1).copyCodebook()).isNotEqualTo(one);
  }

  @Test
  void fewerRowsThanCentroidsAreCodedWithoutLoss() {
    for (int n : new int[] {1, 2, 100, 256}) {
      for (int d : new int[] {1, 5}) {
        VectorReader vectors = gaussians(n, d);
        ProductQuantizer quantizer = PqTrainer.train(vectors, (d + 1) / 2, false, 1, 2);
        assertThat(error(vectors, quantizer)).isZero();
      }
    }
  }

  @Test
  void equalRowsAreCodedWithoutLoss() {
    VectorReader vectors = rows(new float[700][9]);
    assertThat(error(vectors, PqTrainer.train(vectors, 3, false, 1, 1))).isZero();
  }

  @Test
  void errorOfGaussiansIsNearWhatTheirRateAllows() {
    // One byte for two independent coordinates is 4 bits each: Lloyd-Max needs 0.0095 of the
    // variance there (Max, 1960), vector quantization somewhat less, a sample somewhat more.
    VectorReader vectors = gaussians(20_000, 16);
    double perCoordinate = error(vectors, PqTrainer.train(vectors, 8, false, 3, 2)) / (20_000 * 16);
    assertThat(perCoordinate).isBetween(0.005, 0.0115);
  }

  @Test
  void sampleIsBoundedInRowsAndInFloats() {
    assertThat(PqTrainer.sampleSize(100, 784)).isEqualTo(100);
    assertThat(PqTrainer.sampleSize(1_000_000, 784)).isEqualTo(16_384);
    assertThat(PqTrainer.sampleSize(1_000_000, 65_536)).isEqualTo(1024);
    assertThat(PqTrainer.heapBytes(1_000_000, 784, 98, 2)).isBetween(50L << 20, 60L << 20);
  }

  private static double error(VectorReader vectors, ProductQuantizer quantizer) {
    int d = vectors.dimension();
    float[] vector = new float[d];
    float[] decoded = new float[d];
    byte[] code = new byte[quantizer.subspaces()];
    double sum = 0;
    for (int i = 0; i < vectors.size(); i++) {
      vectors.read(i, vector, 0);
      quantizer.encode(vector, 0, 1, code, 0);
      quantizer.decode(code, 0, decoded, 0);
      for (int j = 0; j < d; j++) {
        sum += (vector[j] - decoded[j]) * (vector[j] - decoded[j]);
      }
    }
    return sum;
  }

  private static VectorReader gaussians(int n, int d) {
    Random random = new Random(n + d);
    float[][] rows = new float[n][d];
    for (float[] row : rows) {
      for (int j = 0; j < d; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return rows(rows);
  }

  private static VectorReader rows(float[][] rows) {
    return new VectorReader() {
      @Override
      public int size() {
        return rows.length;
      }

      @Override
      public int dimension() {
        return rows[0].length;
      }

      @Override
      public void read(int ordinal, float[] dst, int offset) {
        System.arraycopy(rows[ordinal], 0, dst, offset, rows[ordinal].length);
      }
    };
  }
}
