/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;

/**
 * Estimates the distances of one query to codes: the asymmetric distance computation of Jégou,
 * Douze and Schmid (2011), section III. A table of the query's distance to every centroid is
 * computed once per query; an estimate is the sum of one table entry per byte of the code.
 *
 * <p>One per thread; allocates nothing after construction.
 */
final class PqEstimator implements CodeEstimator {
  private final ProductQuantizer quantizer;
  private final float[] table;

  PqEstimator(ProductQuantizer quantizer) {
    this.quantizer = quantizer;
    this.table = new float[Kernels.codeTableLength(quantizer.subspaces())];
  }

  @Override
  public void prepare(float[] query) {
    quantizer.table(query, table);
  }

  @Override
  public void distances(byte[] codes, int n, float[] out) {
    Kernels.sumCodes(table, codes, n, quantizer.subspaces(), out);
  }
}
