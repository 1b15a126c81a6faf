/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.vector.Metric;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * The query vectors of a block of left rows. A row whose vector is NULL, has a NULL element or has
 * no direction under cosine asks nothing. Vectors on which float arithmetic has no order (NaN,
 * infinite, or so long or short that a square leaves the range of float) are kept apart as odd: the
 * index cannot rank by them, Spark's function can. Owned by one thread.
 */
public final class QueryBlock {
  /** Below this squared length Spark's cosine may underflow to NULL for some rows. */
  private static final float SHORT = 1e-15f;

  private final int dimension;
  private final Metric metric;
  private int rows;
  private int[] queryOf = new int[16];
  private int count;
  private float[] vectors;
  private int oddCount;
  private float[][] odd = new float[0][];
  private int otherDimension = -1;

  /**
   * An empty block.
   *
   * @param dimension floats per vector of the table
   * @param metric how vectors are compared
   */
  public QueryBlock(int dimension, Metric metric) {
    this.dimension = dimension;
    this.metric = metric;
    this.vectors = new float[16 * dimension];
  }

  /** Forgets all rows. */
  public void clear() {
    rows = 0;
    count = 0;
    oddCount = 0;
    otherDimension = -1;
  }

  /** Appends a row; {@code vector} is its vector of floats, null for NULL. */
  public void add(UnsafeArrayData vector) {
    append(vector == null ? Integer.MIN_VALUE : accept(vector));
  }

  /** Appends a row; {@code vector} is its vector, null for NULL, and copied. */
  public void add(float[] vector) {
    append(vector == null ? Integer.MIN_VALUE : accept(vector));
  }

  private void append(int query) {
    if (rows == queryOf.length) {
      queryOf = Arrays.copyOf(queryOf, 2 * rows);
    }
    queryOf[rows++] = query;
  }

  private int accept(float[] vector) {
    if (vector.length != dimension) {
      otherDimension = otherDimension < 0 ? vector.length : otherDimension;
      return Integer.MIN_VALUE;
    }
    int at = room();
    System.arraycopy(vector, 0, vectors, at, dimension);
    return classify(at);
  }

  /** The row's query; odd ones as -1 - index. */
  private int accept(UnsafeArrayData vector) {
    int length = vector.numElements();
    if (length != dimension) {
      otherDimension = otherDimension < 0 ? length : otherDimension;
      return Integer.MIN_VALUE;
    }
    if (RowVectors.hasNull(vector)) {
      return Integer.MIN_VALUE;
    }
    int at = room();
    Platform.copyMemory(
        vector.getBaseObject(),
        vector.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(length),
        vectors,
        Platform.FLOAT_ARRAY_OFFSET + 4L * at,
        4L * length);
    return classify(at);
  }

  /** Where the next vector goes. */
  private int room() {
    int at = count * dimension;
    if (at + dimension > vectors.length) {
      vectors = Arrays.copyOf(vectors, Math.max(at + dimension, 2 * vectors.length));
    }
    return at;
  }

  private int classify(int at) {
    float squares = 0;
    for (int i = at; i < at + dimension; i++) {
      squares += vectors[i] * vectors[i];
    }
    boolean cosine = metric == Metric.COSINE;
    if (cosine && squares == 0) {
      return Integer.MIN_VALUE;
    }
    if (!Float.isFinite(squares) || (cosine && squares < SHORT)) {
      if (oddCount == odd.length) {
        odd = Arrays.copyOf(odd, Math.max(4, 2 * oddCount));
      }
      odd[oddCount] = Arrays.copyOfRange(vectors, at, at + dimension);
      return -1 - oddCount++;
    }
    return count++;
  }

  /** Left rows in the block. */
  public int rows() {
    return rows;
  }

  /** Vectors to search for with the index. */
  public int count() {
    return count;
  }

  /** Those vectors, one after another. */
  public float[] vectors() {
    return vectors;
  }

  /** Vectors that only Spark's function can rank by. */
  public int oddCount() {
    return oddCount;
  }

  /** The i-th of those. */
  public float[] odd(int i) {
    return odd[i];
  }

  /**
   * Number of the row's query: below {@link #count} one of {@link #vectors}, from there on an odd
   * one; -1 when the row asks nothing.
   */
  public int query(int row) {
    int query = queryOf[row];
    return query >= 0 ? query : query == Integer.MIN_VALUE ? -1 : count - 1 - query;
  }

  /** Length of the first vector that differs from the table's; -1 when all fit. */
  public int otherDimension() {
    return otherDimension;
  }
}
