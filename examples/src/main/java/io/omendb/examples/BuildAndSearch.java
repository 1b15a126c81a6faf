/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Builds a table of images, appends to it and searches it for one image. */
public final class BuildAndSearch {
  private static final int IMAGES = 6_000;
  private static final int K = 10;

  private BuildAndSearch() {}

  /** Takes no arguments; fails when the search misses more than one of the ten nearest images. */
  public static void main(String[] args) throws Exception {
    try (TemporaryDirectory work = new TemporaryDirectory("BuildAndSearch");
        SparkSession spark = SparkSession.builder().appName("BuildAndSearch").getOrCreate()) {
      String table = work.resolve("images");
      Images.read(spark, 0, 5_000).write().format("omendb").option("metric", "l2").save(table);
      Images.read(spark, 5_000, IMAGES).write().format("omendb").mode("append").save(table);

      Dataset<Row> images = spark.read().format("omendb").load(table);
      System.out.printf("the table holds %,d images%n", images.count());

      float[] query = FashionMnist.vector(IMAGES); // an image that the table does not hold
      Dataset<Row> found =
          spark.sql(
              """
              SELECT id, label, _distance, _rank
              FROM ann_search(table => :table, query_vector => :query, num_results => 10)
              ORDER BY _rank""",
              Map.of("table", table, "query", query));
      found.show();

      Set<Integer> nearest = FashionMnist.nearest(query, IMAGES, K, id -> true);
      List<Integer> ids = found.collectAsList().stream().map(row -> row.getInt(0)).toList();
      long hits = ids.stream().filter(nearest::contains).count();
      System.out.printf("%d of the %d nearest images were found%n", hits, K);
      if (ids.size() != K || hits < K - 1) {
        throw new IllegalStateException("expected " + nearest + ", found " + ids);
      }
    }
  }
}
