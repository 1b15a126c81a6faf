/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark;

import io.omendb.spark.sql.KnnFrames;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Nearest-neighbour joins of data frames with an OmenDB table. Beside the columns of both sides the
 * result has {@code _distance}, the value of Spark's own vector function for the table's metric,
 * and {@code _rank} from 1. The table is {@code spark.read().format("omendb").load(path)}, its
 * columns selected and rows filtered at will; filters apply before the search. Left vectors may be
 * ARRAY of FLOAT or DOUBLE or Spark ML vectors.
 */
public final class Knn {

  private Knn() {}

  /** The k nearest rows by the index; left rows without a match are dropped. */
  public static Dataset<Row> join(
      Dataset<?> left, Dataset<?> table, String leftVector, String tableVector, int k) {
    return KnnFrames.join(left, table, leftVector, tableVector, k, true, false);
  }

  /** As {@link #join}; left rows without a match are kept with NULLs. */
  public static Dataset<Row> leftJoin(
      Dataset<?> left, Dataset<?> table, String leftVector, String tableVector, int k) {
    return KnnFrames.join(left, table, leftVector, tableVector, k, true, true);
  }

  /** As {@link #join}, by comparing every pair of rows instead of the index. */
  public static Dataset<Row> exactJoin(
      Dataset<?> left, Dataset<?> table, String leftVector, String tableVector, int k) {
    return KnnFrames.join(left, table, leftVector, tableVector, k, false, false);
  }
}
