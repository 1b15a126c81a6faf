/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters and column pruning against Parquet files with the same rows. */
@WithSpark
class ScanTest {

  private static final int ROWS = 20_000;
  private static final int SEGMENTS = 3;

  @TempDir static Path dir;

  private static Dataset<Row> table;
  private static Dataset<Row> oracle;

  @BeforeAll
  static void writeBoth(SparkSession spark) {
    Dataset<Row> rows =
        spark.sql(
            """
            SELECT id, int(id / 100) AS grp, IF(id %% 7 = 0, NULL, concat('n', id %% 50)) AS name,
              double(id) / 3 AS x, date_add(DATE'2020-01-01', int(id %% 500)) AS day,
              named_struct('a', id %% 10, 'b', concat('s', id %% 3)) AS s,
              array(id %% 5, id %% 3) AS arr, CAST(id %% 13 AS DECIMAL(9, 2)) AS dec,
              array(float(id), float(id %% 10), 1F) AS v
            FROM range(0, %d, 1, %d)"""
                .formatted(ROWS, SEGMENTS));
    rows.write().format("omendb").option("vectorColumn", "v").save(dir.resolve("o").toString());
    rows.write().parquet(dir.resolve("p").toString());
    table = spark.read().format("omendb").load(dir.resolve("o").toString());
    oracle = spark.read().parquet(dir.resolve("p").toString());
  }

  private static String predicate(Random random, int depth) {
    if (depth > 0 && random.nextInt(3) > 0) {
      String left = predicate(random, depth - 1);
      String right = predicate(random, depth - 1);
      return switch (random.nextInt(3)) {
        case 0 -> "(" + left + " AND " + right + ")";
        case 1 -> "(" + left + " OR " + right + ")";
        default -> "NOT (" + left + ")";
      };
    }
    int n = random.nextInt(ROWS);
    return switch (random.nextInt(14)) {
      case 0 -> "id = " + n;
      case 1 -> "id > " + n;
      case 2 -> "grp BETWEEN %d AND %d".formatted(n / 200, n / 100);
      case 3 -> "name = 'n%d'".formatted(n % 60);
      case 4 -> "name IS NULL";
      case 5 -> "name LIKE 'n1%'";
      case 6 -> "x < " + n / 4.0;
      case 7 -> "day >= DATE'2020-0%d-10'".formatted(1 + n % 9);
      case 8 -> "s.a = " + n % 12;
      case 9 -> "s.b <=> 's1'";
      case 10 -> "array_contains(arr, %d)".formatted(n % 6);
      case 11 -> "dec IN (1.00, 2.50, %d)".formatted(n % 15);
      case 12 -> "v[1] > " + n % 10;
      default -> "id IN (%d, %d, %d)".formatted(n, n / 2, n / 3);
    };
  }

  @Test
  void anyFilterAndAnyColumnsGiveTheRowsOfParquet(SparkSession shared) {
    // Interpreted, because compiling each of these queries takes longer than running it.
    SparkSession spark = shared.newSession();
    spark.conf().set("spark.sql.codegen.wholeStage", "false");
    spark.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    Dataset<Row> table = spark.read().format("omendb").load(dir.resolve("o").toString());
    Dataset<Row> oracle = spark.read().parquet(dir.resolve("p").toString());
    Random random = new Random(7);
    List<String> names = List.of(oracle.columns());
    for (int i = 0; i < 8; i++) {
      String where = predicate(random, 2);
      List<String> some = new ArrayList<>(names);
      Collections.shuffle(some, random);
      String[] columns = some.subList(0, 1 + random.nextInt(4)).toArray(String[]::new);
      assertThat(sorted(table.where(where).selectExpr(columns)))
          .as(where + " " + List.of(columns))
          .isEqualTo(sorted(oracle.where(where).selectExpr(columns)));
    }
  }

