/* Licensed under the Apache License, Version 2.0; see LICENSE. */

// user code
import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import org.apache.spark.ml.feature.BucketedRandomProjectionLSH;
import org.apache.spark.ml.feature.BucketedRandomProjectionLSHModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
// end of user code

/**
 * MLlib's random-projection LSH. Its join takes a distance instead of k, so that k is cut off behind
 * it. Bucket length and tables suit Fashion-MNIST; other data needs others.
 */
public final class MllibLsh implements Peer {
  private Dataset<Row> items;
  private BucketedRandomProjectionLSHModel model;

  @Override
  public void fit(Dataset<Row> base, int k) {
    // user code
    items = base.select(col("id"), array_to_vector(col("v")).as("features"));
    model =
        new BucketedRandomProjectionLSH()
            .setInputCol("features")
            .setOutputCol("hashes")
            .setBucketLength(20)
            .setNumHashTables(2)
            .fit(items);
    // end of user code
  }

  @Override
  public Dataset<Row> join(Dataset<Row> queries, int k) {
    // user code
    Dataset<Row> features = queries.select(col("id"), array_to_vector(col("v")).as("features"));
    return model
        .approxSimilarityJoin(features, items, Double.MAX_VALUE, "distance")
        .selectExpr("datasetA.id AS query_id", "datasetB.id AS neighbor_id", "distance")
        .withColumn(
            "rank", row_number().over(Window.partitionBy("query_id").orderBy("distance")))
        .where(col("rank").leq(k));
    // end of user code
  }
}
