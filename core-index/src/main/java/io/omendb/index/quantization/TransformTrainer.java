/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.VectorReader;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Learns a {@link TransformQuantizer} from a sample of the vectors: principal components by
 * subspace iteration (Halko, Martinsson and Tropp 2011, section 4.5), bits by what rounding leaves
 * of the variance. The same vectors, blocks and seed give the same quantizer at any thread count.
 */
public final class TransformTrainer {
  /** Most rows that are looked at. */
  public static final int MAX_ROWS = 8192;

  /** Beyond this the covariances of all dimensions are too many. */
  public static final int MAX_DIMENSION = 4096;

  private static final int ROUNDS = 8;

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
    long rows = Math.min(n, MAX_ROWS);
    long iterated = 2L * (TransformQuantizer.components(0, blocks) + SPARE) * dimension;
    long perThread = rows * (Kernels.BEST.tileQueries() + Kernels.BEST.tileRows() + 1L) + dimension;
    return 4 * (rows * dimension + (long) dimension * dimension + iterated + threads * perThread);
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
    float[] basis = principalComponents(Math.min(d, most + SPARE), seed);
    int found = basis.length / d;
    float[] scales = new float[found];
    byte[] rows = new byte[found * d];
    for (int j = 0; j < found; j++) {
      scales[j] = round(basis, j, rows);
    }
    double[] variances = new double[found];
    Parallel.forEach(threads, found, j -> variances[j] = variance(component(rows, scales, j)));
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
          float[] values = component(orderedRows, orderedScales, j);
          steps[j] =
              j < TransformQuantizer.WIDE * wide
                  ? wideStep(values)
                  : narrowStep(values, variances[order[j]]);
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

  /** The {@code count} principal components of the sample, row-major, the largest about first. */
  private float[] principalComponents(int count, long seed) {
    float[] covariance = covariance();
    SplittableRandom random = new SplittableRandom(seed);
    float[] vectors = new float[count * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextDouble() - 0.5f;
    }
    float[] turned = new float[count * d];
    for (int round = 0; round < ROUNDS; round++) {
      float[] from = vectors;
      float[] to = turned;
      Parallel.forEach(
          threads,
          count,
          j -> {
            float[] row = new float[d];
            kernels.dotRows(from, j * d, covariance, 0, d, d, row);
            System.arraycopy(row, 0, to, j * d, d);
          });
      orthonormalize(turned, count);
      vectors = to;
      turned = from;
    }
    return vectors;
  }

  /** Gram-Schmidt, twice, because once is not enough for rows that are nearly the same. */
  private void orthonormalize(float[] rows, int count) {
    for (int j = 0; j < count; j++) {
      double before = norm(rows, j);
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < j; i++) {
          float product = kernels.dot(rows, j * d, rows, i * d, d);
          for (int x = 0; x < d; x++) {
            rows[j * d + x] -= product * rows[i * d + x];
          }
        }
      }
      double norm = norm(rows, j);
      // What is left of a row that depends on those before it is rounding; it has no direction.
      float factor = norm > 1e-5 * before ? (float) (1 / norm) : 0f;
      for (int x = 0; x < d; x++) {
        rows[j * d + x] *= factor;
      }
    }
  }

  private double norm(float[] rows, int j) {
    return Math.sqrt(kernels.dot(rows, j * d, rows, j * d, d));
  }

  /** Products of all pairs of dimensions over the sample, d x d. */
  private float[] covariance() {
    float[] products = new float[d * d];
    int width = kernels.tileRows();
    int height = kernels.tileQueries();
    Parallel.forEach(
        threads,
        (d + width - 1) / width,
        panel -> {
          int first = panel * width;
          float[] columns = new float[n * width];
          float[] rows = new float[n * height];
          float[] tile = new float[width * height];
          float[] unbounded = new float[Math.max(width, height)];
          Arrays.fill(unbounded, Float.POSITIVE_INFINITY);
          pack(first, width, columns);
          for (int top = 0; top < Math.min(d, first + width); top += height) {
            pack(top, height, rows);
            kernels.tile(rows, 0, columns, 0, n, unbounded, 0, unbounded, 0, tile);
            for (int i = top; i < Math.min(d, top + height); i++) {
              for (int j = first; j < Math.min(d, first + width); j++) {
                if (i <= j) {
                  float product = tile[(i - top) * width + j - first] / n;
                  products[i * d + j] = product;
                  products[j * d + i] = product;
                }
              }
            }
          }
        });
    return products;
  }

  /** Dimensions from {@code first} on of all rows of the sample; zero beyond the last one. */
  private void pack(int first, int width, float[] packed) {
    int used = Math.min(width, d - first);
    for (int i = 0; i < n; i++) {
      System.arraycopy(centred, i * d + first, packed, i * width, used);
    }
  }

  /** Rounds a row of the basis to bytes; returns what one stands for. */
  private float round(float[] basis, int j, byte[] rows) {
    float largest = 0;
    for (int x = j * d; x < (j + 1) * d; x++) {
      largest = Math.max(largest, Math.abs(basis[x]));
    }
    float scale = largest / Byte.MAX_VALUE;
    for (int x = j * d; x < (j + 1) * d && scale > 0; x++) {
      rows[x] = (byte) Math.round(basis[x] / scale);
    }
    return scale;
  }

  /** The values of a component over the sample. */
  private float[] component(byte[] rows, float[] scales, int j) {
    float[] row = new float[d];
    for (int x = 0; x < d; x++) {
      row[x] = scales[j] * rows[j * d + x];
    }
    float[] values = new float[n];
    kernels.dotRows(row, 0, centred, 0, n, d, values);
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
