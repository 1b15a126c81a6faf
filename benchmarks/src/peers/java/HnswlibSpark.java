/* Licensed under the Apache License, Version 2.0; see LICENSE. */

// user code
import com.github.jelmerk.spark.knn.hnsw.HnswSimilarity;
import com.github.jelmerk.spark.knn.hnsw.HnswSimilarityModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
// end of user code

/**
 * hnswlib-spark with one partition, which its own guide recommends for queries. The index is served
 * by a task that keeps its cores until the model is disposed of.
 */
public final class HnswlibSpark implements Peer {
  private HnswSimilarityModel model;

  @Override
  public int heldCores() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public void fit(Dataset<Row> base, int k) {
    // user code
    HnswSimilarity hnsw = new HnswSimilarity();
    hnsw.setIdentifierCol("id");
    hnsw.setFeaturesCol("v");
    hnsw.setPredictionCol("neighbors");
    hnsw.setDistanceFunction("euclidean");
    hnsw.setNumPartitions(1);
    hnsw.setNumThreads(Runtime.getRuntime().availableProcessors());
    hnsw.setK(k);
    hnsw.setM(16);
    hnsw.setEfConstruction(200);
    hnsw.setEf(32);
    model = hnsw.fit(base);
    // end of user code
  }

  @Override
  public Dataset<Row> join(Dataset<Row> queries, int k) {
    // user code
    return model
        .transform(queries)
        .selectExpr("id AS query_id", "inline(neighbors) AS (neighbor_id, distance)");
    // end of user code
  }
}
