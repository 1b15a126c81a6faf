/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/**
 * The arithmetic of the index, over plain arrays. All implementations give the same results up to
 * float rounding; one implementation gives the same bits for the same arguments on every call.
 *
 * <p>Offsets and lengths are trusted: they are the caller's to check, and the array bounds of the
 * JVM stop the rest. Stateless and shared by all threads; nothing here allocates.
 */
public sealed interface Kernels permits ScalarKernels {
  /** The fastest implementation that this JVM can run, chosen once. */
  Kernels BEST = new ScalarKernels();

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
  default void squaredL2Rows(
      float[] query, int queryOffset, float[] rows, int rowsOffset, int n, int d, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = squaredL2(query, queryOffset, rows, rowsOffset + i * d, d);
    }
  }

  /** Inner product of {@code query} with each row; otherwise as {@link #squaredL2Rows}. */
  default void dotRows(
      float[] query, int queryOffset, float[] rows, int rowsOffset, int n, int d, float[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = dot(query, queryOffset, rows, rowsOffset + i * d, d);
    }
  }

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
   * The point nearest to {@code query} by squared Euclidean distance among {@code n} stored by
   * dimension as in {@link #squaredL2Columns}; the lowest index of several nearest, 0 when no
   * distance is finite.
   */
  int nearestColumn(
      float[] query, int queryOffset, int d, float[] columns, int columnsOffset, int n);

  /**
   * Sums table entries picked by codes: {@code out[i]} is the sum over s of {@code table[256 * s +
   * codes[i * subspaces + s]]}, the code byte read as unsigned.
   */
  void sumCodes(float[] table, byte[] codes, int n, int subspaces, float[] out);
}
