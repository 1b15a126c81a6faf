/* Licensed under the Apache License, Version 2.0; see LICENSE. */

// user code
import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.expr;

import com.microsoft.azure.synapse.ml.nn.KNN;
import com.microsoft.azure.synapse.ml.nn.KNNModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
// end of user code

/**
 * SynapseML's ball tree. It ranks by inner product alone; with one more dimension, -|x|^2 / 2 of a
 * row and 1 of a query, the order of inner products is that of L2 distances.
 */
public final class SynapseMlKnn implements Peer {
  private KNNModel model;

  @Override
  public void fit(Dataset<Row> base, int k) {
    // user code
    String row =
        "concat(CAST(v AS ARRAY<DOUBLE>), array(aggregate(v, 0D, (s, x) -> s - x * x / 2)))";
    KNN knn = new KNN();
    knn.setFeaturesCol("features");
    knn.setValuesCol("id");
    knn.setOutputCol("neighbors");
    knn.setK(k);
    model = knn.fit(base.withColumn("features", array_to_vector(expr(row))));
    // end of user code
  }

  @Override
  public Dataset<Row> join(Dataset<Row> queries, int k) {
    // user code
    String query = "concat(CAST(v AS ARRAY<DOUBLE>), array(1D))";
    return model
        .transform(queries.withColumn("features", array_to_vector(expr(query))))
        .selectExpr("id AS query_id", "inline(neighbors) AS (neighbor_id, inner_product)");
    // end of user code
  }
}
