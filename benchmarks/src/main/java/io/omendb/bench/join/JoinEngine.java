/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import io.omendb.index.vector.Metric;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A way to join every query with its k nearest rows in Spark. */
enum JoinEngine {
  /** The index, as APPROX NEAREST uses it. */
  OMENDB("omendb", true, "APPROX"),
  /** The blocked exact search over the same table, as EXACT NEAREST uses it. */
  OMENDB_EXACT("omendb-exact", true, "EXACT"),
  /** What Spark does by itself: a cross join and an aggregate. */
  SPARK("spark", false, "EXACT"),
  /** MLlib's BucketedRandomProjectionLSH. */
  MLLIB_LSH("mllib-lsh", "MllibLsh", "bucketLength=20, 2 tables"),
  /** SynapseML's KNN. */
  SYNAPSEML_KNN("synapseml-knn", "SynapseMlKnn", "exact ball tree"),
  /** HnswSimilarity of hnswlib-spark. */
  HNSWLIB_SPARK("hnswlib-spark", "HnswlibSpark", "m=16, efConstruction=200, ef=32");

  private final String commandName;
  private final boolean table;
  private final String mode;
  private final String peerClass;

  JoinEngine(String commandName, boolean table, String mode) {
    this.commandName = commandName;
    this.table = table;
    this.mode = mode;
    this.peerClass = null;
  }

  JoinEngine(String commandName, String peerClass, String setting) {
    this.commandName = commandName;
    this.table = false;
    this.mode = setting;
    this.peerClass = peerClass;
  }

  /** Its name on the command line. */
  String commandName() {
    return commandName;
  }

  /** Whether it is another library, with a Spark of its own; the others run on this one. */
  boolean isPeer() {
    return peerClass != null;
  }

  /** Its source in {@code src/peers/java}, without the ending. */
  String peerClass() {
    return peerClass;
  }

  /** Whether it compares queries with so many rows that it gets only the first of them. */
  boolean isSlow() {
    return this == SPARK || this == MLLIB_LSH || this == SYNAPSEML_KNN;
  }

  /** How it is set, for the report. */
  String setting(int listSize) {
    return switch (this) {
      case OMENDB -> listSize == 0 ? "target recall" : "listSize=" + listSize;
      case OMENDB_EXACT, SPARK -> "exact";
      default -> mode;
    };
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
    // user code
    return """
        SELECT q.id AS query_id, t.id AS neighbor_id, %1$s(q.v, t.v) AS distance
        FROM (SELECT * FROM queries WHERE id < %5$d) q
        JOIN items t %2$s NEAREST %3$d BY %4$s %1$s(q.v, t.v)"""
        .formatted(function, mode, k, metric == Metric.L2 ? "DISTANCE" : "SIMILARITY", queries);
    // end of user code
  }

  /** The engine that the command line calls {@code name}. */
  static JoinEngine named(String name) {
    for (JoinEngine engine : values()) {
      if (engine.commandName.equals(name)) {
        return engine;
      }
    }
    String names =
        Arrays.stream(values()).map(JoinEngine::commandName).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("engine must be one of " + names + ", was '" + name + "'.");
  }
}
