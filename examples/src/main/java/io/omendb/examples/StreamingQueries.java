/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** Answers a stream of queries from a table, micro-batch by micro-batch. */
public final class StreamingQueries {
  private static final int IMAGES = 6_000;
  private static final int QUERIES = 60;
  private static final int K = 5;

  private StreamingQueries() {}

  /** Takes no arguments; fails when an answer is missing or too many are wrong. */
  public static void main(String[] args) throws Exception {
    try (TemporaryDirectory work = new TemporaryDirectory("StreamingQueries");
        SparkSession spark = SparkSession.builder().appName("StreamingQueries").getOrCreate()) {
      String table = work.resolve("images");
      Images.read(spark, 0, IMAGES).write().format("omendb").save(table);
      spark.read().format("omendb").load(table).createOrReplaceTempView("images");

      // Six files arrive in a directory; the stream reads two of them in each batch.
      String arriving = work.resolve("arriving");
      Images.read(spark, IMAGES, IMAGES + QUERIES).repartition(6).write().parquet(arriving);
      spark
          .readStream()
          .schema("id INT, label INT, v ARRAY<FLOAT>")
          .option("maxFilesPerTrigger", 2)
          .parquet(arriving)
          .createOrReplaceTempView("queries");

      StreamingQuery stream =
          spark
              .sql(
                  """
                  SELECT q.id AS query, t.id AS neighbor, vector_l2_distance(q.v, t.v) AS distance
                  FROM queries q
                  JOIN images t APPROX NEAREST 5 BY DISTANCE vector_l2_distance(q.v, t.v)""")
              .writeStream()
              .option("checkpointLocation", work.resolve("checkpoint"))
              .trigger(Trigger.AvailableNow())
              .format("parquet")
              .start(work.resolve("answers"));
      stream.awaitTermination();
      long batches = stream.lastProgress().batchId() + 1;

      List<Row> answers = spark.read().parquet(work.resolve("answers")).collectAsList();
      int hits = 0;
      for (int query = IMAGES; query < IMAGES + QUERIES; query++) {
        Set<Integer> nearest =
            FashionMnist.nearest(FashionMnist.vector(query), IMAGES, K, id -> true);
        for (Row answer : answers) {
          hits += answer.getInt(0) == query && nearest.contains(answer.getInt(1)) ? 1 : 0;
        }
      }
      System.out.printf(
          "%d batches, %d answers, %d of them right%n", batches, answers.size(), hits);
      if (batches != 3 || answers.size() != QUERIES * K || hits < 0.95 * QUERIES * K) {
        throw new IllegalStateException("the stream gave wrong answers");
      }
    }
  }
}
