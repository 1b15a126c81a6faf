/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

import java.util.List;
import java.util.Optional;

/** Sentences about what the user gave: options, settings, columns and rows. */
public final class InputErrors {

  private InputErrors() {}

  // ---- options

  /** An option or setting that does not exist. */
  public static OmenException unknownOption(String name, Optional<String> nearest) {
    return new OmenException(
        "OMEN_UNKNOWN_OPTION",
        "There is no option '%s' here. %sThe options are listed in docs/options.md."
            .formatted(name, nearest.map(n -> "Did you mean '" + n + "'? ").orElse("")));
  }

  /** An option or setting whose value is not in its range. */
  public static OmenException badOption(String name, String value, String range) {
    return new OmenException(
        "OMEN_BAD_OPTION", "Option '%s' must be %s, was '%s'.".formatted(name, range, value));
  }

  /** An append that asks for another configuration than the table has. */
  public static OmenException contradictsTable(String name, String given, String stored) {
    return new OmenException(
        "OMEN_OPTION_CONTRADICTS_TABLE",
        ("Option '%s' is '%s', but the table was made with '%s', and all its segments must agree."
                + " Leave the option out, or replace the table with mode overwrite.")
            .formatted(name, given, stored));
  }

  /** No path was given, or several. */
  public static OmenException onePath() {
    return new OmenException(
        "OMEN_NO_PATH",
        "An OmenDB table is at exactly one path. Give it as load(path), save(path) or OPTIONS"
            + " (path '...').");
  }

  /** A partitioned or clustered write. */
  public static OmenException partitioning(String call) {
    return new OmenException(
        "OMEN_NO_PARTITIONING",
        ("%s is not possible: an OmenDB table is laid out in segments. Leave it out; the option"
                + " segments sets how many segments a write makes.")
            .formatted(call));
  }

  /** The path holds a table and the save mode does not allow that. */
  public static OmenException tableExists(String root) {
    return new OmenException(
        "OMEN_TABLE_EXISTS",
        ("There is an OmenDB table at '%s' already. Use mode append to add rows, or mode overwrite"
                + " to replace them.")
            .formatted(root));
  }

  /** A table on a local path, written from several machines. */
  public static OmenException localPathOnCluster(String root, String master, String setting) {
    return new OmenException(
        "OMEN_LOCAL_PATH_ON_CLUSTER",
        ("'%s' is on the local file system, but the tasks run on the cluster %s and would each"
                + " write to the disk of their own machine. Use a path that all machines share; if"
                + " this one is mounted on all of them, set %s=true.")
            .formatted(root, master, setting));
  }

  // ---- columns

  /** A schema given for a read, other than that of the table. */
  public static OmenException schemaGiven(String root, String given, String stored) {
    return new OmenException(
        "OMEN_SCHEMA_GIVEN",
        ("The schema %s was given for the table '%s', which has the schema %s. Leave out"
                + " schema(...), and cast or select the columns after reading.")
            .formatted(given, root, stored));
  }

  /** Two columns of one name. */
  public static OmenException duplicateColumn(String name) {
    return new OmenException(
        "OMEN_DUPLICATE_COLUMN",
        ("Two columns are named '%s', perhaps in different case. Rename one of them before"
                + " writing.")
            .formatted(name));
  }

  /** A column named like one that every table has. */
  public static OmenException reservedColumn(String name) {
    return new OmenException(
        "OMEN_RESERVED_COLUMN",
        "The column name '%s' is reserved by OmenDB. Rename the column before writing."
            .formatted(name));
  }

  /** A column of a type that cannot be stored. */
  public static OmenException unsupportedType(String name, String type) {
    return new OmenException(
        "OMEN_UNSUPPORTED_TYPE",
        ("Column '%s' has type %s, which Parquet files cannot hold. Cast it to another type, or"
                + " leave the column out.")
            .formatted(name, type));
  }

  /** The named vector column cannot hold vectors. */
  public static OmenException notAVectorColumn(String name, String type) {
    return new OmenException(
        "OMEN_NOT_A_VECTOR_COLUMN",
        ("Column '%s' has type %s; the vector column must be ARRAY<FLOAT>, ARRAY<DOUBLE> or a Spark"
                + " ML Vector. Cast it, or name another column with the option vectorColumn.")
            .formatted(name, type));
  }

  /** The named vector column does not exist. */
  public static OmenException noSuchVectorColumn(String name, List<String> columns) {
    return new OmenException(
        "OMEN_NO_SUCH_COLUMN",
        "There is no column '%s' to index. The option vectorColumn must name one of %s."
            .formatted(name, columns));
  }

  /** No vector column was named and it cannot be guessed. */
  public static OmenException vectorColumnNotGiven(List<String> candidates, String schema) {
    return new OmenException(
        "OMEN_VECTOR_COLUMN_NOT_GIVEN",
        candidates.isEmpty()
            ? ("No column of %s has type ARRAY<FLOAT>. Name the vector column with the option"
                    + " vectorColumn; it may be ARRAY<FLOAT>, ARRAY<DOUBLE> or a Spark ML Vector.")
                .formatted(schema)
            : ("The columns %s all have type ARRAY<FLOAT>. Name the one to index with the option"
                    + " vectorColumn.")
                .formatted(candidates));
  }

  // ---- rows

  /**
   * A row whose vector cannot be indexed.
   *
   * @param row where it is and how to recognise it
   * @param problem what is wrong with the vector, as the end of a sentence that starts with it
   * @param remedy what to do, as a sentence
   */
  public static OmenException badVector(String row, String column, String problem, String remedy) {
    return new OmenException(
        "OMEN_BAD_VECTOR",
        "%s: the vector in column '%s' %s. %s".formatted(row, column, problem, remedy));
  }

  /** Tasks of one write met vectors of different dimensions. */
  public static OmenException mixedDimensions(
      String column, int partition, int dimension, int otherPartition, int otherDimension) {
    return new OmenException(
        "OMEN_DIMENSION_MISMATCH",
        ("The vectors in column '%s' have dimension %d in partition %d and %d in partition %d. All"
                + " vectors of a table have one dimension; filter the others out, for instance with"
                + " size(%1$s) = %2$d.")
            .formatted(column, dimension, partition, otherDimension, otherPartition));
  }
}
