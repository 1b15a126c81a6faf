/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

/**
 * A column of neighbours that is added to a data frame: an array of structs of an id and a
 * distance.
 *
 * @param name of the column
 * @param vector name of the left column of ARRAY of FLOAT or DOUBLE or Spark ML vectors
 * @param rowId name of a left column by which errors name a row; null for none
 * @param tableVector name of the indexed column
 * @param tableId name of the table's column that identifies a neighbour, and of the struct's field
 * @param distance name of the struct's field of the distance: DOUBLE, smaller is closer, namely
 *     Euclidean distance, 1 - cosine or the negative dot product as the table's metric says
 * @param k most neighbours per row, at least 1
 * @param approximate whether the index may be used; false compares every pair
 * @param listSize beam width of the index; 0 derives it from the target recall
 * @param targetRecall share of the true neighbours to aim at, in (0, 1]; 0 for the table's own
 * @param reach neighbours farther than this distance need not be found, but may be; infinite when
 *     all may be wanted
 */
public record NeighborColumn(
    String name,
    String vector,
    String rowId,
    String tableVector,
    String tableId,
    String distance,
    int k,
    boolean approximate,
    int listSize,
    double targetRecall,
    double reach) {}
