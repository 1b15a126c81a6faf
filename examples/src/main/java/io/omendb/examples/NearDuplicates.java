/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import static org.apache.spark.sql.functions.col;

import io.omendb.spark.Knn;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Finds near-duplicates by joining a table with itself, and keeps one image of each group. */
public final class NearDuplicates {
  private static final int IMAGES = 4_000;
  private static final int COPIES = 400;
  private static final double CLOSE = 100;

  private NearDuplicates() {}

  /** Takes no arguments; fails when a hidden copy is not found. */
  public static void main(String[] args) throws Exception {
    try (TemporaryDirectory work = new TemporaryDirectory("NearDuplicates");
        SparkSession spark = SparkSession.builder().appName("NearDuplicates").getOrCreate()) {
      // The last images come a second time, each grey value up to 4 levels brighter.
      Dataset<Row> originals = Images.read(spark, 0, IMAGES);
      Dataset<Row> copies =
          Images.read(spark, IMAGES - COPIES, IMAGES)
              .selectExpr(
                  "id + 10000 AS id",
                  "label",
                  "transform(v, (x, i) -> x + CAST(i % 5 AS FLOAT)) v");
      String table = work.resolve("images");
      originals.union(copies).write().format("omendb").save(table);

      Dataset<Row> images = spark.read().format("omendb").load(table).select("id", "v");
      Dataset<Row> left = images.toDF("id_a", "v_a");
      Dataset<Row> pairs =
          Knn.join(left, images, "v_a", "v", 3)
              .where(col("_distance").leq(CLOSE).and(col("id_a").lt(col("id"))))
              .select(col("id_a"), col("id"), col("_distance"))
              .cache();
      pairs.orderBy("_distance").show(5);

      long found = pairs.where("id = id_a + 10000").count();
      long kept = images.join(pairs.select("id").distinct(), "id", "left_anti").count();
      System.out.printf(
          "%d pairs closer than %.0f, among them %d of %d copies; %,d of %,d images are kept%n",
          pairs.count(), CLOSE, found, COPIES, kept, images.count());
      if (found != COPIES || kept > IMAGES) {
        throw new IllegalStateException("found " + found + " of " + COPIES + " copies");
      }
    }
  }
}
