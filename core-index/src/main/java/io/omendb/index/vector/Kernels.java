/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/**
 * The arithmetic of the index, over plain arrays. All implementations give the same results up to
 * float rounding; one implementation gives the same bits for the same arguments on every call.
 *
 * <p>Offsets and lengths are trusted: they are the caller's to check, and the array bounds of the
 * JVM stop the rest. Stateless and shared by all threads; nothing here allocates.
 */
public sealed interface Kernels permits ScalarKernels, SimdKernels {
  // No default methods: they would initialize BEST before the statics of the class it is made of.

  /**
   * The fastest implementation that this JVM can run: {@link SimdKernels} when the module
   * jdk.incubator.vector was added on the command line and the optimizing compiler is on.
   */
  Kernels BEST = choose();

  /** The implementation in plain Java, which runs everywhere. */
  static Kernels scalar() {
    return new ScalarKernels();
  }

  private static Kernels choose() {
    String mode = System.getProperty("java.vm.info", "");
    boolean optimized = !mode.contains("interpreted") && !mode.contains("emulated-client");
    boolean readable =
        ModuleLayer.boot()
            .findModule("jdk.incubator.vector")
            .map(Kernels.class.getModule()::canRead)
            .orElse(false);
    if (optimized && readable) {
      try {
        return new SimdKernels();
      } catch (LinkageError | UnsupportedOperationException e) {
        // Another incubation of the API, or a machine without vectors: plain Java it is.
        return new ScalarKernels();
      }
    }
    return new ScalarKernels();
  }

  /** Name of the implementation and its width, for logs: {@code scalar} or {@code simd-512}. */
  String name();

  /** Squared Euclidean distance of two vectors of {@code d} floats, d at least 1. */
  float squaredL2(float[] a, int aOffset, float[] b, int bOffset, int d);

  /** Inner product of two vectors of {@code d} floats, d at least 1. */
  float dot(float[] a, int aOffset, float[] b, int bOffset, int d);

  /**
   * Squared Euclidean distance of {@code query} to each of {@code n} rows of {@code d} floats that
   * follow each other from {@code rows[rowsOffset]}; row i goes to {@code out[i]}.
   */
  void squaredL2Rows(
      float[] query, int queryOffset, float[] rows, int rowsOffset, int n, int d, float[] out);

  /**
   * Squared Euclidean distance of {@code query} to each of {@code n} rows of {@code d} floats, of
   * which row i starts at {@code rows[offsets[i]]}; it goes to {@code out[i]}. A distance has the
   * same bits whatever the other rows are, and when the two rows change places.
   */
  void squaredL2At(
      float[] query, int queryOffset, float[] rows, int[] offsets, int n, int d, float[] out);

  /** Inner product of {@code query} with each row; otherwise as {@link #squaredL2Rows}. */
  void dotRows(
      float[] query, int queryOffset, float[] rows, int rowsOffset, int n, int d, float[] out);

  /**
   * Squared Euclidean distance of {@code query} to each of {@code n} points stored by dimension:
   * coordinate j of point i is {@code columns[columnsOffset + j * n + i]}. Point i goes to {@code
   * out[outOffset + i]}.
   */
  void squaredL2Columns(
      float[] query,
      int queryOffset,
      int d,
      float[] columns,
      int columnsOffset,
      int n,
      float[] out,
      int outOffset);

  /** Negated inner product; otherwise as {@link #squaredL2Columns}. */
  void negatedDotColumns(
      float[] query,
      int queryOffset,
      int d,
      float[] columns,
      int columnsOffset,
      int n,
      float[] out,
      int outOffset);

  /**
   * Finds for each of {@code count} rows the nearest of {@code n} points stored by dimension, by
   * the distances of {@link #squaredL2Columns}: of several the lowest, 0 when none is below
   * infinity. Distances that differ by less than a 2^18th part may count as equal.
   *
   * @param rows row i starts at {@code rowsOffset + i * stride}
   * @param n at most 2^24
   * @param out receives the number of the point for row i at i
   */
  void nearestColumns(
      float[] rows,
      int rowsOffset,
      int stride,
      int count,
      int d,
      float[] columns,
      int columnsOffset,
      int n,
      int[] out);

  /** Queries of one tile, at most 32. */
  int tileQueries();

  /** Rows of one tile. */
  int tileRows();

