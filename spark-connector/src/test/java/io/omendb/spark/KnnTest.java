/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.testing.WithSpark;
import io.omendb.spark.testing.ml.linalg.Vector;
import io.omendb.spark.testing.ml.linalg.VectorUDT;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithSpark
class KnnTest {
  @TempDir Path directory;

  private SparkSession spark;
  private Dataset<Row> queries;
  private Dataset<Row> table;

  private static List<Object[]> vectors(int count, long seed) {
    Random random = new Random(seed);
    List<Object[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] floats = new float[4];
      double[] doubles = new double[4];
      for (int j = 0; j < 4; j++) {
        floats[j] = (float) random.nextGaussian();
        doubles[j] = floats[j];
      }
      vectors.add(new Object[] {floats, doubles, Vector.dense(doubles)});
    }
    return vectors;
  }

  /** Rows with the same vector as floats {@code f}, doubles {@code d} and ML vector {@code m}. */
  private Dataset<Row> frame(int count, long seed) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("f", DataTypes.createArrayType(DataTypes.FloatType))
            .add("d", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("m", new VectorUDT());
    List<Row> rows = new ArrayList<>();
    List<Object[]> vectors = vectors(count, seed);
    for (int i = 0; i < count; i++) {
      Object[] vector = vectors.get(i);
      rows.add(RowFactory.create(i, vector[0], vector[1], vector[2]));
    }
    return spark.createDataFrame(rows, schema);
  }

  private Dataset<Row> saved(String name, String... columns) {
    String path = directory.resolve(name).toString();
    frame(200, 1)
        .selectExpr(columns)
        .write()
        .format("omendb")
        .option("vectorColumn", "v")
        .option("segments", "2")
        .save(path);
    return spark.read().format("omendb").load(path);
  }

  @BeforeEach
  void frames(SparkSession shared) {
    spark = shared.newSession();
    queries = frame(12, 2).selectExpr("id AS qid", "f", "d", "m");
    table = saved("t", "id", "f AS v", "id % 2 AS odd");
  }

  private List<String> expected(int k, String join) {
    queries.createOrReplaceTempView("q");
    table.createOrReplaceTempView("t");
    return spark
        .sql(
            "SELECT qid, id, d, row_number() OVER (PARTITION BY qid ORDER BY d) FROM (SELECT qid, id,"
                + " vector_l2_distance(f, v) AS d FROM q "
                + join
                + " t EXACT NEAREST "
                + k
                + " BY DISTANCE vector_l2_distance(f, v)) ORDER BY 1, 4")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  private static List<String> result(Dataset<Row> joined) {
    return joined
        .selectExpr("qid", "id", "_distance", "_rank")
        .orderBy("qid", "_rank")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  @Test
  void everyTypeOfLeftVectorFindsTheSameRows() {
    List<String> expected = expected(3, "JOIN");
    for (String column : List.of("f", "d", "m")) {
      assertThat(result(Knn.join(queries, table, column, "v", 3))).isEqualTo(expected);
      assertThat(result(Knn.exactJoin(queries, table, column, "v", 3))).isEqualTo(expected);
    }
  }

  @Test
  void everyTypeOfTableVectorFindsTheSameRows() {
    List<String> expected = expected(3, "JOIN");
    assertThat(result(Knn.join(queries, saved("d", "id", "d AS v"), "f", "v", 3)))
        .isEqualTo(expected);
    assertThat(result(Knn.join(queries, saved("m", "id", "m AS v"), "f", "v", 3)))
        .isEqualTo(expected);
  }

  @Test
  void filtersApplyBeforeTheSearchAndLeftRowsCanBeKept() {
    Dataset<Row> none = table.filter("id < 0");
    assertThat(Knn.join(queries, none, "f", "v", 3).count()).isZero();
    assertThat(Knn.leftJoin(queries, none, "f", "v", 3).filter("_rank IS NULL").count())
        .isEqualTo(12);
    assertThat(Knn.join(queries, table.filter("odd = 1"), "f", "v", 3).collectAsList())
        .hasSize(36)
        .allSatisfy(row -> assertThat(row.<Integer>getAs("odd")).isEqualTo(1));
  }

  @Test
  void aTableCanBeJoinedWithItself() {
    List<Row> rows =
        Knn.join(table, table, "v", "v", 1)
            .toDF("id", "v", "odd", "other", "w", "odd2", "distance", "rank")
            .collectAsList();
    assertThat(rows)
        .hasSize(200)
        .allSatisfy(
            row -> {
              assertThat(row.getInt(3)).isEqualTo(row.getInt(0));
              assertThat(row.getFloat(6)).isZero();
            });
  }

  @Test
  void aCachedTableIsStillRanked() {
    List<String> expected = expected(3, "LEFT JOIN");
    Dataset<Row> cached = table.select("id", "v").cache();
    assertThat(result(Knn.leftJoin(queries, cached, "f", "v", 3))).isEqualTo(expected);
    assertThatThrownBy(() -> Knn.join(queries, cached, "m", "v", 3).count())
        .hasStackTraceContaining("The table is cached, so its index is not used");
    cached.unpersist(true);
  }

  @Test
  void mistakesAreExplained() {
    assertThatThrownBy(() -> Knn.join(queries, table, "nope", "v", 3))
        .hasMessageContaining("There is no column 'nope'. The columns are qid, f, d, m.");
    assertThatThrownBy(() -> Knn.join(queries, table, "qid", "v", 3))
        .hasMessageContaining("Column 'qid' of type INT holds no vectors.");
    assertThatThrownBy(() -> Knn.join(queries, table, "f", "odd", 3))
        .hasMessageContaining("the index is on column 'v'");
    assertThatThrownBy(() -> Knn.join(queries, table.limit(3), "f", "v", 3))
        .hasMessageContaining("Knn.join cannot search the right side: its right side contains");
    assertThatThrownBy(() -> Knn.join(queries, table, "f", "v", 0))
        .hasMessageContaining("k must be at least 1, was 0");
  }
}
