/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.util.Locale;

/**
 * How a segment keeps its vectors. Searches navigate by codes whatever the storage; it decides what
 * the final distances are computed from and what is read back.
 *
 * <ul>
 *   <li>{@link #FLOAT32}: 4 d bytes per vector, exactly as they were added.
 *   <li>{@link #INT8}: d + 8 bytes per vector. Each is rounded to 255 evenly spaced values between
 *       its own smallest and largest one. The rounded vectors take the place of those that were
 *       added: they are what is read back, distances are theirs, and an exact search is exact over
 *       them.
 * </ul>
 */
public enum VectorStorage {
  FLOAT32("float32"),
  INT8("int8");

  private final String optionName;

  VectorStorage(String optionName) {
    this.optionName = optionName;
  }

  /** The name that users write in options. */
  public String optionName() {
    return optionName;
  }

  /** The storage that users call {@code name}. IllegalArgumentException lists the names. */
  public static VectorStorage fromName(String name) {
    for (VectorStorage storage : values()) {
      if (storage.optionName.equals(name.toLowerCase(Locale.ROOT))) {
        return storage;
      }
    }
    throw new IllegalArgumentException(
        "vectorStorage must be one of float32, int8, was '" + name + "'");
  }
}
