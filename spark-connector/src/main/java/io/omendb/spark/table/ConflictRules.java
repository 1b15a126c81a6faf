/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

/** Whether a change can be redone on top of versions that others published meanwhile. */
final class ConflictRules {

  static final String CREATE = "create";
  static final String APPEND = "append";
  static final String OVERWRITE = "overwrite";

  private ConflictRules() {}
}
