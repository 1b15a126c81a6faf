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
public final class PqScorer {
  private final ProductQuantizer quantizer;
  private final boolean negatedDot;
  private final float[] table;

  private PqScorer(ProductQuantizer quantizer, boolean negatedDot) {
    this.quantizer = quantizer;
    this.negatedDot = negatedDot;
    this.table = new float[Kernels.codeTableLength(quantizer.subspaces())];
  }

  /** Estimates squared Euclidean distances. */
  public static PqScorer squaredL2(ProductQuantizer quantizer) {
    return new PqScorer(quantizer, false);
  }

  /** Estimates negated inner products. */
  public static PqScorer negatedDot(ProductQuantizer quantizer) {
    return new PqScorer(quantizer, true);
  }

  /** Bytes of heap that a scorer of codes of {@code subspaces} bytes takes. */
  public static long heapBytes(int subspaces) {
    return (long) Float.BYTES * Kernels.codeTableLength(subspaces);
  }

  /** Computes the table of {@code query}, {@code dimension} floats. */
  public void prepare(float[] query) {
    if (negatedDot) {
      quantizer.negatedDotTable(query, table);
    } else {
      quantizer.squaredL2Table(query, table);
    }
  }

  /** Writes the estimated distance of the i-th of {@code n} adjacent codes to {@code out[i]}. */
  public void distances(byte[] codes, int n, float[] out) {
    Kernels.sumCodes(table, codes, n, quantizer.subspaces(), out);
  }
}
