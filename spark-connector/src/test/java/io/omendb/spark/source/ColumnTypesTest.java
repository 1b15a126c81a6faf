/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.OmenException;
import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of every type return as they do from Parquet, which stores them. */
@WithSpark
class ColumnTypesTest {

  @TempDir Path dir;

  private static final List<String> VALUES =
      List.of(
          "id % 2 = 0",
          "CAST(id - 4 AS TINYINT)",
          "CAST(id * 1000 - 4000 AS SMALLINT)",
          "CAST(id * 100000 AS INT)",
          "id * 10000000000",
          "CAST(id AS FLOAT) / 3",
          "CAST(id AS DOUBLE) / 3",
          "IF(id = 3, DOUBLE('NaN'), IF(id = 5, DOUBLE('-Infinity'), -0.0D))",
          "CAST(id AS DECIMAL(5, 2)) / 3",
          "CAST(id AS DECIMAL(18, 4)) * 7.1234BD",
          "CAST(concat(id, '23456789012345678901234567.8901') AS DECIMAL(38, 4))",
          "concat('text ', id, ' \\u00e9\\u4e2d\\ud83d\\ude00')",
          "IF(id = 0, '', repeat('x', int(id * 1000)))",
          "CAST(concat('c', id) AS CHAR(6))",
          "CAST(concat('v', id) AS VARCHAR(9))",
          "concat('Aa', id) COLLATE UTF8_LCASE",
          "encode(concat('b', id), 'UTF-8')",
          "date_add(DATE'1990-01-01', int(id * 1000))",
          "date_add(DATE'0001-01-01', int(id * 100000))",
          "TIMESTAMP'2024-02-29 23:59:59.123456' + make_interval(0, 0, 0, int(id))",
          "TIMESTAMP'0001-01-01 00:00:00.000001' + make_interval(int(id) * 300)",
          "TIMESTAMP_NTZ'1582-10-10 12:34:56.789012' + make_interval(int(id))",
          "CAST(concat('10:11:1', id, '.123456') AS TIME(6))",
          "make_ym_interval(int(id), 3)",
          "make_dt_interval(int(id), 1, 2, 3.456789)",
          "parse_json(concat('{\"a\": ', id, ', \"b\": [1, null, \"x\"]}'))",
          "array(id, NULL, id * 2)",
          "array(array(id), NULL, array())",
          "array(float(id), 1F)",
          "map(concat('k', id), id, 'other', NULL)",
          "map(id, map('a', array(id)))",
          "named_struct('a', id, 'b', named_struct('c', concat('s', id), 'd', CAST(NULL AS INT)))",
          "array(named_struct('x', id, 'y', array('p', NULL)))",
          "CAST(NULL AS STRING)",
          "NULL");

  @Test
  void everyTypeReturnsAsFromParquet(SparkSession shared) {
    SparkSession spark = shared.newSession();
    spark.conf().set("spark.sql.timeType.enabled", "true");
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < VALUES.size(); i++) {
      columns.append(", IF(id = 7, NULL, %s) AS c%d".formatted(VALUES.get(i), i));
    }
    Dataset<Row> rows =
        spark.sql("SELECT id, array(float(id), 1F, 2F) AS v%s FROM range(9)".formatted(columns));
    String omendb = dir.resolve("omendb").toString();
    String parquet = dir.resolve("parquet").toString();
    rows.repartition(2).write().format("omendb").option("vectorColumn", "v").save(omendb);
    rows.write().parquet(parquet);

    Dataset<Row> read = spark.read().format("omendb").load(omendb);
    Dataset<Row> expected = spark.read().parquet(parquet);
    List<Row> readRows = read.orderBy("id").collectAsList();
    List<Row> expectedRows = expected.orderBy("id").collectAsList();
    assertThat(readRows).hasSameSizeAs(expectedRows);
    for (int i = 0; i < VALUES.size(); i++) {
      String name = "c" + i;
      assertThat(read.schema().apply(name))
          .as(VALUES.get(i))
          .isEqualTo(expected.schema().apply(name));
      for (int row = 0; row < readRows.size(); row++) {
        assertThat(text(readRows.get(row).getAs(name)))
            .as(VALUES.get(i))
            .isEqualTo(text(expectedRows.get(row).getAs(name)));
      }
    }
    List<Row> alone = read.select("c30", "c3", "c13").orderBy("c3").collectAsList();
    assertThat(alone.toString())
        .isEqualTo(expected.select("c30", "c3", "c13").orderBy("c3").collectAsList().toString());
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
  }

  @Test
  void datesOfTheOldCalendarReturnWhenASessionWritesThemInIt(SparkSession shared) {
    SparkSession spark = shared.newSession();
    spark.conf().set("spark.sql.parquet.datetimeRebaseModeInWrite", "LEGACY");
    Dataset<Row> rows =
        spark.sql(
            "SELECT id, date_add(DATE'1000-01-01', int(id * 30000)) AS d,"
                + " TIMESTAMP'0900-02-28 01:02:03.456789' + make_interval(int(id) * 100) AS t,"
                + " array(float(id)) AS v FROM range(15)");
    String path = dir.resolve("t").toString();
    rows.write().format("omendb").save(path);

    for (SparkSession reader : List.of(spark, shared)) {
      Dataset<Row> read = reader.read().format("omendb").load(path);
      assertThat(read.orderBy("id").collectAsList()).isEqualTo(rows.orderBy("id").collectAsList());
      assertThat(read.where("d < DATE'1500-01-01' AND t >= TIMESTAMP'1000-01-01'").count())
          .isEqualTo(rows.where("d < DATE'1500-01-01' AND t >= TIMESTAMP'1000-01-01'").count());
    }
  }

  @Test
  void namesMayHoldAnything(SparkSession spark) {
    Dataset<Row> rows =
        spark.sql(
            "SELECT id AS `a.b`, id * 2 AS `a b`, named_struct('x y', id, 'p.q', id) AS `s,t;{}`,"
                + " array(float(id), 1F) AS `the vector.v`, id AS `\u00fc` FROM range(5)");
    String path = dir.resolve("t").toString();
    rows.write().format("omendb").save(path);

    Dataset<Row> read = spark.read().format("omendb").load(path);
    assertThat(read.orderBy("`a.b`").collectAsList())
        .isEqualTo(rows.orderBy("`a.b`").collectAsList());
    assertThat(
            read.where("`a.b` > 2 AND `s,t;{}`.`p.q` < 4 AND `\u00fc` = 3")
                .select("`the vector.v`", "`s,t;{}`.`x y`")
                .collectAsList())
        .hasToString("[[ArraySeq(3.0, 1.0),3]]");
  }

  @Test
  void typesThatParquetCannotHoldAreRefusedByName(SparkSession spark) {
    for (String value :
        List.of(
            "make_interval(1)", "named_struct('a', make_interval(1))", "array(make_interval(2))")) {
      Dataset<Row> rows = spark.sql("SELECT array(1F) AS v, %s AS gap".formatted(value));
      assertThatThrownBy(() -> rows.write().format("omendb").save(dir.resolve("t").toString()))
          .isInstanceOf(OmenException.class)
          .hasMessageContaining("Column 'gap' has type")
          .hasMessageContaining("interval");
    }
    Dataset<Row> empty =
        spark.createDataFrame(
            List.of(RowFactory.create(List.of(1f), RowFactory.create())),
            new StructType().add("v", "array<float>").add("nothing", new StructType()));
    assertThatThrownBy(() -> empty.write().format("omendb").save(dir.resolve("t").toString()))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("Column 'nothing' has type struct<>");
  }
}
