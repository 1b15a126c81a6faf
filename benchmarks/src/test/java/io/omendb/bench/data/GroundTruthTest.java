/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroundTruthTest {
  private static final int DIMENSION = 5;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Metric.class)
  void equalsSortingAllDistances(Metric metric) throws IOException {
    // More than one block, the last one not full.
    float[][] base = random(9_000, 1);
    float[][] queries = random(7, 2);
    int[][] truth = GroundTruth.of(write(base), queries, 10, metric);
    for (int q = 0; q < queries.length; q++) {
      float[] query = queries[q];
      int[] expected =
          IntStream.range(0, base.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> distance(metric, query, base[i])))
              .limit(10)
              .mapToInt(i -> i)
              .toArray();
      assertThat(truth[q]).containsExactly(expected);
    }
  }

  @Test
  void ordersTiesByOrdinalAcrossBlocks() throws IOException {
    float[][] base = new float[8_200][DIMENSION];
    int[][] truth = GroundTruth.of(write(base), new float[1][DIMENSION], 3, Metric.L2);
    assertThat(truth[0]).containsExactly(0, 1, 2);
  }

  @Test
  void returnsAllVectorsWhenAsMuchIsWanted() throws IOException {
    int[][] truth = GroundTruth.of(write(random(4, 3)), random(2, 4), 4, Metric.L2);
    assertThat(truth[1]).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void refusesMoreNeighboursThanVectors() throws IOException {
    Path file = write(random(4, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GroundTruth.of(file, random(1, 4), 5, Metric.L2))
        .withMessageContaining("has only 4 vectors, but 5 neighbours are wanted");
  }

  private static double distance(Metric metric, float[] a, float[] b) {
    double l2 = 0;
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      l2 += (a[i] - b[i]) * (double) (a[i] - b[i]);
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return switch (metric) {
      case L2 -> l2;
      case COSINE -> 1 - dot / Math.sqrt(aa * bb);
      case INNER_PRODUCT -> -dot;
    };
  }

  private static float[][] random(int rows, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[rows][DIMENSION];
    for (float[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private Path write(float[][] vectors) throws IOException {
    Path file = directory.resolve("base.fvecs");
    try (Fvecs.Writer writer = new Fvecs.Writer(file, DIMENSION)) {
      for (float[] vector : vectors) {
        writer.write(vector);
      }
    }
    return file;
  }
}
