/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside Spark's own classes: evaluation, tuning, streams, the service files of Spark Connect. */
@WithSpark
class TuningTest {
  @TempDir Path dir;

  private SparkSession spark;
  private Dataset<Row> base;
  private Dataset<Row> queries;

  @BeforeEach
  void frames(SparkSession shared) {
    spark = shared.newSession();
    base = VectorData.random(600, 1).frame(spark);
    queries = VectorData.random(40, 2).frame(spark);
  }

  @Test
  void recallIsTheShareOfTrueNeighbours() {
    VamanaNeighborsModel model = new VamanaNeighbors().setK(4).setExcludeSelf(true).fit(base);
    Dataset<Row> found = model.transform(queries);
    NeighborsEvaluator evaluator = new NeighborsEvaluator();
    assertThat(evaluator.evaluate(found)).isEqualTo(1);
    // Half of the neighbours are forgotten.
    Dataset<Row> half =
        found.withColumn(
            "neighbors",
            org.apache
                .spark
                .sql
                .functions
                .expr("slice(neighbors, 1, 2)")
                .as("neighbors", found.schema().apply("neighbors").metadata()));
    assertThat(evaluator.evaluate(half)).isEqualTo(0.5, within(1e-12));
    assertThat(evaluator.copy(ParamMap.empty()).setK(2).evaluate(half)).isEqualTo(1);
    Dataset<Row> labelled =
        found.selectExpr("neighbors", "transform(slice(neighbors, 2, 3), n -> n.id) AS truth");
    assertThat(evaluator.setLabelCol("truth").evaluate(labelled)).isEqualTo(1);
    assertThat(evaluator.setK(1).evaluate(labelled)).isZero();
    assertThat(evaluator.evaluate(labelled.limit(0))).isNaN();
    assertThat(evaluator.isLargerBetter()).isTrue();
  }

  @Test
  void aColumnWithoutAnOriginIsNotEvaluated() {
    Dataset<Row> found =
        new VamanaNeighbors()
            .fit(base)
            .transform(queries)
            .selectExpr("id", "slice(neighbors, 1, 1) AS neighbors");
    assertThatThrownBy(() -> new NeighborsEvaluator().evaluate(found))
        .hasMessageContaining("does not say which index it came from");
    assertThatThrownBy(() -> new NeighborsEvaluator().setPredictionCol("x").evaluate(found))
        .hasMessageContaining("There is no column 'x'");
  }

  @Test
  void aCrossValidatorChoosesByRecall() throws Exception {
    VamanaNeighbors estimator = new VamanaNeighbors();
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(estimator.k(), new int[] {1, 5})
            .addGrid(estimator.numPartitions(), new int[] {1, 3})
            .build();
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(estimator)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new NeighborsEvaluator())
            .setNumFolds(2)
            .setSeed(1);
    CrossValidatorModel tuned = validator.fit(base);
    assertThat(tuned.avgMetrics()).containsExactly(1, 1, 1, 1);
    assertThat(tuned.transform(queries).count()).isEqualTo(40);
    tuned.write().save(dir.resolve("tuned").toString());
    assertThat(CrossValidatorModel.load(dir.resolve("tuned").toString()).transform(queries).count())
        .isEqualTo(40);
  }

  @Test
  void aStreamIsTransformedRowByRow() throws Exception {
    VamanaNeighborsModel model =
        new VamanaNeighbors().setK(3).setExcludeSelf(true).setMaxDistance(100).fit(base);
    String input = dir.resolve("queries").toString();
    for (int file = 0; file < 4; file++) {
      queries.filter("id % 4 = " + file).write().mode("append").parquet(input);
    }
    Dataset<Row> stream =
        spark
            .readStream()
            .schema(queries.schema())
            .option("maxFilesPerTrigger", "3")
            .parquet(input);
    Dataset<Row> found = model.transform(stream);
    assertThat(found.isStreaming()).isTrue();
    StreamingQuery query =
        found
            .select("id", "neighbors")
            .writeStream()
            .format("memory")
            .queryName("found")
            .trigger(Trigger.AvailableNow())
            .start();
    query.processAllAvailable();
    query.stop();
    assertThat(spark.table("found").orderBy("id").collectAsList())
        .hasToString(
            model
                .transform(queries)
                .select("id", "neighbors")
                .orderBy("id")
                .collectAsList()
                .toString());
  }

  @Test
  void sparkConnectFindsTheClasses() throws Exception {
    assertThat(ServiceLoader.load(Estimator.class).stream().map(ServiceLoader.Provider::type))
        .contains(VamanaNeighbors.class);
    assertThat(ServiceLoader.load(Transformer.class).stream().map(ServiceLoader.Provider::type))
        .contains(VamanaNeighborsModel.class);
    assertThat(ServiceLoader.load(Evaluator.class).stream().map(ServiceLoader.Provider::type))
        .contains(NeighborsEvaluator.class);
    for (Class<?> type :
        List.of(VamanaNeighbors.class, VamanaNeighborsModel.class, NeighborsEvaluator.class)) {
      assertThat(type.getConstructor(String.class).newInstance("u")).hasToString("u");
      assertThat(type.getMethod("read")).isNotNull();
      assertThat(type.getMethod("load", String.class)).isNotNull();
    }
  }
}
