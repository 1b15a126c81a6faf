/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.Serializable;

/**
 * The rows of a segment that are deleted in this version.
 *
 * @param file name relative to the table, {@code dv/<uuid>.dv}
 * @param bytes length of the file
 * @param cardinality number of deleted rows, at least 1
 * @param crc32c CRC32C of the whole file
 */
public record DeletionEntry(String file, long bytes, int cardinality, int crc32c)
    implements Serializable {

  /** Throws IllegalArgumentException for a name that is not a deletion file, or no size. */
  public DeletionEntry {
    if (!TableFiles.isDeletionName(file)) {
      throw new IllegalArgumentException("deletion file must be dv/<uuid>.dv, was '" + file + "'");
    }
    if (bytes <= 0) {
      throw new IllegalArgumentException("deletion bytes must be positive, was " + bytes);
    }
    if (cardinality <= 0) {
      throw new IllegalArgumentException(
          "deletion cardinality must be positive, was " + cardinality);
    }
  }
}
