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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    model = new VamanaNeighbors().setFeaturesCol("m").setK(3).fit(base);
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

  private static Set<String> near(VectorData a, VectorData b, double threshold, String measure) {
    Set<String> near = new HashSet<>();
    for (int i = 0; i < a.vectors().length; i++) {
      for (int j = 0; j < b.vectors().length; j++) {
        if (VectorData.distance(b.vectors()[j], a.vectors()[i], measure) < threshold) {
          near.add(i + "-" + j);
        }
      }
    }
    return near;
  }

  private static List<String> found(Dataset<Row> pairs) {
    return pairs
        .selectExpr("concat(datasetA.id, '-', datasetB.id)")
        .as(Encoders.STRING())
        .collectAsList();
  }

  @ParameterizedTest
  @CsvSource({
    "euclidean, 3, approx",
    "euclidean, 3, exact",
    "euclidean, 1e300, approx",
    "cosine, 0.6, approx",
    "cosine, 0.6, exact",
    "innerProduct, -1, approx",
    "innerProduct, 1, exact"
  })
  void everyMeasureHasAllPairs(String measure, double threshold, String mode) {
    VamanaNeighborsModel fitted =
        new VamanaNeighbors()
            .setFeaturesCol("m")
            .setDistanceMeasure(measure)
            .setNumPartitions(2)
            .setMode(mode)
            .fit(base);
    Set<String> expected = near(BASE, QUERIES, threshold, measure);
    assertThat(expected).hasSizeGreaterThan(500);
    assertThat(found(fitted.approxSimilarityJoin(base, queries, threshold)))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void nothingAndMoreThanThereIsAreNearEnough() {
    assertThat(model.approxSimilarityJoin(base, queries, 0).count()).isZero();
    assertThat(model.approxSimilarityJoin(base, queries, -1).count()).isZero();
    assertThat(model.approxSimilarityJoin(base, queries, Double.POSITIVE_INFINITY).count())
        .isEqualTo(4000);
    assertThatThrownBy(() -> model.approxSimilarityJoin(base, queries, Double.NaN))
        .hasMessageContaining("threshold is NaN. Give the distance below which pairs are near.");
  }

  @Test
  void anyRowsAreFoundWhetherFittedOrNot() {
    // Other vectors under known ids, rows without ids, a part of the rows, copies of rows.
    VectorData others = VectorData.random(150, 3);
    Dataset<Row> shifted = others.frame(base.sparkSession()).select("id", "m");
    assertThat(found(model.approxSimilarityJoin(shifted, queries, 2.5)))
        .containsExactlyInAnyOrderElementsOf(near(others, QUERIES, 2.5, "euclidean"));
    assertThat(model.approxNearestNeighbors(shifted, key(0), 4).select("id").collectAsList())
        .extracting(row -> (int) row.getLong(0))
        .isEqualTo(others.nearest(QUERIES.vectors()[0], "euclidean", 4));
    Set<String> expected = near(BASE, QUERIES, 2.5, "euclidean");
    assertThat(model.approxSimilarityJoin(base.select("m"), queries, 2.5).count())
        .isEqualTo(expected.size());
    assertThat(found(model.approxSimilarityJoin(base.filter("id < 100"), queries, 2.5)))
        .containsExactlyInAnyOrderElementsOf(
            expected.stream()
                .filter(pair -> Integer.parseInt(pair.split("-", 2)[0]) < 100)
                .toList());
    Dataset<Row> twice = base.union(base);
    assertThat(found(model.approxSimilarityJoin(twice, queries, 2.5)))
        .hasSize(2 * expected.size())
        .hasSameElementsAs(expected);
    VamanaNeighborsModel ofCopies = new VamanaNeighbors().setFeaturesCol("m").fit(twice);
    assertThat(found(ofCopies.approxSimilarityJoin(twice, queries, 2.5)))
        .hasSize(2 * expected.size());
    assertThat(found(ofCopies.approxSimilarityJoin(base, queries, 2.5))).hasSize(expected.size());
    assertThat(ofCopies.approxNearestNeighbors(twice, key(0), 4).select("id").collectAsList())
        .extracting(row -> (int) row.getLong(0))
        .containsExactlyElementsOf(
            BASE.nearest(QUERIES.vectors()[0], "euclidean", 2).stream()
                .flatMap(id -> java.util.stream.Stream.of(id, id))
                .toList());
    assertThat(model.approxNearestNeighbors(base.filter("id >= 100"), key(0), 200).count())
        .isEqualTo(100);
  }

  @Test
  void aGraphAnswersWithAllPairsButFew() {
    SparkSession spark = base.sparkSession();
    VectorData many = VectorData.random(12_000, 5);
    Dataset<Row> rows = many.frame(spark).select("id", "features");
    Dataset<Row> asking = QUERIES.frame(spark).select("id", "features");
    VamanaNeighborsModel large = new VamanaNeighbors().setNumPartitions(1).fit(rows);
    Set<String> expected = near(many, QUERIES, 2.2, "euclidean");
    assertThat(expected).hasSizeGreaterThan(1000);
    List<String> pairs = found(large.approxSimilarityJoin(rows, asking, 2.2));
    assertThat(pairs).doesNotHaveDuplicates().isSubsetOf(expected);
    assertThat(pairs.size()).isGreaterThan((int) (0.98 * expected.size()));
    assertThat(found(large.setMode("exact").approxSimilarityJoin(rows, asking, 2.2)))
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
