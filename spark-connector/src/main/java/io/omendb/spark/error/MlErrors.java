/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

/** Sentences about the use of the Spark ML classes. */
public final class MlErrors {

  private MlErrors() {}

  /** A column that the result shall have exists already. */
  public static OmenException columnExists(String column) {
    return new OmenException(
        "OMEN_COLUMN_EXISTS",
        "There is a column '%s' already. Drop it, or set predictionCol to another name."
            .formatted(column));
  }

  /** The two fields of a neighbour have one name. */
  public static OmenException fieldTwice(String distCol) {
    return new OmenException(
        "OMEN_ML_PARAMETER",
        "distCol is '%s', but that field of a neighbour holds its id. Choose another name."
            .formatted(distCol));
  }

  /** A column of ids of another type than is supported. */
  public static OmenException idType(String column, String type) {
    return new OmenException(
        "OMEN_ID_TYPE",
        ("Column '%s' of type %s cannot identify rows. Use BIGINT, INT or STRING, cast it, or name"
                + " another column with idCol.")
            .formatted(column, type));
  }

  /** Ids of the asking rows that cannot equal those of the fitted rows. */
  public static OmenException idTypesDiffer(String column, String type, String fitted) {
    return new OmenException(
        "OMEN_ID_TYPE",
        ("excludeSelf compares column '%s' of type %s with the ids of the fitted rows, which are"
                + " %s. Cast the column, or set excludeSelf to false.")
            .formatted(column, type, fitted));
  }

  /** Rows without the column that identifies them. */
  public static OmenException noIds(String use, String column, String columns) {
    return new OmenException(
        "OMEN_NO_COLUMN",
        "%s needs the column '%s', which identifies a row. The columns are %s; name one with idCol."
            .formatted(use, column, columns));
  }

  /** A model that was made by its constructor. */
  public static OmenException notFitted() {
    return new OmenException(
        "OMEN_NOT_FITTED",
        "This VamanaNeighborsModel has no index. Get one from VamanaNeighbors.fit or from"
            + " VamanaNeighborsModel.load.");
  }

  /** The index was to be made in the temporary directory of one machine of a cluster. */
  public static OmenException scratchOnCluster(String directory, String master) {
    return new OmenException(
        "OMEN_LOCAL_PATH_ON_CLUSTER",
        ("indexPath is not set, and the default file system's temporary directory '%s' is on the"
                + " driver's disk, which the tasks of the cluster %s do not share. Set indexPath to"
                + " a directory that all machines share.")
            .formatted(directory, master));
  }

  /** A model was to replace the files it reads. */
  public static OmenException savedOntoItself(String path) {
    return new OmenException(
        "OMEN_SAVED_ONTO_ITSELF",
        "The model's index is in '%s', which overwriting would delete. Save it to another path."
            .formatted(path));
  }

  /** The files of an index cannot be copied. */
  public static OmenException notCopied(String from, String to, Exception cause) {
    return new OmenException(
        "OMEN_NOT_COPIED",
        "The index '%s' could not be copied to '%s': %s".formatted(from, to, cause.getMessage()),
        cause);
  }

  /** A parameter of the build that shall be another than the one of the index. */
  public static OmenException fixedByFit(String parameter, String given, String fitted) {
    return new OmenException(
        "OMEN_ML_PARAMETER",
        ("%s is %s, but the model was fitted with %s, which its index cannot change. Set it on a"
                + " VamanaNeighbors and fit again.")
            .formatted(parameter, given, fitted.equals("null") ? "another value" : fitted));
  }

  /** A threshold that is no number. */
  public static OmenException notAThreshold() {
    return new OmenException(
        "OMEN_ML_PARAMETER", "threshold is NaN. Give the distance below which pairs are near.");
  }

  /** An evaluator cannot tell what the true neighbours are. */
  public static OmenException noTruth(String column) {
    return new OmenException(
        "OMEN_NO_TRUTH",
        ("Column '%s' does not say which index it came from. Evaluate the result of"
                + " VamanaNeighborsModel.transform with outputMode array, or set labelCol to a"
                + " column with the array of true ids.")
            .formatted(column));
  }
}
