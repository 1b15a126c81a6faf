/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.error;

import java.util.Locale;

/** Sentences about files of a table that cannot be read. */
public final class ReadErrors {

  private ReadErrors() {}

  /** A file that a version lists is not there. */
  public static CorruptDataException missingFile(String file, Throwable cause) {
    return new CorruptDataException(
        "OMEN_MISSING_FILE",
        "The table lists the file "
            + file
            + ", but it does not exist. It was removed by something other than OmenDB, or it was"
            + " written to the local disk of another machine. Restore the file, or overwrite the"
            + " table.",
        cause);
  }

  /** A file is not the one that the version lists. */
  public static CorruptDataException changedFile(String file, String expected, String found) {
    return new CorruptDataException(
        "OMEN_CHANGED_FILE",
        "The file "
            + file
            + " is not the one that the table lists: expected "
            + expected
            + ", found "
            + found
            + ". It was replaced or damaged. Restore the file, or overwrite the table.",
        null);
  }

  /** The bytes of a file cannot be read or decoded. */
  public static CorruptDataException damagedFile(String file, Throwable cause) {
    return new CorruptDataException(
        "OMEN_DAMAGED_FILE",
        "The file "
            + file
            + " is damaged: "
            + cause.getMessage()
            + ". Restore the file, or overwrite the table.",
        cause);
  }

  /** A segment file is damaged; {@code cause} says where and what to do. */
  public static CorruptDataException damagedSegment(Throwable cause) {
    return new CorruptDataException("OMEN_DAMAGED_FILE", cause.getMessage(), cause);
  }

  /** There is no room for a local copy of a segment. */
  public static OmenException cacheFull(String file, long bytes, long limit, String setting) {
    return new OmenException(
        "OMEN_CACHE_FULL",
        String.format(
            Locale.ROOT,
            "No room for a local copy of %s (%,d bytes): the copies in use fill the %,d bytes that"
                + " an executor may take. Raise %s, use fewer cores per executor, or write smaller"
                + " segments.",
            file,
            bytes,
            limit,
            setting));
  }

  /** No local disk has room for a copy of a segment. */
  public static OmenException diskFull(String file, long bytes, String directories) {
    return new OmenException(
        "OMEN_DISK_FULL",
        String.format(
            Locale.ROOT,
            "No local directory has room for a copy of %s (%,d bytes); tried %s. Free space there,"
                + " or name larger disks in spark.local.dir.",
            file,
            bytes,
            directories));
  }
}
