/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The main job on real images: builds a table of 9,000 images, opens it again, finds the 10 nearest
 * of each of 1,000 other images with SQL, and compares the answer with the exact one.
 */
final class FashionMnistJoin {
  private static final int BASE = 9_000;
  private static final int K = 10;
  private static final double REQUIRED_RECALL = 0.95;
  private static final int CHECKED_BY_HAND = 25;

  /** The same join twice; only the mode differs. */
  private static final String JOIN =
      """
      SELECT q.id AS query_id, q.label AS query_label, t.id AS neighbor_id, t.label AS neighbor_label,
             vector_l2_distance(q.v, t.v) AS distance
      FROM queries q JOIN items t %s NEAREST 10 BY DISTANCE vector_l2_distance(q.v, t.v)""";

  private final SparkSession spark;
  private final Progress progress = new Progress();

  FashionMnistJoin(SparkSession spark) {
    this.spark = spark;
  }

  void run() throws Exception {
    try (TemporaryDirectory work = new TemporaryDirectory("KnnJoin")) {
      run(work.path());
    }
  }

  private void run(Path work) throws Exception {
    String table = work.resolve("items").toString();
    Dataset<Row> images = Images.read(spark, 0, BASE);
    Images.read(spark, BASE, FashionMnist.IMAGES).createOrReplaceTempView("queries");

    progress.say("Building the index of %,d Fashion-MNIST images in Spark tasks ...", BASE);
    double buildSeconds =
        progress.time(() -> images.write().format("omendb").option("segments", 2).save(table));

    progress.say("Opening the table again ...");
    spark.read().format("omendb").load(table).createOrReplaceTempView("items");

    String approx = JOIN.formatted("APPROX");
    String plan = planLine(approx);
    progress.say("Joining %,d queries through the index ...", FashionMnist.IMAGES - BASE);
    double joinSeconds = progress.time(() -> save(approx, work.resolve("approx")));

    progress.say("Joining them exactly, to compare ...");
    double exactSeconds = progress.time(() -> save(JOIN.formatted("EXACT"), work.resolve("exact")));
    spark.read().parquet(work.resolve("approx").toString()).createOrReplaceTempView("approx");
    spark.read().parquet(work.resolve("exact").toString()).createOrReplaceTempView("exact");

    progress.say("Checking %d of the exact answers in plain Java ...", CHECKED_BY_HAND);
    checkExactAnswers();

    double recall =
        number(
            """
            SELECT (SELECT count(*) FROM exact JOIN approx USING (query_id, neighbor_id))
                 / (SELECT count(*) FROM exact)""");
    double agreement =
        number(
            """
            SELECT avg(CAST(query_label = majority AS INT)) FROM (
              SELECT query_label, mode(neighbor_label, true) AS majority
              FROM approx GROUP BY query_id, query_label)""");

    System.out.printf(Locale.ROOT, "recall@%d %.4f%n", K, recall);
    System.out.printf(Locale.ROOT, "label agreement %.4f%n", agreement);
    System.out.printf(Locale.ROOT, "build %.1f s%n", buildSeconds);
    System.out.printf(Locale.ROOT, "join %.1f s (exact join %.1f s)%n", joinSeconds, exactSeconds);
    System.out.printf(Locale.ROOT, "table %,d bytes on disk%n", bytes(Path.of(table)));
    System.out.println("plan " + plan);
    check(
        recall >= REQUIRED_RECALL,
        "recall@%d is %.4f but must be at least %.2f".formatted(K, recall, REQUIRED_RECALL));
  }

  private void save(String sql, Path out) {
    spark.sql(sql).write().parquet(out.toString());
  }

  /** The line of EXPLAIN that shows the index at work. */
  private String planLine(String sql) {
    String plan = spark.sql("EXPLAIN " + sql).first().getString(0);
    return plan.lines()
        .filter(line -> line.contains("Knn"))
        .map(line -> line.replaceFirst("^[\\s:+\\-*()\\d]+", ""))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("the index is not used; the plan is\n" + plan));
  }

  /** Compares the exact join with sorting all distances, which shares no code with it. */
  private void checkExactAnswers() {
    List<Row> answers =
        spark
            .sql(
                "SELECT query_id, sort_array(collect_list(distance)) FROM exact GROUP BY query_id"
                    + " ORDER BY query_id LIMIT "
                    + CHECKED_BY_HAND)
            .collectAsList();
    check(answers.size() == CHECKED_BY_HAND, "the exact join answered only " + answers.size());
    for (Row answer : answers) {
      float[] query = FashionMnist.vector(answer.getInt(0));
      double[] expected =
          IntStream.range(0, BASE)
              .mapToDouble(id -> FashionMnist.distance(query, FashionMnist.vector(id)))
              .sorted()
              .limit(K)
              .toArray();
      double[] actual = answer.<Float>getList(1).stream().mapToDouble(Float::doubleValue).toArray();
      boolean same = actual.length == K;
      for (int i = 0; same && i < K; i++) {
        same = Math.abs(actual[i] - expected[i]) <= 1e-5 * expected[i];
      }
      check(
          same,
          "query %d has distances %s, but the exact join found %s"
              .formatted(answer.getInt(0), Arrays.toString(expected), Arrays.toString(actual)));
    }
  }

  private double number(String sql) {
    return ((Number) spark.sql(sql).first().get(0)).doubleValue();
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException(message);
    }
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
