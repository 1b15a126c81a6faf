/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;

/** Every sentence that a user may read, one named method each: what, why, how to fix. */
public final class Errors {

  private static final String NOTHING_CHANGED =
      "This %s of table '%s' was not published: %s. Nothing changed; run the write again.";

  private Errors() {}

  // ---- tables

  /** The path holds no OmenDB table. */
  public static OmenException notATable(String root) {
    return new OmenException(
        "OMEN_NOT_A_TABLE",
        ("'%s' is not an OmenDB table: it has no version file under _omendb/log. Check the path,"
                + " or write the table first with df.write.format(\"omendb\").save(path).")
            .formatted(root));
  }

  /** Rows of one dimension were offered to a table of another. */
  public static OmenException dimensionMismatch(String column, int table, int rows) {
    return new OmenException(
        "OMEN_DIMENSION_MISMATCH",
        ("Column '%s' of the table holds vectors of dimension %d, the new rows have dimension %d."
                + " Write vectors of dimension %2$d, or replace the table with mode overwrite.")
            .formatted(column, table, rows));
  }

  /** The version file is of a format that this release does not know. */
  public static OmenException newerFormat(String file, int format, int known) {
    return new OmenException(
        "OMEN_NEWER_FORMAT",
        ("'%s' has table format %d, this release reads format %d. Use the release of OmenDB that"
                + " wrote it, or a newer one.")
            .formatted(file, format, known));
  }

  /** The version file needs abilities that this release does not have. */
  public static OmenException unknownReaderFeatures(String file, Collection<String> features) {
    return new OmenException(
        "OMEN_NEWER_FORMAT",
        ("'%s' needs the reader features %s, which this release does not have; without them it"
                + " could return wrong rows. Use the release of OmenDB that wrote it, or a newer"
                + " one.")
            .formatted(file, features));
  }

  /** The table may be read but not changed by this release. */
  public static OmenException unknownWriterFeatures(String root, Collection<String> features) {
    return new OmenException(
        "OMEN_NEWER_FORMAT",
        ("Table '%s' can be read but not changed: it needs the writer features %s, which this"
                + " release does not have. Use the release of OmenDB that wrote it, or a newer one.")
            .formatted(root, features));
  }

  /** A limit of the version file is exceeded. */
  public static OmenException tableTooLarge(String what, long limit) {
    return new OmenException(
        "OMEN_TABLE_TOO_LARGE",
        ("The table cannot become like this: %s where the format allows %d. Write fewer, larger"
                + " segments (option 'segments'), or split the table.")
            .formatted(what, limit));
  }

  // ---- versions

  /** The bytes of a version file are not what was written. */
  public static CorruptDataException corruptVersionFile(
      String file, String reason, Throwable cause) {
    return new CorruptDataException(
        "OMEN_CORRUPT_VERSION",
        ("Version file '%s' is damaged: %s. Restore this file from a backup; no version of the"
                + " table is used in its place.")
            .formatted(file, reason),
        cause);
  }

  /** A version file between two others is not there. */
  public static CorruptDataException versionMissing(String root, long missing, long latest) {
    return new CorruptDataException(
        "OMEN_CORRUPT_VERSION",
        ("Table '%s' has a gap: version %d is missing although version %d exists, so files of"
                + " _omendb/log were removed by hand or not copied. Restore the missing file from"
                + " a backup.")
            .formatted(root, missing, latest),
        null);
  }

  /** A version number outside the history. */
  public static OmenException noSuchVersion(String root, long version, long floor, long latest) {
    return new OmenException(
        "OMEN_NO_SUCH_VERSION",
        "Table '%s' has no version %d; it has the versions %d to %d."
            .formatted(root, version, floor, latest));
  }

  /** A version that was removed by expire_snapshots. */
  public static SnapshotExpiredException snapshotExpired(
      String root, long version, long floor, long latest) {
    return new SnapshotExpiredException(
        "OMEN_SNAPSHOT_EXPIRED",
        ("Version %d of table '%s' has expired; the versions %d to %d are kept. Read one of these,"
                + " and keep versions longer by expiring later or by tagging them.")
            .formatted(version, root, floor, latest),
        null);
  }

  // ---- commits

  /** Another writer published something that this change cannot be redone on. */
  public static CommitConflictException commitConflict(
      String root, String mine, String theirs, long version) {
    String why =
        "version %d (%s) was published by another writer while it ran, and the two cannot be combined"
            .formatted(version, theirs);
    return new CommitConflictException(
        "OMEN_COMMIT_CONFLICT", NOTHING_CHANGED.formatted(mine, root, why), null);
  }

  /** The table was made, dropped or replaced while the change was prepared. */
  public static CommitConflictException tableReplaced(String root, String mine, String what) {
    return new CommitConflictException(
        "OMEN_COMMIT_CONFLICT", NOTHING_CHANGED.formatted(mine, root, what), null);
  }

  /** Other writers won every try. */
  public static CommitConflictException tooManyConflicts(String root, String mine, int tries) {
    String why = "other writers were faster %d times in a row".formatted(tries);
    return new CommitConflictException(
        "OMEN_COMMIT_CONFLICT", NOTHING_CHANGED.formatted(mine, root, why), null);
  }

  /** The thread that commits was interrupted between two tries. */
  public static CommitConflictException commitCancelled(String root, String mine) {
    String why = "it was cancelled while it waited for other writers";
    return new CommitConflictException(
        "OMEN_COMMIT_CANCELLED", NOTHING_CHANGED.formatted(mine, root, why), null);
  }

  /** The store did not say whether the version was published. */
  public static CommitStateUnknownException commitStateUnknown(
      String root, long version, Throwable cause) {
    return new CommitStateUnknownException(
        "OMEN_COMMIT_STATE_UNKNOWN",
        ("It is not known whether version %d of table '%s' was published: the store failed during"
                + " the commit and could not be asked afterwards. No file was deleted. When the"
                + " store works again, look whether the rows are in the table before writing them"
                + " again; a write with txnAppId and txnVersion can simply be repeated.")
            .formatted(version, root),
        cause);
  }

  /** A file that a change refers to is not there, or not as long as it should be. */
  public static OmenException fileNotVisible(String file, long expected, String actual) {
    return new OmenException(
        "OMEN_FILE_NOT_VISIBLE",
        ("'%s' should have %d bytes but %s, so nothing was published. The path must be one that"
                + " the driver and all executors share; a local path on a cluster is not.")
            .formatted(file, expected, actual));
  }

  /** The file system cannot publish a version safely. */
  public static OmenException unsafeStore(String root, String scheme, String key) {
    return new OmenException(
        "OMEN_UNSAFE_STORE",
        ("Table '%s' cannot be changed: OmenDB knows no way to publish a version atomically on"
                + " '%s', so two writers could overwrite each other. Use file: or hdfs:, or set"
                + " %s=single-writer if you make sure that only one writer runs at a time.")
            .formatted(root, scheme, key));
  }

  // ---- storage

  /** A file system failed; the cause is kept as it came. */
  public static UncheckedIOException io(String what, IOException cause) {
    return new UncheckedIOException(what + ": " + cause.getMessage(), cause);
  }
}
