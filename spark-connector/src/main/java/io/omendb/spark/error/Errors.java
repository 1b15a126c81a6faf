/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/** Every sentence that a user may read, one named method each: what, why, how to fix. */
public final class Errors {

  private Errors() {}

  /** The path holds no OmenDB table. */
  public static OmenException notATable(String root) {
    return new OmenException(
        "OMEN_NOT_A_TABLE",
        "'"
            + root
            + "' is not an OmenDB table: it has no version file under _omendb/log. Check the path, or"
            + " write the table first with df.write.format(\"omendb\").save(path).");
  }

  /** Rows of one dimension were offered to a table of another. */
  public static OmenException dimensionMismatch(String column, int table, int rows) {
    return new OmenException(
        "OMEN_DIMENSION_MISMATCH",
        "Column '"
            + column
            + "' of the table holds vectors of dimension "
            + table
            + ", the new rows have dimension "
            + rows
            + ". Write vectors of dimension "
            + table
            + ", or replace the table with mode overwrite.");
  }
}
