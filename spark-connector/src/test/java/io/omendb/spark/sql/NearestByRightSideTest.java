/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static io.omendb.spark.sql.Oracle.assertLeftToSpark;
import static io.omendb.spark.sql.Oracle.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What may stand between the join and its table, and around the join. */
class NearestByRightSideTest extends SmallTables {

  @Test
  void theRightSideMayRenameAndCompute() {
    assertSame(
        spark,
        "SELECT * FROM q LEFT JOIN (SELECT id * 2 AS twice, v AS w, upper(name) AS n, 'x' AS x,"
            + " s.b, tags[0] AS tag, coalesce(name, 'none') AS c FROM t) r APPROX NEAREST 4 BY"
            + " DISTANCE vector_l2_distance(qv, w)");
    assertSame(
        spark,
        "SELECT qid, r.* FROM q JOIN (SELECT w, m FROM (SELECT v AS w, price + grp AS m FROM t)) r"
            + " APPROX NEAREST 4 BY DISTANCE vector_l2_distance(qv, r.w)");
  }

  @Test
  void rightFiltersApplyBeforeTheSearch() {
    for (String condition :
        List.of(
            "grp = 1",
            "grp = 1 AND price > 0.5",
            "name IS NULL",
            "length(name) = 6 OR s.a % 3 = 0",
            "array_contains(tags, 'x1')",
            "v[0] > 0 AND grp < 3",
            "rlike(name, '7$')",
            "id IN (1, 2, 3)",
            "id < 0")) {
      assertSame(
          spark,
          "SELECT qid, id, name FROM q LEFT JOIN (SELECT * FROM t WHERE "
              + condition
              + ") APPROX NEAREST 6 BY DISTANCE vector_l2_distance(qv, v)");
    }
  }

  @Test
  void filtersOverComputedColumnsAndProjectionsOverFiltersMix() {
    assertSame(
        spark,
        "SELECT qid, r.* FROM q JOIN (SELECT id, w, g + 1 AS h FROM (SELECT id, v AS w, grp * 2 AS g"
            + " FROM t WHERE price < 0.8) WHERE g > 2) r EXACT NEAREST 6 BY DISTANCE"
            + " vector_l2_distance(qv, w)");
  }

  @Test
  void filtersAboveTheJoinDoNotChangeTheNeighbours() {
    assertSame(
        spark,
        "SELECT * FROM q LEFT JOIN t APPROX NEAREST 5 BY DISTANCE vector_l2_distance(qv, v)"
            + " WHERE kind = 'even' AND (grp = 2 OR id IS NULL) AND qid + id > 3");
  }

  @Test
  void leftConditionsMoveBelowTheJoin() {
    spark.range(9).createOrReplaceTempView("numbers");
    Dataset<Row> rows =
        spark.sql(
            "SELECT n.id, t.id FROM (SELECT id, array_repeat(CAST(id AS FLOAT), 8) AS w FROM numbers)"
                + " n JOIN t APPROX NEAREST 2 BY DISTANCE vector_l2_distance(w, v) WHERE n.id < 3"
                + " AND grp = 1");
    String plan = Oracle.plan(rows);
    int join = plan.indexOf("OmenKnnJoin");
    assertThat(plan.indexOf("grp#")).isPositive().isLessThan(join);
    assertThat(plan.indexOf(" < 3)")).isGreaterThan(join);
  }

