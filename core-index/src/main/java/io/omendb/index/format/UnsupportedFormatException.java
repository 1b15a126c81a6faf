/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import java.io.IOException;
import java.nio.file.Path;

/** An undamaged file that this version of the library cannot read. */
public final class UnsupportedFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int found;
  private final int min;
  private final int max;

  private UnsupportedFormatException(String message, int found, int min, int max) {
    super(message);
    this.found = found;
    this.min = min;
    this.max = max;
  }

  /** The container has version {@code found}, this library reads {@code min} to {@code max}. */
  static UnsupportedFormatException version(Path file, int found, int min, int max) {
    return new UnsupportedFormatException(
        String.format(
            "%s has format version %s, this library reads %d to %d; use a newer release of it",
            file, Integer.toUnsignedString(found), min, max),
        found,
        min,
        max);
  }

  /** The file holds a section without which it must not be read, and which is not known here. */
  static UnsupportedFormatException section(Path file, int id) {
    return new UnsupportedFormatException(
        String.format(
            "%s needs section %s, which this library does not know; use a newer release of it",
            file, Integer.toUnsignedString(id)),
        SegmentFormat.VERSION,
        SegmentFormat.MIN_VERSION,
        SegmentFormat.VERSION);
  }

  /** Version of the container that was found. */
  public int found() {
    return found;
  }

  /** Oldest version that this library reads. */
  public int min() {
    return min;
  }

  /** Newest version that this library reads. */
  public int max() {
    return max;
  }
}
