/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.VectorReader;

/**
 * The entry point of a Vamana graph: the row of a sample that is nearest to the sample's mean
 * (Subramanya et al. 2019, section 2.2, on a sample instead of all rows).
 *
 * <p>Computed in double and in a fixed order, so that it is the same row on every machine.
 */
final class Medoid {
  /** Rows that are looked at; more hardly move the mean. */
  private static final int SAMPLE = 10_000;

  private Medoid() {}

  /** The position of the medoid in {@code order}, among its first rows; {@code order} is random. */
  static int position(VectorReader vectors, int[] order) {
    int sample = Math.min(order.length, SAMPLE);
    float[] row = new float[vectors.dimension()];
    double[] mean = mean(vectors, order, sample, row);
    int medoid = 0;
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < sample; i++) {
      vectors.read(order[i], row, 0);
      double distance = 0;
      for (int j = 0; j < row.length; j++) {
        double difference = row[j] - mean[j];
        distance += difference * difference;
      }
      if (distance < nearest) {
        nearest = distance;
        medoid = i;
      }
    }
    return medoid;
  }

  private static double[] mean(VectorReader vectors, int[] order, int sample, float[] row) {
    double[] mean = new double[row.length];
    for (int i = 0; i < sample; i++) {
      vectors.read(order[i], row, 0);
      for (int j = 0; j < row.length; j++) {
        mean[j] += row[j];
      }
    }
    for (int j = 0; j < row.length; j++) {
      mean[j] /= sample;
    }
    return mean;
  }
}
