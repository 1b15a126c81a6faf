/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Rows and segments for tests. */
final class Fixtures {
  static final UUID TABLE = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  static final UUID SEGMENT = UUID.fromString("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

  private Fixtures() {}

  /** Small integers, whose sums are exact in every order. */
  static float[][] integerRows(int n, int d, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[n][d];
    for (float[] row : rows) {
      for (int j = 0; j < d; j++) {
        row[j] = random.nextInt(17) - 8;
      }
      row[0] += row[0] == 0 ? 1 : 0;
    }
    return rows;
  }

  /**
   * Gaussian clusters in a few hidden dimensions, mixed into d: as hard as real embeddings, unlike
   * independent coordinates.
   */
  static float[][] clusteredRows(int n, int d, int clusters, long seed) {
    Random random = new Random(seed);
    int hidden = Math.min(d, 12);
    double[][] mixing = new double[hidden][d];
    double[][] centers = new double[clusters][hidden];
    for (double[] row : mixing) {
      Arrays.setAll(row, j -> random.nextGaussian());
    }
    for (double[] center : centers) {
      Arrays.setAll(center, j -> 2 * random.nextGaussian());
    }
    float[][] rows = new float[n][d];
    for (float[] row : rows) {
      double[] center = centers[random.nextInt(clusters)];
      for (int h = 0; h < hidden; h++) {
        double x = center[h] + random.nextGaussian();
        for (int j = 0; j < d; j++) {
          row[j] += (float) (x * mixing[h][j]);
        }
      }
      for (int j = 0; j < d; j++) {
        row[j] += (float) (0.1 * random.nextGaussian());
      }
    }
    return rows;
  }

  static SegmentInfo build(Path file, float[][] rows, IndexConfig config, int minGraphRows)
      throws IOException {
    return build(file, rows, config, minGraphRows, 2);
  }

  static SegmentInfo build(
      Path file, float[][] rows, IndexConfig config, int minGraphRows, int threads)
      throws IOException {
    Files.deleteIfExists(file);
    try (SegmentBuilder builder =
        SegmentBuilder.create(file, config, TABLE, SEGMENT, minGraphRows)) {
      for (float[] row : rows) {
        builder.add(row);
      }
      return builder.finish(new BuildControl(threads, Long.MAX_VALUE, () -> false));
    }
  }

  /** The distance of the metric in double. */
  static double distance(Metric metric, float[] a, float[] b) {
    double dot = 0;
    double l2 = 0;
    double na = 0;
    double nb = 0;
    for (int j = 0; j < a.length; j++) {
      dot += (double) a[j] * b[j];
      l2 += ((double) a[j] - b[j]) * ((double) a[j] - b[j]);
      na += (double) a[j] * a[j];
      nb += (double) b[j] * b[j];
    }
    switch (metric) {
      case L2:
        return l2;
      case COSINE:
        return 1 - dot / Math.sqrt(na * nb);
      default:
        return -dot;
    }
  }

  /** Distances of the k nearest eligible rows in ascending order: the oracle. */
  static double[] nearest(float[][] rows, float[] query, Metric metric, int k, BitSet accept) {
    double[] distances = new double[rows.length];
    int n = 0;
    for (int i = 0; i < rows.length; i++) {
      if (accept == null || accept.get(i)) {
        distances[n++] = distance(metric, query, rows[i]);
      }
    }
    Arrays.sort(distances, 0, n);
    return Arrays.copyOf(distances, Math.min(k, n));
  }

  /** The share of the true k nearest that {@code answer} holds; of several as far, any will do. */
  static double recall(
      float[][] rows, float[] query, Metric metric, int k, BitSet accept, Neighbors answer) {
    double[] truth = nearest(rows, query, metric, k, accept);
    double bound = truth[truth.length - 1];
    double slack = 1e-5 * Math.abs(bound) + 1e-6;
    int hits = 0;
    for (int i = 0; i < answer.size(); i++) {
      if (distance(metric, query, rows[answer.ordinal(i)]) <= bound + slack) {
        hits++;
      }
    }
    return (double) Math.min(hits, truth.length) / truth.length;
  }

  static List<Metric> metrics() {
    return List.of(Metric.values());
  }
}
