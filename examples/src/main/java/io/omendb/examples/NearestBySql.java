/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import org.apache.spark.sql.SparkSession;

/** Joins queries with a table by Spark's own SQL, NEAREST BY, with the index and without it. */
public final class NearestBySql {
  private NearestBySql() {}

  /** Takes no arguments; fails when the index finds less than 95 % of what Spark finds itself. */
  public static void main(String[] args) throws Exception {
    try (TemporaryDirectory work = new TemporaryDirectory("NearestBySql");
        SparkSession spark = SparkSession.builder().appName("NearestBySql").getOrCreate()) {
      String table = work.resolve("images");
      Images.read(spark, 0, 9_000).write().format("omendb").save(table);
      Images.read(spark, 9_000, 9_020).createOrReplaceTempView("queries");
      spark.sql("CREATE TEMPORARY VIEW images USING omendb OPTIONS (path '" + table + "')");

      String join =
          """
          SELECT q.id AS query, t.id AS neighbor, t.label, vector_l2_distance(q.v, t.v) AS distance
          FROM queries q
          JOIN images t APPROX NEAREST 10 BY DISTANCE vector_l2_distance(q.v, t.v)""";
      String plan = spark.sql("EXPLAIN " + join).first().getString(0);
      check(plan.contains("OmenKnnJoin"), "the index is not used:\n" + plan);
      spark.sql(join).write().parquet(work.resolve("by-index"));

      // The same text, answered by Spark alone: it compares every query with every row.
      spark.sql("SET spark.omendb.nearestBy.enabled=false");
      spark.sql(join).write().parquet(work.resolve("by-spark"));
      spark.sql("SET spark.omendb.nearestBy.enabled=true");

      spark.read().parquet(work.resolve("by-index")).createOrReplaceTempView("by_index");
      spark.read().parquet(work.resolve("by-spark")).createOrReplaceTempView("by_spark");
      spark.sql("SELECT * FROM by_index ORDER BY query, distance LIMIT 5").show();
      long same = spark.sql("SELECT * FROM by_index JOIN by_spark USING (query, neighbor)").count();
      System.out.printf("%d of Spark's 200 rows were found by the index%n", same);
      check(same >= 190, "the index found only " + same + " of 200 rows");

      // LEFT JOIN keeps the query that has no answer.
      long kept =
          spark
              .sql(
                  """
                  SELECT * FROM (SELECT id, IF(id = 9000, NULL, v) AS v FROM queries) q
                  LEFT JOIN images t APPROX NEAREST 1 BY DISTANCE vector_l2_distance(q.v, t.v)""")
              .count();
      check(kept == 20, "LEFT JOIN returned " + kept + " rows for 20 queries");
    }
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException(message);
    }
  }
}
