/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@WithSpark
class AnnSearchTest {
  private static final String VECTOR = "array(0.5, -1, 2, 0)";

  @TempDir static Path directory;

  private SparkSession spark;

  @BeforeAll
  static void writeTables(SparkSession spark) {
    Random random = new Random(3);
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("v", DataTypes.createArrayType(DataTypes.FloatType))
            .add("colour", DataTypes.StringType);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      float[] vector = new float[4];
      for (int j = 0; j < vector.length; j++) {
        vector[j] = (float) random.nextGaussian();
      }
      rows.add(RowFactory.create(i, vector, i % 3 == 0 ? "red" : "blue"));
    }
    for (String metric : List.of("l2", "cosine", "inner_product")) {
      spark
          .createDataFrame(rows, schema)
          .write()
          .format("omendb")
          .option("metric", metric)
          .option("segments", "2")
          .save(path(metric));
    }
  }

  private static String path(String table) {
    return directory.resolve(table).toString();
  }

  @BeforeEach
  void registerViews(SparkSession shared) {
    spark = shared.newSession();
    for (String metric : List.of("l2", "cosine", "inner_product")) {
      spark.read().format("omendb").load(path(metric)).createOrReplaceTempView(metric);
    }
  }

  private void assertSameInOrder(String ours, String stock) {
    Dataset<Row> rows = spark.sql(ours);
    assertThat(Oracle.plan(rows)).contains("OmenKnnJoin");
    assertThat(rows.collectAsList().stream().map(Row::toString).toList())
        .isEqualTo(spark.sql(stock).collectAsList().stream().map(Row::toString).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "l2, vector_l2_distance, ASC",
    "cosine, vector_cosine_similarity, DESC",
    "inner_product, vector_inner_product, DESC"
  })
  void rowsComeNearestFirstWithSparksOwnValueAndARank(
      String table, String function, String direction) {
    String vector = "array(0.5F, -1F, 2F, 0F)";
    String value = function + "(v, " + vector + ")";
    String stock =
        "SELECT *, "
            + value
            + " AS _distance, row_number() OVER (ORDER BY "
            + value
            + " "
            + direction
            + ") AS _rank FROM "
            + table
            + " ORDER BY _rank LIMIT 12";
    assertSameInOrder("SELECT * FROM ann_search('" + table + "', " + VECTOR + ", 12)", stock);
    assertSameInOrder(
        "SELECT * FROM ann_search(num_results => 12, query_vector => "
            + VECTOR
            + ", table => '"
            + path(table)
            + "')",
        stock);
  }

  @Test
  void tenRowsWhenNotAskedOtherwise() {
    assertThat(spark.sql("SELECT id FROM ann_search('l2', " + VECTOR + ")").count()).isEqualTo(10);
    assertThat(spark.sql("SELECT id FROM ann_search('l2', " + VECTOR + ", 1000)").count())
        .isEqualTo(200);
  }

  @Test
  void theFilterAppliesBeforeTheSearch() {
    assertSameInOrder(
        "SELECT id, colour, _rank FROM ann_search(table => 'l2', query_vector => "
            + VECTOR
            + ", num_results => 5, filter => 'colour = ''red'' AND id > 20')",
        "SELECT id, colour, row_number() OVER (ORDER BY d) FROM (SELECT *, vector_l2_distance(v,"
            + " array(0.5F, -1F, 2F, 0F)) AS d FROM l2 WHERE colour = 'red' AND id > 20) ORDER BY d"
            + " LIMIT 5");
  }

  @Test
  void viewsAndTableArguments() {
    spark.sql("CREATE TEMP VIEW reds AS SELECT id AS key, v AS w FROM l2 WHERE colour = 'red'");
    String stock =
        "SELECT key, vector_l2_distance(w, array(0.5F, -1F, 2F, 0F)) AS d FROM reds ORDER BY d LIMIT"
            + " 10";
    assertSameInOrder("SELECT key, _distance FROM ann_search('reds', " + VECTOR + ")", stock);
    assertSameInOrder("SELECT key, _distance FROM ann_search(TABLE(reds), " + VECTOR + ")", stock);
  }

  @Test
  void twoSearchesInOneQueryAndASearchJoinedWithItself() {
    List<Row> rows =
        spark
            .sql(
                "SELECT a.id, a._rank, b._rank FROM ann_search('l2', "
                    + VECTOR
                    + ", 4) a JOIN ann_search('l2', array(1, 1, 1, 1), 200) b ON a.id = b.id ORDER BY"
                    + " a._rank")
            .collectAsList();
    assertThat(rows).extracting(row -> row.getInt(1)).containsExactly(1, 2, 3, 4);
    Dataset<Row> search = spark.sql("SELECT * FROM ann_search('l2', " + VECTOR + ", 4)");
    assertThat(
            search
                .as("a")
                .join(search.as("b"), "id")
                .selectExpr("a._rank - b._rank AS same", "a._distance - b._distance")
                .collectAsList())
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.getInt(0)).isZero());
  }

  @Test
  void parametersAndExpressionsGiveTheVector() {
    List<Row> expected =
        spark.sql("SELECT id FROM ann_search('l2', " + VECTOR + ", 3)").collectAsList();
    assertThat(
            spark
                .sql(
                    "SELECT id FROM ann_search('l2', :q, 3)",
                    Map.of("q", new float[] {0.5f, -1, 2, 0}))
                .collectAsList())
        .isEqualTo(expected);
    assertThat(
            spark
                .sql(
                    "SELECT id FROM ann_search('l2', transform(array(0.25D, -0.5D, 1D, 0D), x -> x *"
                        + " 2), 3)")
                .collectAsList())
        .isEqualTo(expected);
    assertThat(
            spark
                .sql("SELECT id FROM ann_search('l2', (SELECT v FROM l2 WHERE id = 77), 1)")
                .collectAsList())
        .containsExactly(RowFactory.create(77));
  }

  @Test
  void aNullVectorFindsNothing() {
    assertThat(
            spark
                .sql("SELECT id FROM ann_search('l2', CAST(NULL AS ARRAY<FLOAT>))")
                .collectAsList())
        .isEmpty();
  }

  @Test
  void aCachedTableIsSearchedBySparkWithTheSameColumns() {
    String sql = "SELECT * FROM ann_search('l2', " + VECTOR + ", 6)";
    List<Row> expected = spark.sql(sql).collectAsList();
    spark.catalog().cacheTable("l2");
    try {
      Dataset<Row> rows = spark.sql(sql + " ORDER BY _rank");
      assertThat(Oracle.plan(rows)).doesNotContain("OmenKnnJoin");
      assertThat(rows.collectAsList().toString()).isEqualTo(expected.toString());
    } finally {
      spark.catalog().uncacheTable("l2");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann_search('l2')|ann_search needs the argument query_vector",
        "ann_search(query_vector => array(1))|ann_search needs the argument table",
        "ann_search('l2', array(1), k => 3)|ann_search has no argument 'k'",
        "ann_search('l2', array(1), 3, 'true', 0, 9)|ann_search has no argument 9 at this position",
        "ann_search('l2', array(1), table => 'x')|Argument table of ann_search must be given once",
        "ann_search('l2', array(1), 0)|num_results of ann_search must be an integer in [1, 100000],"
            + " was 0",
        "ann_search('l2', array(1), '3')|num_results of ann_search must be an integer",
        "ann_search('l2', 'x')|query_vector of ann_search must be an array of numbers",
        "ann_search(7, array(1))|table of ann_search must be a text",
        "ann_search('plain', array(1))|ann_search cannot search 'plain'",
        "ann_search('limited', array(1))|its right side contains the operator",
        "ann_search('blind', array(1))|it has no column of vectors"
      })
  void wrongCallsAreExplained(String callAndMessage) {
    spark.range(3).createOrReplaceTempView("plain");
    spark.sql("CREATE OR REPLACE TEMP VIEW limited AS SELECT * FROM l2 LIMIT 3");
    spark.sql("CREATE OR REPLACE TEMP VIEW blind AS SELECT id FROM l2");
    String[] parts = callAndMessage.split("\\|", 2);
    assertThatThrownBy(() -> spark.sql("SELECT * FROM " + parts[0]))
        .hasStackTraceContaining(parts[1]);
  }

  @Test
  void aVectorOfAnotherDimensionIsExplained() {
    assertThatThrownBy(() -> spark.sql("SELECT * FROM ann_search('l2', array(1, 2))").collect())
        .hasStackTraceContaining("A query vector has dimension 2, but column 'v'");
  }

  @Test
  void aPathWithoutATableIsExplained() {
    assertThatThrownBy(
            () -> spark.sql("SELECT * FROM ann_search('/nowhere/at/all', array(1, 2))").collect())
        .hasStackTraceContaining("is not an OmenDB table");
  }

  @Test
  void aCommonTableExpressionIsNotVisibleToAFunction() {
    assertThatThrownBy(
            () ->
                spark.sql(
                    "WITH c AS (SELECT * FROM l2) SELECT * FROM ann_search(TABLE(c), "
                        + VECTOR
                        + ")"))
        .hasStackTraceContaining("a common table expression that cannot be read from here");
  }

  @Test
  void aColumnOfVectorsIsNoQueryVector() {
    assertThatThrownBy(
            () -> spark.sql("SELECT * FROM l2 a, LATERAL ann_search('cosine', a.v, 2) n"))
        .hasStackTraceContaining("for a column of vectors use NEAREST BY");
  }
}
