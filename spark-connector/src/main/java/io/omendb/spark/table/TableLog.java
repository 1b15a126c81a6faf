/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.spark.error.Errors;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The versions of one table: finds the latest, loads any, publishes the next. Thread-safe. */
public final class TableLog {

  private final TableFiles files;

  /** The table at {@code root}; nothing is read yet. */
  public TableLog(Configuration conf, String root) {
    this.files = new TableFiles(root);
  }

  /** Where the files of the table are. */
  public TableFiles files() {
    return files;
  }

  /** The newest version; empty when no table is there. */
  public Optional<TableVersion> latest() {
    throw new UnsupportedOperationException();
  }

  /** The newest version. Throws OmenException when no table is there. */
  public TableVersion current() {
    return latest().orElseThrow(() -> Errors.notATable(files.root()));
  }

  /** One version. Throws OmenException when it never existed, is expired or damaged. */
  public TableVersion load(long version) {
    throw new UnsupportedOperationException();
  }

  /** Publishes {@code change} as the next version and returns it. */
  public TableVersion commit(Change change) {
    throw new UnsupportedOperationException();
  }
}
