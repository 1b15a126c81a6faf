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
public final class ProductQuantizer {
  /** Centroids of each subspace. With fewer training rows, the rest repeat earlier centroids. */
  public static final int CENTROIDS = 256;

  private final Kernels kernels = Kernels.BEST;
  private final int dimension;
  private final int subspaces;
  private final float[] codebook;

  /**
   * A quantizer with this codebook.
   *
   * @param dimension floats per vector, at least 1
   * @param subspaces bytes per code, 1 to {@code dimension}
   * @param codebook 256 x dimension floats in the order described above; not copied
   */
  public ProductQuantizer(int dimension, int subspaces, float[] codebook) {
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
  }

  /** Bytes per code when the user does not say: d / 8, below 512 dimensions d / 4, rounded up. */
  public static int defaultSubspaces(int dimension) {
    return dimension >= 512 ? (dimension + 7) / 8 : (dimension + 3) / 4;
  }

  /** Floats per vector. */
  public int dimension() {
    return dimension;
  }

  /** Bytes per code. */
  public int subspaces() {
    return subspaces;
  }

  /** A copy of the codebook. */
  public float[] copyCodebook() {
    return codebook.clone();
  }

  /** First dimension of subspace {@code s}; of the subspace after the last one: dimension. */
  int start(int s) {
    return (int) ((long) s * dimension / subspaces);
  }

  /**
   * Replaces vectors by codes.
   *
   * @param vectors row-major, n x dimension from {@code vectorsOffset}, finite
   * @param codes receives n x subspaces bytes from {@code codesOffset}
   */
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

  /** Squared distance of each piece of the query to each centroid: table[256 * s + c]. */
  void squaredL2Table(float[] query, float[] table) {
    for (int s = 0; s < subspaces; s++) {
      int start = start(s);
      kernels.squaredL2Columns(
          query,
          start,
          start(s + 1) - start,
          codebook,
          start * CENTROIDS,
          CENTROIDS,
          table,
          s * CENTROIDS);
    }
  }

  /** Negated inner product of each piece of the query with each centroid: table[256 * s + c]. */
  void negatedDotTable(float[] query, float[] table) {
    for (int s = 0; s < subspaces; s++) {
      int start = start(s);
      kernels.negatedDotColumns(
          query,
          start,
          start(s + 1) - start,
          codebook,
          start * CENTROIDS,
          CENTROIDS,
          table,
          s * CENTROIDS);
    }
  }
}
