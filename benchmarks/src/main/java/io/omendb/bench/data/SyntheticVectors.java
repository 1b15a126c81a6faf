/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.util.SplittableRandom;

/**
 * Clustered vectors of low intrinsic dimension, like embeddings: a point of a Gaussian mixture with
 * few dimensions, bent into the full space by a random smooth map. Vector i depends on the seed and
 * i only, so that any range can be made by anyone. Not thread-safe.
 */
final class SyntheticVectors {
  private static final int CLUSTERS = 256;
  private static final double SPREAD = 0.7;

  private final int dimension;
  private final int intrinsic;
  private final long seed;
  private final double[][] centres;
  private final double[][] map;
  private final double[] point;

  /**
   * Draws the clusters and the map.
   *
   * @param dimension floats per vector
   * @param intrinsic dimensions of the mixture, at most {@code dimension}
   */
  SyntheticVectors(int dimension, int intrinsic, long seed) {
    this.dimension = dimension;
    this.intrinsic = intrinsic;
    this.seed = seed;
    SplittableRandom random = new SplittableRandom(seed);
    this.centres = gaussians(CLUSTERS, intrinsic, random);
    this.map = gaussians(dimension, intrinsic, random);
    this.point = new double[intrinsic];
  }

  /** Writes vector {@code i} to {@code dst}. */
  void vector(long i, float[] dst) {
    SplittableRandom random = new SplittableRandom(seed * 31 + i * 0x9E3779B97F4A7C15L);
    double[] centre = centres[random.nextInt(CLUSTERS)];
    for (int j = 0; j < intrinsic; j++) {
      point[j] = centre[j] + SPREAD * gaussian(random);
    }
    double scale = 1 / Math.sqrt(intrinsic);
    for (int row = 0; row < dimension; row++) {
      double sum = 0;
      for (int j = 0; j < intrinsic; j++) {
        sum += map[row][j] * point[j];
      }
      // A bend that needs no library function, so that every machine makes the same floats.
      double x = sum * scale;
      dst[row] = (float) (x / (1 + Math.abs(x)));
    }
  }

  private static double[][] gaussians(int rows, int columns, SplittableRandom random) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = gaussian(random);
      }
    }
    return values;
  }

  /** Box and Muller (1958), from StrictMath for the same value on every machine. */
  private static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
