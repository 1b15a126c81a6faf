/* Licensed under the Apache License, Version 2.0; see LICENSE. */

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Another way to join every query with its k nearest rows by L2. What a user would write stands in
 * each implementation between two marks, and its lines are counted.
 */
interface Peer {
  /** Fits what the joins need. {@code base} has (id BIGINT, v ARRAY&lt;FLOAT&gt;). */
  void fit(Dataset<Row> base, int k);

  /** The join as (query_id, neighbor_id, ...); {@code queries} has the columns of the base. */
  Dataset<Row> join(Dataset<Row> queries, int k);

  /** Cores that what was fitted keeps for itself, in addition to those of the join. */
  default int heldCores() {
    return 0;
  }
}
