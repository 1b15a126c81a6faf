/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Searches only among the rows that a filter accepts, be they many or few. */
public final class FilteredSearch {
  private static final int IMAGES = 9_000;
  private static final int QUERIES = 20;
  private static final int K = 10;

  private FilteredSearch() {}

  /** Takes no arguments; fails when a row breaks the filter, is missing, or too many are wrong. */
  public static void main(String[] args) throws Exception {
    try (TemporaryDirectory work = new TemporaryDirectory("FilteredSearch");
        SparkSession spark = SparkSession.builder().appName("FilteredSearch").getOrCreate()) {
      String table = work.resolve("images");
      Images.read(spark, 0, IMAGES).write().format("omendb").save(table);
      spark.read().format("omendb").load(table).createOrReplaceTempView("images");
      Images.read(spark, IMAGES, IMAGES + QUERIES).createOrReplaceTempView("queries");

      for (String filter : List.of("label <> 5", "label = 5", "label = 5 AND id % 20 = 0")) {
        long accepted = spark.sql("SELECT * FROM images WHERE " + filter).count();
        List<Row> found =
            spark
                .sql(
                    """
                    SELECT q.id, t.id FROM queries q
                    JOIN (SELECT * FROM images WHERE %s) t
                      APPROX NEAREST 10 BY DISTANCE vector_l2_distance(q.v, t.v)"""
                        .formatted(filter))
                .collectAsList();
        int hits = 0;
        for (int query = IMAGES; query < IMAGES + QUERIES; query++) {
          Set<Integer> expected =
              FashionMnist.nearest(
                  FashionMnist.vector(query), IMAGES, K, id -> accepts(filter, id));
          for (Row row : found) {
            hits += row.getInt(0) == query && expected.contains(row.getInt(1)) ? 1 : 0;
          }
        }
        System.out.printf(
            "%-26s %,6d rows, %d answers, %d of them right%n",
            filter, accepted, found.size(), hits);
        if (found.stream().anyMatch(row -> !accepts(filter, row.getInt(1)))
            || found.size() != QUERIES * K
            || hits < 0.95 * QUERIES * K) {
          throw new IllegalStateException("wrong answers under the filter " + filter);
        }
      }
    }
  }

  /** The filters again, in plain Java. */
  private static boolean accepts(String filter, int id) {
    return switch (filter) {
      case "label <> 5" -> FashionMnist.label(id) != 5;
      case "label = 5" -> FashionMnist.label(id) == 5;
      default -> FashionMnist.label(id) == 5 && id % 20 == 0;
    };
  }
}