  /**
   * All inner products of a tile of queries with a tile of rows, both packed by dimension:
   * coordinate j of query q is {@code queries[queriesOffset + j * tileQueries() + q]}, of row r
   * {@code rows[rowsOffset + j * tileRows() + r]}. Each product is one chain of d additions in
   * ascending order of j, fused with its multiplication or not.
   *
   * @param products receives the product of q and r at {@code q * tileRows() + r}
   * @param rowTerms with {@code thresholds} bounds the products that are of interest
   * @return a bit per query: bit q is set when for some r the product is not below {@code
   *     rowTerms[rowTermsOffset + r] + thresholds[thresholdsOffset + q]}, also when one of them is
   *     NaN
   */
  int tile(
      float[] queries,
      int queriesOffset,
      float[] rows,
      int rowsOffset,
      int d,
      float[] rowTerms,
      int rowTermsOffset,
      float[] thresholds,
      int thresholdsOffset,
      float[] products);

  /**
   * Reads a row of signed bytes: {@code out[outOffset + i]} becomes {@code base + step * code}, the
   * product and the sum each rounded to float, for each of {@code d} codes from {@code
   * codes[codesOffset]} on. All implementations give the same bits.
   */
  void dequantize(
      byte[] codes, int codesOffset, float base, float step, int d, float[] out, int outOffset);

  /**
   * Inner product of {@code query} with each of {@code n} rows of {@code d} signed bytes that
   * follow each other from {@code rows[0]}; row i goes to {@code out[i]}.
   */
  void dotInt8Rows(float[] query, byte[] rows, int n, int d, float[] out);

  /**
   * Weighs codes of bytes and half bytes. Each of {@code n} codes that follow each other is four
   * bytes that are skipped, {@code wideBytes} signed bytes b with a weight w each, which add {@code
   * w b}, then blocks of 16 bytes, byte i of each with the weights u of index i and v of index 16 +
   * i of its 32 weights, which adds {@code u b + v (b & 15)}.
   *
   * @param weights one float per wide byte, then 32 per block
   * @param wideBytes a multiple of 16
   * @param codeBytes length of a code: 4 + a multiple of 16
   */
  void codeProducts(
      float[] weights, int wideBytes, byte[] codes, int codeBytes, int n, float[] out);

  /**
   * Length of the table that {@link #sumCodes} needs: the power of two from {@code 256 * subspaces}
   * on, so that the compiler sees that an index cut to it is inside of the array and drops its own
   * check, a fifth of the work.
   */
  static int codeTableLength(int subspaces) {
    return Integer.highestOneBit(256 * subspaces * 2 - 1);
  }

  /**
   * Sums table entries picked by codes: {@code out[i]} is the sum over s of {@code table[256 * s +
   * codes[i * subspaces + s]]}, the code byte read as unsigned. The same for all implementations:
   * look-ups do not vectorise.
   *
   * @param table of {@link #codeTableLength} floats
   */
  static void sumCodes(float[] table, byte[] codes, int n, int subspaces, float[] out) {
    if (n < 4) {
      for (int i = 0; i < n; i++) {
        out[i] = sumCode(table, codes, i * subspaces, subspaces);
      }
      return;
    }
    for (int i = 0; i <= n - 4; i += 4) {
      sumFourCodes(table, codes, i, subspaces, out);
    }
    if ((n & 3) != 0) {
      // Overlaps codes that are done: cheaper than summing up to three one by one.
      sumFourCodes(table, codes, n - 4, subspaces, out);
    }
  }

  private static float sumCode(float[] table, byte[] codes, int at, int subspaces) {
    float sum = 0;
    int mask = table.length - 1;
    for (int s = 0; s < subspaces; s++) {
      sum += table[(256 * s + (codes[at + s] & 0xff)) & mask];
    }
    return sum;
  }

  /** Four at a time keep the adders busy; each sum is in the order of {@link #sumCode}. */
  private static void sumFourCodes(float[] table, byte[] codes, int i, int subspaces, float[] out) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int at = i * subspaces;
    int mask = table.length - 1;
    for (int s = 0; s < subspaces; s++) {
      sum0 += table[(256 * s + (codes[at + s] & 0xff)) & mask];
      sum1 += table[(256 * s + (codes[at + subspaces + s] & 0xff)) & mask];
      sum2 += table[(256 * s + (codes[at + 2 * subspaces + s] & 0xff)) & mask];
      sum3 += table[(256 * s + (codes[at + 3 * subspaces + s] & 0xff)) & mask];
    }
    out[i] = sum0;
    out[i + 1] = sum1;
    out[i + 2] = sum2;
    out[i + 3] = sum3;
  }
}