  private static List<String> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void countsWithoutReadingAColumn() {
    assertThat(table.count()).isEqualTo(ROWS);
    assertThat(table.selectExpr("1").count()).isEqualTo(ROWS);
    assertThat(table.where("id >= 15000").count()).isEqualTo(5000);
    assertThat(explained(table.groupBy().count())).contains("BatchScan").doesNotContain("name#");
  }

  @Test
  void nestedFieldsAreReadAlone() {
    Dataset<Row> fields = table.selectExpr("s.b", "v[0] AS first").where("s.a = 3");
    assertThat(sorted(fields))
        .isEqualTo(sorted(oracle.selectExpr("s.b", "v[0] AS first").where("s.a = 3")));
    assertThat(explained(table.selectExpr("s.b"))).contains("s#").doesNotContain("name#");
  }

  @Test
  void metadataColumnsTellWhereARowIs() {
    Dataset<Row> located =
        table.selectExpr("_segment", "_ordinal", "id").orderBy("_segment", "_ordinal");
    List<Row> rows = located.collectAsList();
    assertThat(rows).hasSize(ROWS);
    String segment = null;
    int ordinal = 0;
    long id = 0;
    for (Row row : rows) {
      if (!row.getString(0).equals(segment)) {
        segment = row.getString(0);
        ordinal = 0;
        id = row.getLong(2);
      }
      assertThat(row.getInt(1)).isEqualTo(ordinal);
      assertThat(row.getLong(2)).isEqualTo(id + ordinal);
      ordinal++;
    }
    assertThat(table.select("_segment").distinct().count()).isEqualTo(SEGMENTS);
    assertThat(table.where("id >= 19990").selectExpr("max(_ordinal)", "count(v)").first())
        .hasToString("[%d,10]".formatted(ROWS / SEGMENTS));
    assertThat(table.where("_ordinal = 5").count()).isEqualTo(SEGMENTS);
    assertThat(table.select("*").columns()).doesNotContain("_segment", "_ordinal");
  }

  @Test
  void filtersSkipRowGroupsBeforeSparkSeesTheirRows(SparkSession shared) {
    // Without adaptive execution, whose plan wraps the one that has the metrics.
    SparkSession spark = shared.newSession();
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    Dataset<Row> table = spark.read().format("omendb").load(dir.resolve("o").toString());
    Dataset<Row> one = table.where("id = 12345").select("id", "v");
    assertThat(one.collectAsList()).hasToString("[[12345,ArraySeq(12345.0, 5.0, 1.0)]]");
    long read =
        one.queryExecution()
            .executedPlan()
            .collectLeaves()
            .head()
            .metrics()
            .apply("omendbRowsRead")
            .value();
    assertThat(read).isPositive().isLessThanOrEqualTo(ROWS / SEGMENTS + 1);
    assertThat(explained(one))
        .contains("pushed=[IsNotNull(id), EqualTo(id,12345)]")
        .contains("version=1, segments=3, rows=20000");
    assertThat(explained(table.where("v[0] = 1 AND _ordinal < 3"))).contains("pushed=[]");
  }

  @Test
  void statisticsHaveTheRowsAndFollowTheColumns() {
    Statistics all = statistics(table);
    Statistics some = statistics(table.select("grp"));
    assertThat(all.rowCount().get().longValue()).isEqualTo(ROWS);
    assertThat(some.sizeInBytes().longValue()).isLessThan(all.sizeInBytes().longValue());
  }

  private static Statistics statistics(Dataset<Row> rows) {
    return rows.queryExecution().optimizedPlan().collectLeaves().head().stats();
  }

  @Test
  void vectorsAreNeverNullAndOtherColumnsMayBe() {
    assertThat(table.schema().apply("v").nullable()).isFalse();
    assertThat(table.schema().apply("id").nullable()).isTrue();
    assertThat(explained(table.where("v IS NOT NULL"))).doesNotContain("Filter (");
  }

  private static String explained(Dataset<?> rows) {
    return rows.queryExecution().executedPlan().toString();
  }
}
