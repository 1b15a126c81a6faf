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
 */
public record KnnSpec(
    VectorFunction function, int k, boolean approximate, boolean outer, int listSize)
    implements Serializable {

  /** Throws IllegalArgumentException when {@code k} is below 1. */
  public KnnSpec {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, was " + k);
    }
  }

  /** The same with other {@code k}. */
  KnnSpec withK(int k) {
    return new KnnSpec(function, k, approximate, outer, listSize);
  }

  @Override
  public String toString() {
    return (outer ? "left outer, " : "inner, ")
        + (approximate ? "approx " : "exact ")
        + k
        + " by "
        + function.sqlName();
  }
}
