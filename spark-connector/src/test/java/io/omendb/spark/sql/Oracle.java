/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Compares what the index answers with what Spark answers by itself. */
final class Oracle {
  static final String ENABLED = "spark.omendb.nearestBy.enabled";

  private Oracle() {}

  /** The physical plan as EXPLAIN shows it. */
  static String plan(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
        .queryExecution()
        .executedPlan()
        .toString();
  }

  /** Both answers hold the same rows in any order, and ours comes from the index. */
  static List<Row> assertSame(SparkSession spark, Function<SparkSession, Dataset<Row>> query) {
    Dataset<Row> ours = query.apply(spark);
    assertThat(plan(ours)).contains("OmenKnnJoin");
    return compare(spark, ours, query);
  }

  /** As above for SQL text. */
  static List<Row> assertSame(SparkSession spark, String sql) {
    return assertSame(spark, session -> session.sql(sql));
  }

  /** Both answers hold the same rows, and both come from Spark. */
  static List<Row> assertLeftToSpark(SparkSession spark, String sql) {
    Dataset<Row> ours = spark.sql(sql);
    assertThat(plan(ours)).doesNotContain("OmenKnnJoin");
    return compare(spark, ours, session -> session.sql(sql));
  }

  private static List<Row> compare(
      SparkSession spark, Dataset<Row> ours, Function<SparkSession, Dataset<Row>> query) {
    List<Row> actual = ours.collectAsList();
    List<Row> expected = stock(spark, query);
    assertThat(actual.stream().map(Row::toString).sorted().toList())
        .isEqualTo(expected.stream().map(Row::toString).sorted().toList());
    return actual;
  }

  /** What Spark answers by itself. */
  static List<Row> stock(SparkSession spark, Function<SparkSession, Dataset<Row>> query) {
    spark.conf().set(ENABLED, "false");
    try {
      Dataset<Row> rows = query.apply(spark);
      assertThat(plan(rows)).doesNotContain("OmenKnnJoin");
      return rows.collectAsList();
    } finally {
      spark.conf().unset(ENABLED);
    }
  }
}
