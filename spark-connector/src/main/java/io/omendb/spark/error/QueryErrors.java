/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/** Sentences about queries: vectors that ask and how they ask. */
public final class QueryErrors {

  private QueryErrors() {}

  /** A query vector whose length is not that of the table's vectors. */
  public static OmenException queryDimension(String column, int table, int query) {
    return new OmenException(
        "OMEN_QUERY_DIMENSION",
        "A query vector has dimension "
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

  /** ann_search was asked to search something that has no index. */
  public static OmenException notSearchable(String table, String reason) {
    return new OmenException(
        "OMEN_NOT_SEARCHABLE",
        "ann_search cannot search "
            + table
            + ": "
            + reason
            + ". Give the path or name of an OmenDB table, or of a view that only selects columns"
            + " and filters rows of one and keeps its vector column.");
  }
}
