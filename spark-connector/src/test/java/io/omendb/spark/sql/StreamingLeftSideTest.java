/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock Spark refuses NEAREST BY over a stream; with the index it is an ordinary operator. */
@WithSpark
class StreamingLeftSideTest {
  @TempDir Path directory;

  @Test
  void aStreamOfQueriesIsJoinedBatchByBatch(SparkSession shared) throws Exception {
    SparkSession spark = shared.newSession();
    String table = directory.resolve("t").toString();
    spark
        .range(50)
        .selectExpr("id", "array(CAST(id AS FLOAT), 0F) AS v")
        .write()
        .format("omendb")
        .save(table);
    spark.read().format("omendb").load(table).createOrReplaceTempView("t");
    String input = directory.resolve("queries").toString();
    for (int file = 0; file < 3; file++) {
      spark
          .range(10L * file, 10L * file + 10)
          .selectExpr("id AS qid", "array(CAST(id AS FLOAT) + 0.4F, 0F) AS qv")
          .write()
          .mode("append")
          .parquet(input);
    }
    Dataset<Row> queries =
        spark
            .readStream()
            .schema("qid BIGINT, qv ARRAY<FLOAT>")
            .option("maxFilesPerTrigger", "2")
            .parquet(input);
    queries.createOrReplaceTempView("q");
    StreamingQuery query =
        spark
            .sql(
                "SELECT qid, id FROM q JOIN t APPROX NEAREST 1 BY DISTANCE vector_l2_distance(qv, v)")
            .writeStream()
            .format("memory")
            .queryName("joined")
            .trigger(Trigger.AvailableNow())
            .start();
    query.processAllAvailable();
    query.stop();
    List<Row> rows = spark.table("joined").collectAsList();
    assertThat(rows)
        .hasSize(30)
        .allSatisfy(row -> assertThat(row.getLong(1)).isEqualTo(row.getLong(0)));
  }
}
