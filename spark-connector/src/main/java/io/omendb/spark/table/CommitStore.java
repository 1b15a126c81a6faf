/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.IOException;

/**
 * The one thing a store must be able to do for commits: publish a complete file under a name that
 * nobody else has published. Thread-safe, and safe against other processes.
 */
public interface CommitStore {

  /** What became of a file. */
  enum Outcome {
    /** Published durably under this name, by this call. */
    COMMITTED,
    /** The name is taken; nothing was changed. */
    CONFLICT,
    /** The store failed while publishing; the file may or may not be there, now or later. */
    UNKNOWN
  }

  /**
   * Publishes {@code bytes} as the version file {@code name}, unless a file of that name exists. A
   * reader sees the whole file or none.
   *
   * @throws IOException when the store failed before publishing: the file is certainly not there
   */
  Outcome putIfAbsent(String name, byte[] bytes) throws IOException;
}
