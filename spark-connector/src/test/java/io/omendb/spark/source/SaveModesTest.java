/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.OmenException;
import io.omendb.spark.testing.WithSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithSpark
class SaveModesTest {

  @TempDir Path dir;

  private String table() {
    return dir.resolve("a table #1").toString();
  }

  private static Dataset<Row> rows(SparkSession spark, int from, int to) {
    return spark.sql(
        "SELECT id, concat('n', id) AS name, transform(sequence(1, 4), i -> float(id * i)) AS v"
            + " FROM range(%d, %d)".formatted(from, to));
  }

  private static Dataset<Row> read(SparkSession spark, String path) {
    return spark.read().format("omendb").load(path);
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.orderBy("id").collectAsList();
  }

  @Test
  void errorIfExistsMakesATableOnce(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").save(table());

    assertThat(sorted(read(spark, table()))).isEqualTo(sorted(rows(spark, 0, 10)));
    assertThatThrownBy(() -> rows(spark, 10, 20).write().format("omendb").save(table()))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("already")
        .hasMessageContaining("mode append");
    assertThat(read(spark, table()).count()).isEqualTo(10);
  }

  @Test
  void ignoreLeavesAnExistingTable(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").mode("ignore").save(table());
    rows(spark, 10, 20).write().format("omendb").mode("ignore").save(table());

    assertThat(sorted(read(spark, table()))).isEqualTo(sorted(rows(spark, 0, 10)));
  }

  @Test
  void appendMakesATableAndAddsToIt(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").mode("append").save(table());
    rows(spark, 10, 25).write().format("omendb").mode("append").save(table());

    assertThat(sorted(read(spark, table()))).isEqualTo(sorted(rows(spark, 0, 25)));
  }

  @Test
  void overwriteReplacesRowsSchemaAndConfiguration(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").save(table());
    Dataset<Row> other =
        spark.sql("SELECT id AS key, array(float(id), 1F) AS w, current_date() AS d FROM range(5)");
    other.write().format("omendb").option("metric", "cosine").mode("overwrite").save(table());

    Dataset<Row> read = read(spark, table());
    assertThat(read.columns()).containsExactly("key", "w", "d");
    assertThat(read.orderBy("key").collectAsList()).isEqualTo(other.orderBy("key").collectAsList());
  }

  @Test
  void readsTheVersionThatWasNewestWhenLoaded(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").save(table());
    Dataset<Row> before = read(spark, table());
    rows(spark, 10, 20).write().format("omendb").mode("append").save(table());

    assertThat(before.count()).isEqualTo(10);
    assertThat(read(spark, table()).count()).isEqualTo(20);
  }

  @Test
  void replacesATableByRowsReadFromIt(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").save(table());
    read(spark, table()).where("id >= 5").write().format("omendb").mode("overwrite").save(table());

    assertThat(sorted(read(spark, table()))).isEqualTo(sorted(rows(spark, 5, 10)));
  }

  @Test
  void aDirectoryWithoutVersionsIsNotATable(SparkSession spark) throws Exception {
    Files.createDirectories(dir.resolve("empty"));
    for (String path : List.of(dir.resolve("empty").toString(), dir.resolve("none").toString())) {
      assertThatThrownBy(() -> read(spark, path))
          .isInstanceOf(OmenException.class)
          .hasMessageContaining(path)
          .hasMessageContaining("is not an OmenDB table");
    }
  }

  @Test
  void aTableIsAtOnePath(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").save(table());
    assertThatThrownBy(() -> spark.read().format("omendb").load(table(), table()).count())
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("exactly one path");
    assertThatThrownBy(() -> spark.read().format("omendb").load())
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("exactly one path");
    assertThatThrownBy(() -> rows(spark, 0, 1).write().format("omendb").save())
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("exactly one path");
  }

  @Test
  void aTemporaryViewReadsATable(SparkSession spark) {
    rows(spark, 0, 10).write().format("omendb").save(table());
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW saved USING omendb OPTIONS (path '%s')"
            .formatted(table()));

    assertThat(spark.sql("SELECT sum(id) FROM saved WHERE name <> 'n3'").first().getLong(0))
        .isEqualTo(42);
  }
}
