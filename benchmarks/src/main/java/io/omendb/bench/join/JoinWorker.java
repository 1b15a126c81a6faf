/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import io.omendb.bench.core.Recall;
import io.omendb.bench.data.Ivecs;
import io.omendb.bench.process.Memory;
import io.omendb.bench.process.WorkerLoop;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The process that one join engine lives in, with a Spark session of its own. */
final class JoinWorker {
  private final SparkSession spark;
  private final JoinEngine engine;
  private final Path base;
  private final Path table;
  private final Path result;
  private final Metric metric;
  private final int k;
  private final int[][] truth;

  private JoinWorker(SparkSession spark, JoinEngine engine, Path work, Metric metric, int k)
      throws IOException {
    this.spark = spark;
    this.engine = engine;
    this.base = JoinCommand.baseParquet(work);
    this.table = work.resolve("table");
    this.result = work.resolve("result-" + engine.commandName());
    this.metric = metric;
    this.k = k;
    this.truth = Ivecs.readAll(JoinCommand.truth(work));
    spark
        .read()
        .parquet(JoinCommand.queryParquet(work).toString())
        .createOrReplaceTempView("queries");
  }

  /** Arguments: engine, working directory, metric, k, cores. */
  public static void main(String[] args) throws IOException {
    JoinEngine engine = JoinEngine.named(args[0]);
    try (SparkSession spark =
        SparkSession.builder()
            .appName("bench join " + args[0])
            .master("local[" + args[4] + "]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", args[4])
            .config("spark.omendb.nearestBy.enabled", engine.usesTable())
            .getOrCreate()) {
      JoinWorker worker =
          new JoinWorker(
              spark, engine, Path.of(args[1]), Metric.fromName(args[2]), Integer.parseInt(args[3]));
      WorkerLoop.run(worker::handle);
    }
  }

  private String handle(String[] words) throws Exception {
    switch (words[0]) {
      case "version" -> {
        return spark.version();
      }
      case "build" -> {
        return build(Integer.parseInt(words[1]));
      }
      case "warm" -> {
        join(0, Integer.parseInt(words[1]));
        return "";
      }
      case "join" -> {
        return join(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      }
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    }
  }

  /** Builds the table unless another engine did; answers with seconds and bytes on disk. */
  private String build(int segments) throws IOException {
    if (!engine.usesTable()) {
      spark.read().parquet(base.toString()).createOrReplaceTempView("items");
      return "0 " + bytes(base);
    }
    double seconds = 0;
    if (!Files.exists(table)) {
      // user code
      DataFrameWriter<Row> writer =
          spark
              .read()
              .parquet(base.toString())
              .write()
              .format("omendb")
              .option("metric", metric.optionName());
      // end of user code
      if (segments > 0) {
        writer.option("segments", segments);
      }
      long start = System.nanoTime();
      // user code
      writer.save(table.toString());
      // end of user code
      seconds = (System.nanoTime() - start) / 1e9;
    }
    // user code
    spark.read().format("omendb").load(table.toString()).createOrReplaceTempView("items");
    // end of user code
    return seconds + " " + bytes(table);
  }

  /** Joins and saves; answers with seconds, recall and the peak of the resident set. */
  private String join(int listSize, int queries) throws IOException {
    spark.conf().set("spark.omendb.search.listSize", listSize);
    long start = System.nanoTime();
    spark.sql(engine.sql(metric, k, queries)).write().mode("overwrite").parquet(result.toString());
    double seconds = (System.nanoTime() - start) / 1e9;
    return seconds + " " + recall(queries) + " " + Memory.peakRssMb();
  }

  private double recall(int queries) {
    int[][] found = new int[queries][k];
    int[] counts = new int[queries];
    for (int[] row : found) {
      Arrays.fill(row, -1);
    }
    Iterator<Row> rows =
        spark.read().parquet(result.toString()).select("query_id", "neighbor_id").toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      int query = (int) row.getLong(0);
      found[query][counts[query]++] = (int) row.getLong(1);
    }
    return Recall.at(truth, found, k);
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
