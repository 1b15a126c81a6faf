/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import io.omendb.spark.ml.NeighborsEvaluator;
import io.omendb.spark.ml.VamanaNeighbors;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Classifies images by their neighbours in a Spark ML pipeline that is saved and loaded. */
public final class MlPipeline {
  private MlPipeline() {}

  /** Takes no arguments; fails when recall is below 0.95 or fewer than 3 in 4 labels are right. */
  public static void main(String[] args) throws Exception {
    try (TemporaryDirectory work = new TemporaryDirectory("MlPipeline");
        SparkSession spark = SparkSession.builder().appName("MlPipeline").getOrCreate()) {
      Dataset<Row> images =
          Images.read(spark, 0, 6_000).withColumn("image", array_to_vector(col("v")));
      Dataset<Row> queries =
          Images.read(spark, 6_000, 6_300).withColumn("image", array_to_vector(col("v")));
      images.select("id", "label").createOrReplaceTempView("labels");

      Pipeline pipeline =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new PCA().setInputCol("image").setOutputCol("features").setK(32),
                    new VamanaNeighbors().setIdCol("id").setFeaturesCol("features").setK(10)
                  });
      pipeline.fit(images).write().save(work.resolve("model"));

      Dataset<Row> found = PipelineModel.load(work.resolve("model")).transform(queries);
      double recall = new NeighborsEvaluator().setPredictionCol("neighbors").evaluate(found);
      found.selectExpr("id", "label", "explode(neighbors.id) AS neighbor").createTempView("found");
      double accuracy =
          spark
              .sql(
                  """
                  SELECT avg(CAST(label = majority AS INT)) FROM (
                    SELECT f.id, f.label, mode(l.label, true) AS majority
                    FROM found f JOIN labels l ON f.neighbor = l.id GROUP BY f.id, f.label)""")
              .first()
              .getDouble(0);
      System.out.printf("recall@10 %.4f%n", recall);
      System.out.printf("%.0f %% of the labels are right%n", 100 * accuracy);
      if (found.count() != 300 || recall < 0.95 || accuracy < 0.75) {
        throw new IllegalStateException("recall " + recall + ", accuracy " + accuracy);
      }
    }
  }
}
