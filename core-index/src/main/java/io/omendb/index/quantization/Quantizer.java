/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

/**
 * Replaces vectors by short codes from which distances to a query can be estimated: squared
 * Euclidean ones, or negated inner products. Immutable and shared by all threads.
 */
public sealed interface Quantizer permits ProductQuantizer, TransformQuantizer {
  /** Floats per vector. */
  int dimension();

  /** Bytes per code. */
  int codeBytes();

  /**
   * Replaces vectors by codes.
   *
   * @param vectors row-major, n x dimension from {@code vectorsOffset}, finite
   * @param codes receives n x codeBytes bytes from {@code codesOffset}
   */
  void encode(float[] vectors, int vectorsOffset, int n, byte[] codes, int codesOffset);

  /** A new estimator, for one thread. */
  CodeEstimator newEstimator();
}
