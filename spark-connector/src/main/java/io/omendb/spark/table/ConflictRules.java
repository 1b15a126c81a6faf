/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.util.Map;
import java.util.Set;

/**
 * Which changes can be redone on top of what others published meanwhile. Rows are mine, entries are
 * theirs; whatever is not listed, operations of newer releases included, cannot be combined.
 */
final class ConflictRules {

  static final String CREATE = "create";
  static final String APPEND = "append";
  static final String OVERWRITE = "overwrite";

  private static final Map<String, Set<String>> REBASES = Map.of(APPEND, Set.of(APPEND));

  private ConflictRules() {}

  /** Whether operation {@code mine} still means the same after {@code theirs}. */
  static boolean rebases(String mine, String theirs) {
    return REBASES.getOrDefault(mine, Set.of()).contains(theirs);
  }
}
