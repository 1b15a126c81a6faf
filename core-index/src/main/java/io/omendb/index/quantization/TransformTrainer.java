/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.VectorReader;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Learns a {@link TransformQuantizer} from a sample of the vectors: {@link PrincipalComponents},
 * and bits by what rounding leaves of the variance. The same vectors, blocks and seed give the same
 * quantizer at any thread count.
 */
public final class TransformTrainer {
  /** Most rows that are looked at. */
  public static final int MAX_ROWS = 8192;

  /** Beyond this the covariances of all dimensions are too many. */
  public static final int MAX_DIMENSION = 4096;

  /** Rows of the sample that meet all components at a time: they stay in the cache. */
  private static final int ROWS_PER_STEP = 64;

  /** Vectors that are iterated beside those wanted, so that the last wanted ones converge. */
  private static final int SPARE = 8;

  /** What rounding to 8 bits, and to 4, leaves of a normal component's variance. */
  private static final double WIDE_LOSS = 1e-4;

  private static final double NARROW_LOSS = 0.0125;

  /** Steps of 4 bits that are tried, in standard deviations; 0.335 is right for a normal one. */
  private static final double[] NARROW_STEPS = {0.2, 0.25, 0.3, 0.335, 0.38, 0.45};

  private final Kernels kernels = Kernels.BEST;
  private final int threads;
  private final int n;
  private final int d;
  private final float[] mean;

  /** The sample less its mean, row-major. */
  private final float[] centred;

  private TransformTrainer(VectorReader vectors, long seed, int threads) {
    this.threads = threads;
    this.d = vectors.dimension();
    this.n = Math.min(vectors.size(), MAX_ROWS);
    this.centred = new float[n * d];
    this.mean = new float[d];
    int[] rows = Sampling.ordinals(vectors.size(), n, new SplittableRandom(seed));
    double[] sums = new double[d];
    for (int i = 0; i < n; i++) {
      vectors.read(rows[i], centred, i * d);
      for (int j = 0; j < d; j++) {
        sums[j] += centred[i * d + j];
      }
    }
    for (int j = 0; j < d; j++) {
      mean[j] = (float) (sums[j] / n);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        centred[i * d + j] -= mean[j];
      }
    }
  }

  /** Bytes of heap that {@link #train} needs for {@code n} vectors on {@code threads} threads. */
  public static long heapBytes(int n, int dimension, int blocks, int threads) {
    int rows = Math.min(n, MAX_ROWS);
    int count = TransformQuantizer.components(0, blocks) + SPARE;
    long found = 6L * count * dimension + 4L * count * rows;
    return 4L * rows * dimension
        + found
        + PrincipalComponents.heapBytes(rows, dimension, count, threads);
  }

  /**
   * Trains on at most {@link #MAX_ROWS} of the vectors.
   *
   * @param vectors at least one, finite, of at most {@link #MAX_DIMENSION} floats
   * @param blocks of 16 bytes per code
   * @param negatedDot whether estimates are negated inner products, not squared distances
   * @param seed of every random choice
   * @param threads used, at least 1
   */
  public static TransformQuantizer train(
      VectorReader vectors, int blocks, boolean negatedDot, long seed, int threads) {
    return new TransformTrainer(vectors, seed, threads).quantizer(blocks, negatedDot, seed);
  }

  private TransformQuantizer quantizer(int blocks, boolean negatedDot, long seed) {
    int most = Math.min(d, TransformQuantizer.components(0, blocks));
    int found = Math.min(d, most + SPARE);
    float[][] basis = PrincipalComponents.of(centred, n, d, found, seed, threads);
    float[] scales = new float[found];
    byte[] rows = new byte[found * d];
    for (int j = 0; j < found; j++) {
      scales[j] = round(basis[j], rows, j * d);
    }
    float[][] values = components(basis);
    double[] variances = new double[found];
    Parallel.forEach(threads, found, j -> variances[j] = variance(values[j]));
    int[] order =
        IntStream.range(0, found)
            .boxed()
            .sorted((a, b) -> Double.compare(variances[b], variances[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int wide = wideBlocks(blocks, order, variances);
    int components = TransformQuantizer.components(wide, blocks - wide);
    float[] orderedScales = new float[components];
    byte[] orderedRows = new byte[components * d];
    float[] steps = new float[components];
    for (int j = 0; j < Math.min(components, found); j++) {
      System.arraycopy(rows, order[j] * d, orderedRows, j * d, d);
      orderedScales[j] = scales[order[j]];
    }
    Parallel.forEach(
        threads,
        Math.min(components, found),
        j -> {
          float[] ofRows = values[order[j]];
          steps[j] =
              j < TransformQuantizer.WIDE * wide
                  ? wideStep(ofRows)
                  : narrowStep(ofRows, variances[order[j]]);
        });
    return new TransformQuantizer(
        wide, blocks - wide, mean, orderedScales, steps, orderedRows, negatedDot);
  }

  /** Of all ways to divide the blocks, the one that leaves the least variance out. */
  private static int wideBlocks(int blocks, int[] order, double[] variances) {
    int best = 0;
    double most = -1;
    for (int wide = 0; wide <= blocks; wide++) {
      double kept = 0;
      int components = TransformQuantizer.components(wide, blocks - wide);
      for (int j = 0; j < Math.min(components, order.length); j++) {
        double loss = j < TransformQuantizer.WIDE * wide ? WIDE_LOSS : NARROW_LOSS;
        kept += variances[order[j]] * (1 - loss);
      }
      if (kept > most) {
        most = kept;
        best = wide;
      }
    }
    return best;
  }

  /**
   * Rounds a row of the basis to bytes, which it writes to {@code bytes} from {@code at} on, too.
   * Returns what one stands for.
   */
  private static float round(float[] row, byte[] bytes, int at) {
    float largest = 0;
    for (float value : row) {
      largest = Math.max(largest, Math.abs(value));
    }
    float scale = largest / Byte.MAX_VALUE;
    for (int x = 0; x < row.length && scale > 0; x++) {
      bytes[at + x] = (byte) Math.round(row[x] / scale);
      row[x] = scale * bytes[at + x];
    }
    return scale;
  }

  /** The values of the components over the sample, an array for each. */
  private float[][] components(float[][] basis) {
    float[][] values = new float[basis.length][n];
    Parallel.forEach(
        threads,
        (n + ROWS_PER_STEP - 1) / ROWS_PER_STEP,
        step -> {
          int first = step * ROWS_PER_STEP;
          int rows = Math.min(ROWS_PER_STEP, n - first);
          float[] products = new float[ROWS_PER_STEP];
          for (int j = 0; j < basis.length; j++) {
            kernels.dotRows(basis[j], 0, centred, first * d, rows, d, products);
            System.arraycopy(products, 0, values[j], first, rows);
          }
        });
    return values;
  }

  private static double variance(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }

  private static float wideStep(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest / Byte.MAX_VALUE;
  }

  private static float narrowStep(float[] values, double variance) {
    float best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (double candidate : NARROW_STEPS) {
      float step = (float) (candidate * Math.sqrt(variance));
      double error = 0;
      for (float value : values) {
        double left = value - step * (Math.max(-8, Math.min(7, Math.floor(value / step))) + 0.5);
        error += left * left;
      }
      if (error < least) {
        least = error;
        best = step;
      }
    }
    return best;
  }
}