  @Test
  void whatIsNotOursIsLeftToSpark() {
    for (String sql :
        List.of(
            // The farthest rows.
            "SELECT qid, id FROM q JOIN t APPROX NEAREST 2 BY SIMILARITY vector_l2_distance(qv, v)",
            "SELECT qid, id FROM q JOIN t EXACT NEAREST 2 BY DISTANCE vector_inner_product(qv, v)",
            // Other rankings.
            "SELECT qid, id FROM q JOIN t APPROX NEAREST 2 BY DISTANCE abs(qid - id)",
            "SELECT qid, id FROM q JOIN t APPROX NEAREST 2 BY DISTANCE vector_l2_distance(qv, v) + 1",
            "SELECT qid, id FROM q JOIN t APPROX NEAREST 2 BY DISTANCE"
                + " vector_l2_distance(qv, transform(v, x -> x + 1F))",
            // Right sides that are no selection of rows.
            "SELECT qid, id FROM q JOIN (SELECT * FROM t ORDER BY id LIMIT 50) APPROX NEAREST 2 BY"
                + " DISTANCE vector_l2_distance(qv, v)",
            "SELECT qid, grp FROM q JOIN (SELECT grp, min(v) AS v FROM t GROUP BY grp) APPROX"
                + " NEAREST 2 BY DISTANCE vector_l2_distance(qv, v)",
            "SELECT qid, id FROM q JOIN (SELECT * FROM t WHERE id IN (SELECT qid FROM q)) APPROX"
                + " NEAREST 2 BY DISTANCE vector_l2_distance(qv, v)",
            // Not a table of ours.
            "SELECT q.qid, r.qid FROM q JOIN q r APPROX NEAREST 2 BY DISTANCE"
                + " vector_l2_distance(q.qv, r.qv)")) {
      assertLeftToSpark(spark, sql);
    }
  }

  @Test
  void theRuleCanBeSwitchedOff() {
    String sql =
        "SELECT qid, id FROM q JOIN t APPROX NEAREST 2 BY DISTANCE vector_l2_distance(qv, v)";
    spark.conf().set(Oracle.ENABLED, "false");
    assertThat(Oracle.plan(spark.sql(sql))).doesNotContain("OmenKnnJoin");
    spark.conf().unset(Oracle.ENABLED);
    assertThat(Oracle.plan(spark.sql(sql))).contains("OmenKnnJoin");
  }

  @Test
  void aFilterThatNeverHoldsLeavesNoTableToSearch() {
    for (String join : List.of("JOIN", "LEFT JOIN")) {
      assertLeftToSpark(
          spark,
          "SELECT * FROM q "
              + join
              + " (SELECT * FROM t WHERE 1 = 0) APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv,"
              + " v)");
    }
  }

  @Test
  void aCachedTableIsSearchedBySpark() {
    spark.sql("CACHE TABLE t2 AS SELECT * FROM t WHERE grp < 4");
    assertLeftToSpark(
        spark,
        "SELECT * FROM q LEFT JOIN t2 APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)");
    spark.sql("UNCACHE TABLE t2");
  }

  @Test
  void hintsAreAllowedAndIgnored() {
    assertSame(
        spark,
        "SELECT /*+ BROADCAST(t) */ qid, id FROM q JOIN t APPROX NEAREST 2 BY DISTANCE"
            + " vector_l2_distance(qv, v)");
  }

  @Test
  void crossJoinsMayBeForbidden() {
    spark.conf().set("spark.sql.crossJoin.enabled", "false");
    String sql =
        "SELECT qid, id FROM q JOIN t APPROX NEAREST 2 BY DISTANCE vector_l2_distance(qv, v)";
    assertThat(spark.sql(sql).count()).isEqualTo(2 * 17);
    spark.conf().set(Oracle.ENABLED, "false");
    assertThatThrownBy(() -> spark.sql(sql)).hasMessageContaining("CROSS_JOIN_NOT_ENABLED");
  }

  @Test
  void aDamagedSegmentIsNamed() throws IOException {
    Path table = directory.resolve("damaged" + System.nanoTime());
    spark
        .table("t")
        .coalesce(1)
        .write()
        .format("omendb")
        .option("segments", "1")
        .save(table.toString());
    Path segment;
    try (Stream<Path> files = Files.list(table.resolve("seg"))) {
      segment = files.filter(file -> file.toString().endsWith(".omx")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 1;
    Files.write(segment, bytes);
    spark.read().format("omendb").load(table.toString()).createOrReplaceTempView("damaged");
    assertThatThrownBy(
            () ->
                spark
                    .sql(
                        "SELECT qid, id FROM q JOIN damaged APPROX NEAREST 2 BY DISTANCE"
                            + " vector_l2_distance(qv, v)")
                    .collectAsList())
        .hasStackTraceContaining(segment.getFileName().toString())
        .hasStackTraceContaining("is damaged in VECTORS at offset");
  }
}
