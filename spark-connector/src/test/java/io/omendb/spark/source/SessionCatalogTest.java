/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table at a path under a name of Spark's own catalog. */
@WithSpark
class SessionCatalogTest {
  @TempDir Path directory;

  private String path;

  @BeforeEach
  void write(SparkSession spark) {
    path = directory.resolve("t").toString();
    write(spark, 0, 10, "error");
    spark.sql("CREATE TABLE named USING omendb LOCATION '" + path + "'");
  }

  @AfterEach
  void drop(SparkSession spark) {
    spark.sql("DROP TABLE IF EXISTS named");
  }

  private void write(SparkSession spark, int from, int until, String mode) {
    spark
        .range(from, until)
        .selectExpr("id", "array(CAST(id AS FLOAT), 1F) AS v")
        .write()
        .format("omendb")
        .mode(mode)
        .save(path);
  }

  @Test
  void isReadWithItsOwnColumns(SparkSession spark) {
    assertThat(spark.table("named").schema().fieldNames()).containsExactly("id", "v");
    assertThat(spark.sql("SELECT * FROM named WHERE id > 6").count()).isEqualTo(3);
    assertThat(spark.sql("DESCRIBE TABLE EXTENDED named").count()).isPositive();
  }

  @Test
  void isSearched(SparkSession spark) {
    String join =
        "SELECT t.id FROM (SELECT array(3.2F, 1F) AS q) JOIN named t APPROX NEAREST 1 BY DISTANCE"
            + " vector_l2_distance(q, t.v)";
    assertThat(spark.sql("EXPLAIN " + join).first().getString(0)).contains("OmenKnnJoin");
    assertThat(spark.sql(join).first().getLong(0)).isEqualTo(3);
    assertThat(spark.sql("SELECT id FROM ann_search('named', array(7, 1), 1)").first().getLong(0))
        .isEqualTo(7);
  }

  @Test
  void showsWhatIsWrittenLater(SparkSession spark) {
    write(spark, 10, 15, "append");
    assertThat(spark.table("named").count()).isEqualTo(15);
    write(spark, 0, 4, "overwrite");
    assertThat(spark.table("named").count()).isEqualTo(4);
  }

  @Test
  void keepsItsFilesWhenTheNameIsDropped(SparkSession spark) {
    spark.sql("DROP TABLE named");
    assertThat(spark.read().format("omendb").load(path).count()).isEqualTo(10);
  }

  @Test
  void takesOptionsOfAReadAndRefusesOthers(SparkSession spark) {
    spark.sql("DROP TABLE named");
    spark.sql(
        "CREATE TABLE named USING omendb OPTIONS (listSize 77) COMMENT 'text' LOCATION '"
            + path
            + "'");
    assertThat(spark.table("named").count()).isEqualTo(10);
    assertThatThrownBy(
            () ->
                spark.sql(
                    "CREATE TABLE other USING omendb OPTIONS (listSise 7) LOCATION '" + path + "'"))
        .hasMessageContaining("listSise");
  }
}
