/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.omendb.spark.testing.WithSpark;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.feature.BucketedRandomProjectionLSH;
import org.apache.spark.ml.feature.BucketedRandomProjectionLSHModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two methods that users of Spark's LSH models know, beside one of those. */
@WithSpark
class LookedUpTest {
  private static final VectorData BASE = VectorData.random(200, 1);
  private static final VectorData QUERIES = VectorData.random(20, 2);

  private Dataset<Row> base;
  private Dataset<Row> queries;
  private VamanaNeighborsModel model;
  private BucketedRandomProjectionLSHModel lsh;

  @BeforeEach
  void models(SparkSession shared) {
    SparkSession spark = shared.newSession();
    base = BASE.frame(spark).select("id", "s", "m");
    queries = QUERIES.frame(spark).select("id", "m");
    model = new VamanaNeighbors().setFeaturesCol("m").setK(200).fit(base);
    lsh =
        new BucketedRandomProjectionLSH()
            .setBucketLength(1e6)
            .setInputCol("m")
            .setOutputCol("hashes")
            .fit(base);
  }

  private static Vector key(int query) {
    double[] doubles = new double[VectorData.DIMENSION];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = QUERIES.vectors()[query][i];
    }
    return Vectors.dense(doubles);
  }

  @Test
  void nearestNeighboursAreRowsOfTheFittedFrame() {
    for (int query = 0; query < 3; query++) {
      Dataset<Row> found = model.approxNearestNeighbors(base, key(query), 5);
      assertThat(found.columns()).containsExactly("id", "s", "m", "distCol");
      float[] vector = QUERIES.vectors()[query];
      List<Integer> expected = BASE.nearest(vector, "euclidean", 5);
      List<Row> rows = found.collectAsList();
      assertThat(rows).hasSize(5);
      for (int i = 0; i < 5; i++) {
        assertThat(rows.get(i).getLong(0)).isEqualTo((long) expected.get(i));
        assertThat(rows.get(i).getString(1)).isEqualTo("r" + expected.get(i));
        assertThat(rows.get(i).getDouble(3))
            .isEqualTo(
                VectorData.distance(vector, BASE.vectors()[expected.get(i)], "euclidean"),
                within(1e-5));
      }
    }
    assertThat(model.approxNearestNeighbors(base, key(0), 2, "far").columns()).contains("far");
  }

  @Test
  void pairsAreAllThatAreNearEnough() {
    Dataset<Row> found = model.approxSimilarityJoin(base, queries, 2.5, "far");
    assertThat(found.columns()).containsExactly("datasetA", "datasetB", "far");
    Set<String> expected = new HashSet<>();
    for (int b = 0; b < QUERIES.vectors().length; b++) {
      for (int a = 0; a < BASE.vectors().length; a++) {
        if (VectorData.distance(QUERIES.vectors()[b], BASE.vectors()[a], "euclidean") < 2.5) {
          expected.add(a + "-" + b);
        }
      }
    }
    assertThat(expected).hasSizeGreaterThan(5);
    String pair = "concat(datasetA.id, '-', datasetB.id)";
    assertThat(found.selectExpr(pair).as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrderElementsOf(expected);
    // Spark's own finds some of them, in the same columns.
    Dataset<Row> sparks = lsh.approxSimilarityJoin(base, queries, 2.5, "far").toDF();
    assertThat(sparks.columns()).isEqualTo(found.columns());
    assertThat(expected).containsAll(sparks.selectExpr(pair).as(Encoders.STRING()).collectAsList());
    assertThat(model.approxSimilarityJoin(base, base, 0.1).filter("distCol = 0").count())
        .isEqualTo(200);
  }

  @Test
  void rowsOtherThanTheFittedOnesAreRefused() {
    Dataset<Row> shifted = base.withColumn("id", base.col("id").plus(1).mod(200));
    assertThatThrownBy(() -> model.approxNearestNeighbors(shifted, key(0), 3).collect())
        .hasStackTraceContaining("The row with this id has another vector");
    assertThatThrownBy(() -> model.approxNearestNeighbors(base.drop("id"), key(0), 3))
        .hasMessageContaining("Looking up the fitted rows needs the column 'id'");
  }
}
