/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.omendb.index.vector.Metric;
import org.junit.jupiter.api.Test;

class JoinEngineTest {
  @Test
  void asksForDistanceOrSimilarityAsTheMetricDemands() {
    assertThat(JoinEngine.OMENDB.sql(Metric.L2, 7, 100))
        .contains("WHERE id < 100")
        .contains("APPROX NEAREST 7 BY DISTANCE vector_l2_distance(q.v, t.v)");
    assertThat(JoinEngine.OMENDB_EXACT.sql(Metric.COSINE, 1, 1))
        .contains("EXACT NEAREST 1 BY SIMILARITY vector_cosine_similarity(q.v, t.v)");
    assertThat(JoinEngine.SPARK.sql(Metric.INNER_PRODUCT, 1, 1))
        .contains("EXACT NEAREST 1 BY SIMILARITY vector_inner_product(q.v, t.v)");
  }

  @Test
  void namesTheEnginesWhenAnotherIsAskedFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JoinEngine.named("faiss"))
        .withMessage(
            "engine must be one of omendb, omendb-exact, spark, mllib-lsh, synapseml-knn,"
                + " hnswlib-spark, was 'faiss'.");
  }
}
