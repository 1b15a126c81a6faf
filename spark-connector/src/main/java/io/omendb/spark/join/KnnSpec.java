/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import java.io.Serializable;

/**
 * What a nearest-neighbour join asks for.
 *
 * @param function ranks the rows of the table
 * @param k rows wanted per left row, at least 1
 * @param approximate whether the index may be used; false demands the exact answer
 * @param outer whether a left row without a match is kept
 * @param listSize beam width of the index; 0 for what the read or the session asks
 * @param targetRecall share of the true neighbours to aim at, in (0, 1]; 0 for that of the table
 * @param reach rows whose {@link VectorFunction#distance} is larger need not be found, but may be;
 *     infinite when all may be wanted
 */
public record KnnSpec(
    VectorFunction function,
    int k,
    boolean approximate,
    boolean outer,
    int listSize,
    double targetRecall,
    double reach)
    implements Serializable {

  /** Recall is measured up to this many neighbours. */
  private static final int MEASURED = 100;

  /** The k for which a range search takes its first beam width. */
  private static final int FIRST = 10;

  /** Throws IllegalArgumentException when {@code k} is below 1. */
  public KnnSpec {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, was " + k);
    }
  }

  /** Asks for k rows at any distance, with the table's own recall as the target. */
  public KnnSpec(VectorFunction function, int k, boolean approximate, boolean outer, int listSize) {
    this(function, k, approximate, outer, listSize, 0, Double.POSITIVE_INFINITY);
  }

  /** The same with other {@code k}. */
  KnnSpec withK(int k) {
    return new KnnSpec(function, k, approximate, outer, listSize, targetRecall, reach);
  }

  /**
   * Whether all rows within {@code reach} are searched for instead of the k nearest: a beam that
   * grows with what it finds is then narrower than one for so large a k.
   */
  boolean ranges() {
    return reach < Double.POSITIVE_INFINITY && k > MEASURED;
  }

  /** The number of neighbours that the beam width of a search, or its first one, is meant for. */
  int beamK() {
    return ranges() ? FIRST : k;
  }

  @Override
  public String toString() {
    return (outer ? "left outer, " : "inner, ")
        + (approximate ? "approx " : "exact ")
        + k
        + (reach < Double.POSITIVE_INFINITY ? " within " + reach : "")
        + " by "
        + function.sqlName();
  }
}
