/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a model's transform costs beside the same join in SQL, on Fashion-MNIST: 10,000 queries
 * against 60,000 x 784. A program, run by {@code benchmarks/ml-transform.sh}; prints, asserts
 * nothing.
 */
public final class TransformCost {
  private static final int DIMENSION = 784;
  private static final int ROUNDS = 5;
  private static byte[] pixels;

  private TransformCost() {}

  /** Arguments: directory of the data set, directory for parquet files and the model. */
  public static void main(String[] args) throws IOException {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    Path work = Path.of(args[1]);
    String model = work.resolve("model").toString();
    if (!Files.exists(Path.of(model, "metadata"))) {
      parquet(spark, Path.of(args[0], "train-images-idx3-ubyte.gz"), work.resolve("base"));
      parquet(spark, Path.of(args[0], "t10k-images-idx3-ubyte.gz"), work.resolve("queries"));
      new VamanaNeighbors()
          .setNumPartitions(1)
          .fit(spark.read().parquet(work.resolve("base").toString()))
          .write()
          .overwrite()
          .save(model);
    }
    Dataset<Row> queries = spark.read().parquet(work.resolve("queries").toString());
    VamanaNeighborsModel neighbors = VamanaNeighborsModel.load(model);
    queries.createOrReplaceTempView("q");
    spark.read().format("omendb").load(neighbors.tablePath()).createOrReplaceTempView("t");
    String join =
        " FROM q JOIN t APPROX NEAREST 10 BY DISTANCE vector_l2_distance(q.features, t.features)";
    Dataset<Row> transform = neighbors.transform(queries).select("id", "neighbors");
    Dataset<Row> ids = spark.sql("SELECT q.id, t.id AS neighbor" + join);
    Dataset<Row> distances =
        spark.sql(
            "SELECT q.id, t.id AS neighbor, vector_l2_distance(q.features, t.features) AS distance"
                + join);
    String[] names = {"transform", "sql ids", "sql ids and distances"};
    double[][] wall = new double[names.length][ROUNDS];
    double[][] cpu = new double[names.length][ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      Dataset<?>[] runs = {transform, ids, distances};
      for (int run = 0; run < runs.length; run++) {
        long cpuBefore = cpuNanos();
        long before = System.nanoTime();
        runs[run].write().format("noop").mode("overwrite").save();
        if (round >= 0) {
          wall[run][round] = (System.nanoTime() - before) / 1e9;
          cpu[run][round] = (cpuNanos() - cpuBefore) / 1e9;
        }
      }
    }
    System.out.printf(
        Locale.ROOT, "%-24s %8s %8s %8s%n", "median of " + ROUNDS, "wall s", "cpu s", "cpu/sql");
    for (int run = 0; run < names.length; run++) {
      System.out.printf(
          Locale.ROOT,
          "%-24s %8.2f %8.2f %8.2f%n",
          names[run],
          median(wall[run]),
          median(cpu[run]),
          median(cpu[run]) / median(cpu[1]));
    }
    System.out.printf(
        Locale.ROOT,
        "recall@10 %.4f%n",
        new NeighborsEvaluator().evaluate(neighbors.transform(queries.limit(500))));
    spark.stop();
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void parquet(SparkSession spark, Path images, Path to) throws IOException {
    int count;
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(images)))) {
      in.readInt();
      count = in.readInt();
      in.readLong();
      pixels = in.readNBytes(count * DIMENSION);
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("features", DataTypes.createArrayType(DataTypes.FloatType, false));
    spark
        .range(0, count, 1, 4)
        .map((MapFunction<Long, Row>) TransformCost::row, Encoders.row(schema))
        .write()
        .mode("overwrite")
        .parquet(to.toString());
  }

  private static Row row(long id) {
    Float[] vector = new Float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (pixels[(int) id * DIMENSION + i] & 0xff);
    }
    return RowFactory.create(id, vector);
  }
}
