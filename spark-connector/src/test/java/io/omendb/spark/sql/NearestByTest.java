/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static io.omendb.spark.sql.Oracle.assertSame;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the join answers is what Spark answers. */
class NearestByTest extends SmallTables {

  @ParameterizedTest
  @ValueSource(strings = {"APPROX", "EXACT"})
  void innerAndLeftJoinsGiveSparksRows(String mode) {
    for (String join : List.of("JOIN", "LEFT OUTER JOIN")) {
      assertSame(
          spark,
          "SELECT * FROM q "
              + join
              + " t "
              + mode
              + " NEAREST 7 BY DISTANCE vector_l2_distance(q.qv, t.v)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"APPROX", "EXACT"})
  void everyFunctionRanksInItsNaturalDirection(String mode) {
    assertSame(
        spark,
        "SELECT * FROM q LEFT JOIN cosine c "
            + mode
            + " NEAREST 5 BY SIMILARITY vector_cosine_similarity(qv, c.v)");
    assertSame(
        spark,
        "SELECT * FROM q LEFT JOIN inner_product c "
            + mode
            + " NEAREST 5 BY SIMILARITY vector_inner_product(qv, c.v)");
  }

  @Test
  void anotherMetricThanTheIndexIsAnsweredExactly() {
    for (String table : List.of("t", "cosine", "inner_product")) {
      assertSame(
          spark,
          "SELECT qid, id FROM q JOIN "
              + table
              + " APPROX NEAREST 4 BY SIMILARITY vector_cosine_similarity(qv, v)");
      assertSame(
          spark,
          "SELECT qid, id FROM q JOIN "
              + table
              + " APPROX NEAREST 4 BY SIMILARITY vector_inner_product(qv, v)");
      assertSame(
          spark,
          "SELECT qid, id FROM q JOIN "
              + table
              + " APPROX NEAREST 4 BY DISTANCE vector_l2_distance(qv, v)");
    }
  }

  @Test
  void theOrderOfTheArgumentsIsFree() {
    assertSame(
        spark, "SELECT * FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(t.v, q.qv)");
  }

  @Test
  void theLeftVectorMayBeAnyExpressionOfTheLeftSide() {
    assertSame(
        spark,
        "SELECT qid, id FROM q JOIN t APPROX NEAREST 3 BY DISTANCE"
            + " vector_l2_distance(transform(qv, x -> x * 2F), v)");
    assertSame(
        spark,
        "SELECT qid, id FROM (SELECT qid, CAST(qv AS ARRAY<DOUBLE>) AS d FROM q) JOIN t APPROX"
            + " NEAREST 3 BY DISTANCE vector_l2_distance(CAST(d AS ARRAY<FLOAT>), v)");
    assertSame(
        spark,
        "SELECT qid, id FROM q JOIN t APPROX NEAREST 3 BY DISTANCE"
            + " vector_l2_distance(array(1F, 2F, 3F, 4F, 5F, 6F, 7F, 8F), v)");
  }

  @Test
  void nearestByJoinOfDatasets() {
    assertSame(
        spark,
        session ->
            session
                .table("q")
                .nearestByJoin(
                    session.table("t"),
                    call_function("vector_l2_distance", col("qv"), col("v")),
                    4,
                    "approx",
                    "distance",
                    "leftouter")
                .drop("qv", "v"));
  }

  @Test
  void moreNeighboursThanRows() {
    assertSame(
        spark,
        "SELECT qid, id FROM q JOIN t APPROX NEAREST 400 BY DISTANCE vector_l2_distance(qv, v)");
    assertThat(
            spark
                .sql(
                    "SELECT qid, id FROM q LEFT JOIN (SELECT * FROM t WHERE id < 4) APPROX NEAREST"
                        + " 100000 BY DISTANCE vector_l2_distance(qv, v)")
                .count())
        .isEqualTo(17 * 4 + 3);
  }

  @Test
  void emptySides() {
    for (String join : List.of("JOIN", "LEFT JOIN")) {
      assertSame(
          spark,
          "SELECT * FROM q "
              + join
              + " nothing n APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, n.v)");
      assertSame(
          spark,
          "SELECT * FROM (SELECT * FROM q WHERE qid > 1 + rand()*0 + 1000) x "
              + join
              + " t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)");
    }
  }

  @Test
  void duplicateLeftRowsEachGetTheirNeighbours() {
    assertSame(
        spark,
        "SELECT qid, qv, id FROM (SELECT * FROM q UNION ALL SELECT * FROM q) d JOIN t APPROX NEAREST"
            + " 3 BY DISTANCE vector_l2_distance(qv, v)");
  }

  @Test
  void tableVectorsOfDoublesAreComparedAsFloats() {
    assertSame(
        spark,
        "SELECT * FROM q LEFT JOIN doubles d APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv,"
            + " CAST(d.v AS ARRAY<FLOAT>))");
    assertSame(
        spark,
        "SELECT * FROM q JOIN (SELECT id, CAST(v AS ARRAY<FLOAT>) AS w FROM doubles) d EXACT NEAREST"
            + " 3 BY DISTANCE vector_l2_distance(qv, w)");
  }

  @Test
  void countsAndPrunedColumns() {
    assertSame(
        spark,
        "SELECT count(*) FROM q JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)");
    assertSame(
        spark,
        "SELECT count(id), sum(s.a), min(price) FROM q LEFT JOIN t APPROX NEAREST 3 BY DISTANCE"
            + " vector_l2_distance(qv, v)");
    assertSame(
        spark,
        "SELECT kind FROM q LEFT JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(qv, v)");
    assertSame(
        spark, "SELECT t.v FROM q JOIN t APPROX NEAREST 1 BY DISTANCE vector_l2_distance(qv, v)");
    assertSame(
        spark,
        "SELECT s.b, qid FROM q JOIN t APPROX NEAREST 2 BY DISTANCE vector_l2_distance(qv, v)");
  }

  @Test
  void metadataColumnsSayWhereARowLies() {
    List<Row> rows =
        assertSame(
            spark,
            session ->
                session
                    .table("q")
                    .nearestByJoin(
                        session.read().format("omendb").load(directory.resolve("l2").toString()),
                        call_function("vector_l2_distance", col("qv"), col("v")),
                        2,
                        "approx",
                        "distance")
                    .select("qid", "id", "_segment", "_ordinal"));
    assertThat(rows).allSatisfy(row -> assertThat(row.getString(2)).hasSize(36));
  }

  @Test
  void distancesMayBeComputedAboveTheJoin() {
    assertSame(
        spark,
        "SELECT qid, id, vector_l2_distance(qv, v) AS d FROM q JOIN t APPROX NEAREST 4 BY DISTANCE"
            + " vector_l2_distance(qv, v) ORDER BY qid, d");
  }
}
