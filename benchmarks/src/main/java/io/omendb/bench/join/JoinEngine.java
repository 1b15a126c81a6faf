/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import io.omendb.index.vector.Metric;

/** A way to join every query with its k nearest rows in Spark. */
enum JoinEngine {
  /** The index, as APPROX NEAREST uses it. */
  OMENDB("omendb", true, "APPROX"),
  /** The blocked exact search over the same table, as EXACT NEAREST uses it. */
  OMENDB_EXACT("omendb-exact", true, "EXACT"),
  /** What Spark does by itself: a cross join and an aggregate. */
  SPARK("spark", false, "EXACT");

  private final String commandName;
  private final boolean table;
  private final String mode;

  JoinEngine(String commandName, boolean table, String mode) {
    this.commandName = commandName;
    this.table = table;
    this.mode = mode;
  }

  /** Its name on the command line. */
  String commandName() {
    return commandName;
  }

  /** Whether it searches an omendb table; otherwise it reads the Parquet files. */
  boolean usesTable() {
    return table;
  }

  /** The join of the first {@code queries} rows of the view queries with the view items. */
  String sql(Metric metric, int k, int queries) {
    String function =
        switch (metric) {
          case L2 -> "vector_l2_distance";
          case COSINE -> "vector_cosine_similarity";
          case INNER_PRODUCT -> "vector_inner_product";
        };
    return """
        SELECT q.id AS query_id, t.id AS neighbor_id, %1$s(q.v, t.v) AS distance
        FROM (SELECT * FROM queries WHERE id < %5$d) q
        JOIN items t %2$s NEAREST %3$d BY %4$s %1$s(q.v, t.v)"""
        .formatted(function, mode, k, metric == Metric.L2 ? "DISTANCE" : "SIMILARITY", queries);
  }

  /** The engine that the command line calls {@code name}. */
  static JoinEngine named(String name) {
    for (JoinEngine engine : values()) {
      if (engine.commandName.equals(name)) {
        return engine;
      }
    }
    throw new IllegalArgumentException(
        "engine must be one of omendb, omendb-exact, spark, was '" + name + "'.");
  }
}
