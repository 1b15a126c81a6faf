/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.kernels;

import io.omendb.index.quantization.CodeEstimator;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.vector.Kernels;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The kernels as searches call them. Rows come from a block of {@link #ROWS}, which the
 * second-level cache holds at most dimensions: what is measured is arithmetic, not memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
public class KernelBenchmarks {
  /** Distances of one call of a bulk form: the neighbours of a node. */
  public static final int ROWS = 32;

  @Param({"128", "784"})
  public int dimension;

  /** {@code scalar}, or {@code best} for what this JVM would choose. */
  @Param({"scalar", "best"})
  public String kernels;

  private Kernels implementation;
  private float[] query;
  private float[] rows;
  private int[] offsets;
  private long[] queryBits;
  private long[] bits;
  private float[] distances;
  private byte[] codes;
  private float[] decoded;
  private float[] packedQueries;
  private float[] packedRows;
  private float[] rowTerms;
  private float[] thresholds;
  private float[] products;
  private CodeEstimator estimator;
  private byte[] pqCodes;
  private byte[] basis;
  private float[] components;
  private float[] weights;
  private byte[] transformCodes;

  @Setup
  public void fill() {
    Random random = new Random(1);
    implementation = kernels.equals("scalar") ? Kernels.scalar() : Kernels.BEST;
    query = floats(random, dimension);
    rows = floats(random, ROWS * dimension);
    offsets = random.ints(ROWS, 0, ROWS).map(row -> row * dimension).toArray();
    queryBits = random.longs(words(dimension)).toArray();
    bits = random.longs((long) ROWS * words(dimension)).toArray();
    distances = new float[ROWS];
    codes = new byte[ROWS * dimension];
    random.nextBytes(codes);
    decoded = new float[dimension];
    packedQueries = floats(random, implementation.tileQueries() * dimension);
    packedRows = floats(random, implementation.tileRows() * dimension);
    rowTerms = new float[implementation.tileRows()];
    thresholds = new float[implementation.tileQueries()];
    java.util.Arrays.fill(thresholds, Float.MAX_VALUE);
    products = new float[implementation.tileQueries() * implementation.tileRows()];
    int subspaces = ProductQuantizer.defaultSubspaces(dimension);
    float[] codebook = floats(random, ProductQuantizer.CENTROIDS * dimension);
    estimator = new ProductQuantizer(dimension, subspaces, codebook, false).newEstimator();
    estimator.prepare(query);
    pqCodes = new byte[ROWS * subspaces];
    random.nextBytes(pqCodes);
    components = new float[components(dimension)];
    basis = new byte[components.length * dimension];
    random.nextBytes(basis);
    weights = floats(random, components.length);
    transformCodes = new byte[ROWS * transformBytes(dimension)];
    random.nextBytes(transformCodes);
  }

  /** Components of a code by transform coding, all with 4 bits. */
  static int components(int dimension) {
    return TransformQuantizer.components(0, TransformQuantizer.defaultBlocks(dimension));
  }

  /** Bytes of such a code. */
  static int transformBytes(int dimension) {
    return TransformQuantizer.TERM_BYTES
        + TransformQuantizer.BLOCK_BYTES * TransformQuantizer.defaultBlocks(dimension);
  }

  /** Turns a query onto the components of transform coding. */
  @Benchmark
  public float[] transformTurn() {
    implementation.dotInt8Rows(query, basis, components.length, dimension, components);
    return components;
  }

  /** The products of codes by transform coding. */
  @Benchmark
  public float[] transformProducts() {
    implementation.codeProducts(
        weights, 0, transformCodes, transformBytes(dimension), ROWS, distances);
    return distances;
  }

  @Benchmark
  public float[] squaredL2() {
    implementation.squaredL2Rows(query, 0, rows, 0, ROWS, dimension, distances);
    return distances;
  }

  @Benchmark
  public float[] dot() {
    implementation.dotRows(query, 0, rows, 0, ROWS, dimension, distances);
    return distances;
  }

  /** As {@link #squaredL2}, of rows that lie anywhere: what a prune does. */
  @Benchmark
  public float[] squaredL2At() {
    implementation.squaredL2At(query, 0, rows, offsets, ROWS, dimension, distances);
    return distances;
  }

  /**
   * Bits that differ between codes of one bit per dimension, which the index does not have: the
   * evidence for that decision. The same for all implementations.
   */
  @Benchmark
  public float[] hammingOneBit() {
    int words = words(dimension);
    for (int i = 0; i < ROWS; i++) {
      int differing = 0;
      for (int w = 0; w < words; w++) {
        differing += Long.bitCount(queryBits[w] ^ bits[i * words + w]);
      }
      distances[i] = differing;
    }
    return distances;
  }

  /** Longs of a code of one bit per dimension. */
  static int words(int dimension) {
    return (dimension + 63) / 64;
  }

  /** A row of bytes is turned into floats and then compared. */
  @Benchmark
  public float[] squaredL2Int8() {
    for (int i = 0; i < ROWS; i++) {
      implementation.dequantize(codes, i * dimension, 0.1f, 0.01f, dimension, decoded, 0);
      distances[i] = implementation.squaredL2(query, 0, decoded, 0, dimension);
    }
    return distances;
  }

  /** All inner products of a tile of queries with a tile of rows. */
  @Benchmark
  public int tile() {
    return implementation.tile(
        packedQueries, 0, packedRows, 0, dimension, rowTerms, 0, thresholds, 0, products);
  }

  /** The table of a query; always by the kernels that this JVM chooses. */
  @Benchmark
  public CodeEstimator pqTable() {
    estimator.prepare(query);
    return estimator;
  }

  /** Estimates from codes; the same for all implementations. */
  @Benchmark
  public float[] pqEstimates() {
    estimator.distances(pqCodes, ROWS, distances);
    return distances;
  }

  static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }
}
