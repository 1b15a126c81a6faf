/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static io.omendb.spark.sql.Oracle.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.OmenExtensions;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSessionExtensions;
import org.junit.jupiter.api.Test;

/** The join as a part of larger plans. */
class NearestByPlansTest extends SmallTables {

  @Test
  void cteUsedTwiceAndCteOnTheRight() {
    assertSame(
        spark,
        "WITH n AS (SELECT qid, id FROM q JOIN t APPROX NEAREST 3 BY DISTANCE"
            + " vector_l2_distance(qv, v)) SELECT a.qid, a.id, b.id AS other FROM n a JOIN n b"
            + " ON a.qid = b.qid");
    assertSame(
        spark,
        "WITH r AS (SELECT id, v AS w FROM t WHERE grp > 1), u AS (SELECT id + 1 AS id1, w FROM r)"
            + " SELECT * FROM q LEFT JOIN u APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, w)");
    assertSame(
        spark,
        "WITH r AS (SELECT id, v FROM t WHERE grp > 1) SELECT a.id, b.id FROM (SELECT * FROM r"
            + " LIMIT 1000) a JOIN r b EXACT NEAREST 2 BY DISTANCE vector_l2_distance(a.v, b.v)");
  }

  @Test
  void scalarSubqueriesAndSubqueriesInConditions() {
    assertSame(
        spark,
        "SELECT (SELECT count(*) FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv,"
            + " v)) AS n");
    assertSame(
        spark,
        "WITH r AS (SELECT * FROM t WHERE grp = 3) SELECT qid FROM q WHERE qid IN (SELECT qid FROM"
            + " q JOIN r APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v) WHERE id > 200)");
  }

  @Test
  void unionOfTwoEqualJoins() {
    String join =
        "SELECT qid, id FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)";
    assertSame(spark, join + " UNION ALL " + join);
    assertSame(spark, join + " UNION " + join);
  }

  @Test
  void selfJoinAndChainedJoins() {
    assertSame(
        spark,
        "SELECT a.id, b.id AS other, b.name FROM t a JOIN t b APPROX NEAREST 3 BY DISTANCE"
            + " vector_l2_distance(a.v, b.v)");
    assertSame(
        spark,
        "SELECT qid, n.id, m.id AS other FROM q JOIN t n APPROX NEAREST 2 BY DISTANCE"
            + " vector_l2_distance(qv, n.v) JOIN t m APPROX NEAREST 2 BY DISTANCE"
            + " vector_l2_distance(n.v, m.v)");
  }

  @Test
  void joinsOfJoins() {
    String join =
        "(SELECT qid, id, price FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv,"
            + " v))";
    assertSame(
        spark,
        "SELECT a.qid, a.id, b.price FROM " + join + " a JOIN " + join + " b ON a.id = b.id");
    assertSame(
        spark, "SELECT id, count(*), min(price) FROM " + join + " GROUP BY id ORDER BY id LIMIT 5");
  }

  @Test
  void aDataFrameMayBeJoinedWithItself() {
    assertSame(
        spark,
        session -> {
          Dataset<Row> joined =
              session.sql(
                  "SELECT qid, id FROM q JOIN t APPROX NEAREST 2 BY DISTANCE vector_l2_distance(qv,"
                      + " v)");
          return joined.as("a").join(joined.as("b"), "qid").selectExpr("qid", "a.id", "b.id");
        });
  }

  @Test
  void joinsCanBeCached() {
    Dataset<Row> joined =
        spark.sql(
            "SELECT qid, id FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)");
    List<String> before = joined.collectAsList().stream().map(Row::toString).sorted().toList();
    joined.cache();
    assertThat(joined.count()).isEqualTo(before.size());
    assertThat(joined.collectAsList().stream().map(Row::toString).sorted().toList())
        .isEqualTo(before);
    assertThat(Oracle.plan(joined.select("qid"))).contains("InMemoryTableScan");
    joined.unpersist(true);
  }

  @Test
  void withoutAdaptiveExecutionAndWithoutCodegen() {
    String sql =
        "SELECT qid, count(*), max(price) FROM q LEFT JOIN t APPROX NEAREST 3 BY DISTANCE"
            + " vector_l2_distance(qv, v) GROUP BY qid";
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    assertSame(spark, sql);
    spark.conf().set("spark.sql.codegen.wholeStage", "false");
    spark.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    assertSame(spark, sql);
  }

  @Test
  void tablesCanBeMadeFromAJoin() {
    String sql =
        "SELECT qid, id, v FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)";
    String path = directory.resolve("ctas").toString();
    spark.sql("CREATE TABLE made USING parquet LOCATION '" + path + "' AS " + sql);
    assertThat(spark.table("made").collectAsList().stream().map(Row::toString).sorted().toList())
        .isEqualTo(
            Oracle.stock(spark, s -> s.sql(sql)).stream().map(Row::toString).sorted().toList());
    spark.sql("DROP TABLE made");
  }

  @Test
  void bothWaysOfRegisteringTogetherDoNoHarm() {
    OmenExtensions again = new OmenExtensions();
    SparkSessionExtensions extensions = new SparkSessionExtensions();
    again.apply(extensions);
    again.apply(extensions);
  }

  @Test
  void equalJoinsShareTheirExchange() {
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    String counts =
        "SELECT id, count(*) AS n FROM q JOIN (SELECT id, v AS w FROM t WHERE grp > 1) r APPROX"
            + " NEAREST 3 BY DISTANCE vector_l2_distance(qv, w) GROUP BY id";
    String sql = "SELECT * FROM (" + counts + ") UNION ALL SELECT * FROM (" + counts + ")";
    assertThat(Oracle.plan(spark.sql(sql))).contains("ReusedExchange");
    assertSame(spark, sql);
    String others = sql.replaceFirst("grp > 1", "grp > 2");
    assertThat(Oracle.plan(spark.sql(others))).doesNotContain("ReusedExchange");
  }

  @Test
  void aLimitedJoinGivesAsManyRowsAsAskedFor() {
    String join =
        "SELECT qid, id FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)";
    assertThat(spark.sql(join + " LIMIT 5").collectAsList()).hasSize(5);
    assertThat(spark.sql(join + " LIMIT 0").collectAsList()).isEmpty();
    assertSame(spark, join + " ORDER BY qid, id LIMIT 5");
  }
}
