/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.Serializable;

/**
 * The Parquet file with every column of a segment but the vector, in the row order of the segment.
 * Its name follows from the segment's id.
 *
 * @param bytes length of the file
 * @param crc32c CRC32C of the whole file
 */
public record PayloadEntry(long bytes, int crc32c) implements Serializable {

  /** Throws IllegalArgumentException when {@code bytes} is not positive. */
  public PayloadEntry {
    if (bytes <= 0) {
      throw new IllegalArgumentException("payload bytes must be positive, was " + bytes);
    }
  }
}
