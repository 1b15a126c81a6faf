/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.OmenException;
import io.omendb.spark.testing.WithSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be written says so in one sentence, and leaves the table and its files alone. */
@WithSpark
class WriteRefusalsTest {

  @TempDir Path dir;

  private SparkSession spark;
  private String path;
  private List<String> filesBefore;

  @BeforeEach
  void writeATable(SparkSession session) throws IOException {
    spark = session;
    path = dir.resolve("t").toString();
    good().write().format("omendb").save(path);
    filesBefore = files();
  }

  private Dataset<Row> good() {
    return spark.sql("SELECT id, concat('n', id) AS name, array(float(id), 1F) AS v FROM range(6)");
  }

  /** Six good rows and one whose vector is the given expression. */
  private Dataset<Row> withVector(String bad) {
    return spark.sql(
        "SELECT id, concat('n', id) AS name, IF(id = 4, %s, array(float(id + 1), 1F)) AS v"
                .formatted(bad)
            + " FROM range(0, 6, 1, 1)");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(dir.resolve("t"))) {
      return all.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  private void refused(DataFrameWriter<Row> writer, String... sentences) {
    assertThatThrownBy(() -> writer.format("omendb").save(path))
        .isInstanceOf(OmenException.class)
        .satisfies(
            e -> {
              for (String sentence : sentences) {
                assertThat(e).hasMessageContaining(sentence);
              }
            });
    assertUnchanged();
  }

  private void assertUnchanged() {
    try {
      assertThat(files()).isEqualTo(filesBefore);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(spark.read().format("omendb").load(path).orderBy("id").collectAsList())
        .isEqualTo(good().orderBy("id").collectAsList());
  }

  @Test
  void badVectorsAreNamedByPartitionRowAndFirstColumns() {
    String row = "Row 4 of partition 0 (id=4, name=n4): the vector in column 'v' ";
    refused(withVector("NULL").write().mode("append"), row + "is null", "v IS NOT NULL");
    refused(
        withVector("array(1F, CAST(NULL AS FLOAT))").write().mode("append"),
        row + "has an element that is null");
    refused(
        withVector("array(1F, FLOAT('NaN'))").write().mode("append"),
        row + "has NaN at position 1");
    refused(
        withVector("array(FLOAT('-Infinity'), 1F)").write().mode("overwrite"),
        row + "has -Infinity at position 0");
    refused(
        withVector("array(1F, 2F, 3F)").write().mode("append"),
        row + "has dimension 3 where the table has 2",
        "size(v) = 2");
    refused(
        withVector("array(1F)").write().mode("overwrite"),
        row + "has dimension 1 where the first row of the partition has 2");
    refused(
        withVector("array(0F, -0F)").write().option("metric", "cosine").mode("overwrite"),
        row + "is all zeros");
    refused(
        withVector("array(1e30F, 1F)").write().option("metric", "cosine").mode("overwrite"),
        row + "has the length 1.00e+30");
  }

  @Test
  void emptyVectorsAndPartitionsOfOtherDimensionsAreRefused() {
    refused(
        spark
            .sql("SELECT 1L AS id, 'x' AS name, CAST(array() AS ARRAY<FLOAT>) AS v")
            .write()
            .mode("overwrite"),
        "is empty");
    refused(
        spark
            .sql(
                "SELECT id, 'x' AS name, IF(id < 3, array(1F, 2F), array(1F)) AS v"
                    + " FROM range(0, 6, 1, 2)")
            .write()
            .mode("overwrite"),
        "have dimension 2 in partition 0 and 1 in partition 1");
  }

  @Test
  void unknownAndBadOptionsAreNamed() {
    refused(
        good().write().mode("append").option("metrc", "l2"),
        "There is no option 'metrc' here. Did you mean 'metric'?");
    refused(good().write().mode("overwrite").option("metric", "manhattan"), "'metric' must be l2,");
    refused(
        good().write().mode("overwrite").option("maxDegree", "3"),
        "Option 'maxDegree' must be an integer in [4, 512], was '3'");
    refused(
        good().write().mode("overwrite").option("maxDegree", 64).option("buildListSize", 50),
        "Option 'buildListSize' must be at least maxDegree (64), was '50'");
    refused(good().write().mode("overwrite").option("alpha", "NaN"), "'alpha' must be a number in");
    refused(good().write().mode("overwrite").option("segments", "0"), "'segments' must be an");
    refused(good().write().mode("overwrite").option("targetRecall", "1.5"), "in (0, 1]");
    refused(good().write().mode("append").option("txnAppId", "a"), "Option 'txnVersion' must be");
    refused(good().write().mode("append").partitionBy("name"), "partitionBy is not possible");
  }

  @Test
  void unknownSettingsOfTheSessionAreNamed() {
    SparkSession session = spark.newSession();
    session.conf().set("spark.omendb.search.listSise", "10");
    assertThatThrownBy(() -> session.read().format("omendb").load(path))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("Did you mean 'spark.omendb.search.listSize'?");
    assertThatThrownBy(() -> spark.read().format("omendb").option("foo", 1).load(path))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("There is no option 'foo' here. The options are listed");
  }

  @Test
  void anAppendMustAgreeWithTheTable() {
    refused(
        good().write().mode("append").option("metric", "cosine"),
        "Option 'metric' is 'cosine', but the table was made with 'l2'");
    refused(
        good().write().mode("append").option("maxDegree", 16),
        "Option 'maxDegree' is '16', but the table was made with '32'");
    assertThatThrownBy(
            () ->
                good()
                    .withColumnRenamed("name", "title")
                    .write()
                    .format("omendb")
                    .mode("append")
                    .save(path))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("extra columns `title`");
    assertThatThrownBy(
            () ->
                good()
                    .selectExpr("*", "1 AS extra")
                    .write()
                    .format("omendb")
                    .mode("append")
                    .save(path))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("extra");
    assertThatThrownBy(
            () ->
                good()
                    .selectExpr("id", "name", "'text' AS v")
                    .write()
                    .format("omendb")
                    .mode("append")
                    .save(path))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("`v`");
    assertUnchanged();
  }

  @Test
  void theVectorColumnMustBeOne() {
    refused(
        spark.sql("SELECT 1 AS id, array(1D) AS v").write().mode("overwrite"),
        "has type ARRAY<FLOAT>. Name the vector column with the option vectorColumn");
    refused(
        spark.sql("SELECT array(1F) AS a, array(1F) AS b").write().mode("overwrite"),
        "The columns [a, b] all have type ARRAY<FLOAT>");
    refused(
        good().write().mode("overwrite").option("vectorColumn", "w"),
        "There is no column 'w' to index",
        "[id, name, v]");
    refused(
        good().write().mode("overwrite").option("vectorColumn", "name"),
        "Column 'name' has type string; the vector column must be ARRAY<FLOAT>");
  }

  @Test
  void columnsNeedNamesOfTheirOwn() {
    refused(good().selectExpr("*", "1 AS ID").write().mode("overwrite"), "are named 'ID'");
    refused(good().selectExpr("*", "1 AS _ordinal").write().mode("overwrite"), "is reserved");
  }

  @Test
  void aFailureOutsideOfOmendbLeavesTheTable() {
    Dataset<Row> failing =
        good().coalesce(1).selectExpr("id", "name", "IF(id = 5, raise_error('boom'), v) AS v");
    assertThatThrownBy(() -> failing.write().format("omendb").mode("overwrite").save(path))
        .hasMessageContaining("boom");
    assertUnchanged();
  }

  @Test
  void aSchemaOfAReaderMustBeThatOfTheTable() {
    assertThat(
            spark
                .read()
                .format("omendb")
                .schema("id LONG, name STRING, v ARRAY<FLOAT>")
                .load(path)
                .count())
        .isEqualTo(6);
    assertThatThrownBy(
            () -> spark.read().format("omendb").schema("id INT").load(path).collectAsList())
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("Leave out schema(...)");
  }
}
