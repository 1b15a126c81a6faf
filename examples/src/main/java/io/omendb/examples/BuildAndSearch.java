/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Builds a table from generated rows and searches it for one vector, with a filter and without. */
public final class BuildAndSearch {
  private static final int ROWS = 5_000;

  private BuildAndSearch() {}

  /** Takes no arguments; fails when a search does not return the rows it must. */
  public static void main(String[] args) throws Exception {
    Path table = Files.createTempDirectory("omendb-BuildAndSearch").resolve("points");
    try (SparkSession spark = SparkSession.builder().appName("BuildAndSearch").getOrCreate()) {
      // Row i lies at (cos i, sin i) * i: a spiral, on which the nearest rows are easy to tell.
      spark
          .sql(
              """
              SELECT id, IF(id %% 2 = 0, 'even', 'odd') AS parity,
                     array(CAST(id * cos(id / 500) AS FLOAT), CAST(id * sin(id / 500) AS FLOAT)) AS v
              FROM range(%d)"""
                  .formatted(ROWS))
          .write()
          .format("omendb")
          .save(table.toString());
      spark.read().format("omendb").load(table.toString()).createOrReplaceTempView("points");

      float[] query = {(float) (3_000 * Math.cos(6)), (float) (3_000 * Math.sin(6))};
      expect(
          spark
              .sql(
                  """
              SELECT t.id FROM (SELECT :query AS v) q
              JOIN points t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(q.v, t.v)
              ORDER BY vector_l2_distance(q.v, t.v), t.id""",
                  Map.of("query", query))
              .collectAsList(),
          3_000L,
          2_999L,
          3_001L);
      expect(
          spark
              .sql(
                  """
              SELECT t.id FROM (SELECT :query AS v) q
              JOIN (SELECT * FROM points WHERE parity = 'odd') t
                APPROX NEAREST 2 BY DISTANCE vector_l2_distance(q.v, t.v)
              ORDER BY t.id""",
                  Map.of("query", query))
              .collectAsList(),
          2_999L,
          3_001L);
    }
  }

  private static void expect(List<Row> rows, Long... ids) {
    List<Long> found = rows.stream().map(row -> row.getLong(0)).toList();
    if (!found.equals(Arrays.asList(ids))) {
      throw new IllegalStateException("expected " + Arrays.toString(ids) + ", found " + found);
    }
    System.out.println("found " + found);
  }
}
