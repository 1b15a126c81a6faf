/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import io.omendb.index.vector.Kernels;

/**
 * Product quantization (Jégou, Douze and Schmid, 2011): a vector is cut into subspaces, and each
 * piece is replaced by the number, one byte, of the nearest of that subspace's 256 centroids.
 *
 * <p>Subspace s of M covers the dimensions from floor(s * d / M) up to floor((s + 1) * d / M), so
 * widths differ by at most one. The codebook holds coordinate j (of the whole vector) of centroid c
 * at {@code j * 256 + c}. Immutable and shared by all threads.
 */
public final class ProductQuantizer implements Quantizer {
  /** Centroids of each subspace. With fewer training rows, the rest repeat earlier centroids. */
  public static final int CENTROIDS = 256;

  private final Kernels kernels = Kernels.BEST;
  private final int dimension;
  private final int subspaces;
  private final float[] codebook;
  private final boolean negatedDot;

  /**
   * A quantizer with this codebook.
   *
   * @param dimension floats per vector, at least 1
   * @param subspaces bytes per code, 1 to {@code dimension}
   * @param codebook 256 x dimension floats in the order described above; not copied
   * @param negatedDot whether estimates are negated inner products, not squared distances
   */
  public ProductQuantizer(int dimension, int subspaces, float[] codebook, boolean negatedDot) {
    if (subspaces < 1 || subspaces > dimension) {
      throw new IllegalArgumentException(
          "subspaces must be in [1, dimension = " + dimension + "], was " + subspaces);
    }
    if (codebook.length != CENTROIDS * dimension) {
      throw new IllegalArgumentException(
          "codebook must hold "
              + (long) CENTROIDS * dimension
              + " floats, holds "
              + codebook.length);
    }
    this.dimension = dimension;
    this.subspaces = subspaces;
    this.codebook = codebook;
    this.negatedDot = negatedDot;
  }

  /** Bytes per code when the user does not say: d / 8, below 512 dimensions d / 4, rounded up. */
  public static int defaultSubspaces(int dimension) {
    return dimension >= 512 ? (dimension + 7) / 8 : (dimension + 3) / 4;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  /** Bytes per code, one of each subspace. */
  public int subspaces() {
    return subspaces;
  }

  @Override
  public int codeBytes() {
    return subspaces;
  }

  /** Bytes of heap that an estimator of codes of {@code subspaces} bytes takes. */
  public static long estimatorBytes(int subspaces) {
    return (long) Float.BYTES * Kernels.codeTableLength(subspaces);
  }

  @Override
  public CodeEstimator newEstimator() {
    return new PqEstimator(this);
  }

  /** A copy of the codebook. */
  public float[] copyCodebook() {
    return codebook.clone();
  }

  /** First dimension of subspace {@code s}; of the subspace after the last one: dimension. */
  int start(int s) {
    return (int) ((long) s * dimension / subspaces);
  }

  @Override
  public void encode(float[] vectors, int vectorsOffset, int n, byte[] codes, int codesOffset) {
    int[] nearest = new int[n];
    for (int s = 0; s < subspaces; s++) {
      int start = start(s);
      kernels.nearestColumns(
          vectors,
          vectorsOffset + start,
          dimension,
          n,
          start(s + 1) - start,
          codebook,
          start * CENTROIDS,
          CENTROIDS,
          nearest);
      for (int i = 0; i < n; i++) {
        codes[codesOffset + i * subspaces + s] = (byte) nearest[i];
      }
    }
  }

  /** Writes the vector that a code stands for to {@code vector[vectorOffset .. + dimension)}. */
  public void decode(byte[] codes, int codesOffset, float[] vector, int vectorOffset) {
    for (int s = 0; s < subspaces; s++) {
      int centroid = codes[codesOffset + s] & 0xff;
      for (int j = start(s); j < start(s + 1); j++) {
        vector[vectorOffset + j] = codebook[j * CENTROIDS + centroid];
      }
    }
  }

  /** The part of an estimate that each centroid of each subspace adds: table[256 * s + c]. */
  void table(float[] query, float[] table) {
    for (int s = 0; s < subspaces; s++) {
      int start = start(s);
      int width = start(s + 1) - start;
      int columns = start * CENTROIDS;
      int at = s * CENTROIDS;
      if (negatedDot) {
        kernels.negatedDotColumns(query, start, width, codebook, columns, CENTROIDS, table, at);
      } else {
        kernels.squaredL2Columns(query, start, width, codebook, columns, CENTROIDS, table, at);
      }
    }
  }
}
