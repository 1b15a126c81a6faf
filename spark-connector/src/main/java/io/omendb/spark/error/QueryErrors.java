/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/** Sentences about queries: vectors that ask and how they ask. */
public final class QueryErrors {

  private QueryErrors() {}

  /**
   * A query vector whose length is not that of the table's vectors.
   *
   * @param row names the row that asks; may be empty
   */
  public static OmenException queryDimension(String row, String column, int table, int query) {
    return new OmenException(
        "OMEN_QUERY_DIMENSION",
        (row.isEmpty() ? "A query vector" : "The query vector of the row with " + row)
            + " has dimension "
            + query
            + ", but column '"
            + column
            + "' of the table holds vectors of dimension "
            + table
            + ". Compare vectors of the same model, or filter the left side with size(vector) = "
            + table
            + ".");
  }

  /** ann_search was called with an argument it does not have, or with too many. */
  public static OmenException unknownArgument(String argument, String signature) {
    return new OmenException(
        "OMEN_ANN_SEARCH_ARGUMENT",
        "ann_search has no argument " + argument + ". Call it as " + signature + ".");
  }

  /** ann_search was called without a required argument. */
  public static OmenException missingArgument(String argument, String signature) {
    return new OmenException(
        "OMEN_ANN_SEARCH_ARGUMENT",
        "ann_search needs the argument " + argument + ". Call it as " + signature + ".");
  }

  /** An argument of ann_search has a value it cannot use. */
  public static OmenException badArgument(String argument, String range, String value) {
    return new OmenException(
        "OMEN_ANN_SEARCH_ARGUMENT",
        "Argument " + argument + " of ann_search must be " + range + ", was " + value + ".");
  }

  /** Something without an index was to be searched. */
  public static OmenException notSearchable(String door, String table, String reason) {
    return new OmenException(
        "OMEN_NOT_SEARCHABLE",
        door
            + " cannot search "
            + table
            + ": "
            + reason
            + ". Give an OmenDB table, or a view or selection that only selects columns and filters"
            + " rows of one and keeps its vector column.");
  }

  /** A table of Spark ML vectors stands in Spark's cache, where only its index could rank them. */
  public static OmenException noFunctionFor(String type) {
    return new OmenException(
        "OMEN_NOT_SEARCHABLE",
        "The table is cached, so its index is not used, and Spark has no vector function for "
            + type
            + ". Uncache the table, or search it without cache().");
  }

  /** A table whose rows are gathered per query stands in Spark's cache. */
  public static OmenException gatheredFromCache() {
    return new OmenException(
        "OMEN_NOT_SEARCHABLE",
        "The table is cached by Spark, so its index cannot be used to find neighbours. Uncache it;"
            + " OmenDB keeps the segments it searches by itself.");
  }

  /** A column that holds no vectors was named as one that does. */
  public static OmenException notAVector(String column, String type) {
    return new OmenException(
        "OMEN_NOT_A_VECTOR",
        "Column '"
            + column
            + "' of type "
            + type
            + " holds no vectors. Name a column of ARRAY<FLOAT>, ARRAY<DOUBLE> or Spark ML"
            + " vectors.");
  }

  /** A column was named that does not exist. */
  public static OmenException noColumn(String column, String columns) {
    return new OmenException(
        "OMEN_NO_COLUMN", "There is no column '" + column + "'. The columns are " + columns + ".");
  }

  /** Data frames of a Spark Connect client have no plan here. */
  public static OmenException connectClient() {
    return new OmenException(
        "OMEN_CONNECT",
        "Knn works on data frames of the driver's own session, not of a Spark Connect client. Use"
            + " Dataset.nearestByJoin or the table function ann_search there.");
  }
}
