/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

/**
 * Estimates the distances of one query to codes. One per thread; allocates nothing after
 * construction.
 */
public sealed interface CodeEstimator permits PqEstimator, TransformEstimator {
  /** Starts with a query of {@code dimension} finite floats, which is not kept. */
  void prepare(float[] query);

  /** Writes the estimated distance of the i-th of {@code n} adjacent codes to {@code out[i]}. */
  void distances(byte[] codes, int n, float[] out);
}
