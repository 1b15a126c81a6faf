/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static io.omendb.spark.sql.Oracle.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Query vectors that no index likes. */
class NearestByVectorsTest extends SmallTables {

  @ParameterizedTest
  @ValueSource(strings = {"'NaN'", "'Infinity'", "'-Infinity'", "1e30", "1e-30"})
  void oddQueryVectorsFollowSparksArithmetic(String element) {
    String odd = "(SELECT array_repeat(CAST(" + element + " AS FLOAT), 8) AS w) o ";
    for (String sql :
        List.of(
            oddQuery("vector_l2_distance", odd, "t", "DISTANCE"),
            oddQuery("vector_cosine_similarity", odd, "cosine", "SIMILARITY"),
            oddQuery("vector_inner_product", odd, "inner_product", "SIMILARITY"))) {
      Dataset<Row> rows = spark.sql(sql);
      assertThat(Oracle.plan(rows)).contains("OmenKnnJoin");
      assertThat(values(rows.collectAsList()))
          .isEqualTo(values(Oracle.stock(spark, session -> session.sql(sql))));
    }
  }

  /** Sorted; the two zeros are the same. */
  private static List<String> values(List<Row> rows) {
    return rows.stream().map(row -> String.valueOf(row.getFloat(0) + 0f)).sorted().toList();
  }

  private static String oddQuery(String function, String left, String right, String direction) {
    return "SELECT "
        + function
        + "(w, v) AS d FROM "
        + left
        + " JOIN "
        + right
        + " APPROX NEAREST 5 BY "
        + direction
        + " "
        + function
        + "(w, v)";
  }

  @Test
  void zeroVectorsHaveNoDirection() {
    assertSame(
        spark,
        "SELECT z.w, id FROM (SELECT array_repeat(0F, 8) AS w) z LEFT JOIN cosine c APPROX NEAREST 3"
            + " BY SIMILARITY vector_cosine_similarity(w, v)");
  }

  @Test
  void nullElementsGiveNoMatch() {
    assertSame(
        spark,
        "SELECT z.w, id FROM (SELECT array(1F, CAST(NULL AS FLOAT), 1F, 1F, 1F, 1F, 1F, 1F) AS w) z"
            + " LEFT JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(w, v)");
  }

  @Test
  void aVectorOfAnotherDimensionIsRefusedUnlessThereIsNothingToCompare() {
    String left = "SELECT id FROM (SELECT array(1F, 2F) AS w) z LEFT JOIN ";
    assertThatThrownBy(
            () ->
                spark
                    .sql(left + "t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(w, v)")
                    .collectAsList())
        .hasStackTraceContaining(
            "A query vector has dimension 2, but column 'v' of the table holds"
                + " vectors of dimension 8");
    assertSame(spark, left + "nothing APPROX NEAREST 3 BY DISTANCE vector_l2_distance(w, v)");
    assertSame(
        spark,
        left
            + "(SELECT * FROM t WHERE id < 0) APPROX NEAREST 3 BY DISTANCE vector_l2_distance(w, v)");
  }
}
