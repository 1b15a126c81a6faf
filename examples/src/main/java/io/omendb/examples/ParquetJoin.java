/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.Arrays;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Joins two Parquet data sets: indexes the base in a temporary table beside the result, joins it
 * with the queries and writes (query_id, neighbor_id, distance, rank) as Parquet. Every row stays
 * in the executors.
 */
final class ParquetJoin {
  private final SparkSession spark;
  private final KnnJoinOptions options;
  private final Progress progress = new Progress();

  ParquetJoin(SparkSession spark, KnnJoinOptions options) {
    this.spark = spark;
    this.options = options;
  }

  void run() throws Exception {
    Dataset<Row> base = read("--base", options.base());
    Dataset<Row> queries = read("--queries", options.queries());
    Path out = new Path(options.out());
    FileSystem fs = out.getFileSystem(conf());
    if (fs.exists(out)) {
      throw new BadArgumentException(
          "--out " + out + " exists already; name a new directory or delete it first.");
    }
    Path table = new Path(fs.makeQualified(out).getParent(), ".omendb-" + UUID.randomUUID());
    try {
      join(base, queries, table.toString());
    } finally {
      fs.delete(table, true);
    }
  }

  private void join(Dataset<Row> base, Dataset<Row> queries, String table) throws Exception {
    progress.say("Building a %s index of %s ...", options.metric(), options.base());
    DataFrameWriter<Row> writer =
        base.write()
            .format("omendb")
            .option("vectorColumn", "v")
            .option("metric", options.metric());
    if (options.segments() > 0) {
      writer.option("segments", options.segments());
    }
    double buildSeconds = progress.time(() -> writer.save(table));

    spark.read().format("omendb").load(table).createOrReplaceTempView("items");
    // Two queries may have the same id: the row number keeps their ranks apart.
    queries.withColumn("query", monotonically_increasing_id()).createOrReplaceTempView("queries");

    progress.say("Joining %s with its %d nearest rows ...", options.queries(), options.k());
    double joinSeconds = progress.time(() -> spark.sql(sql()).write().parquet(options.out()));
    progress.say(
        "Done: build %.1f s, join %.1f s, result in %s", buildSeconds, joinSeconds, options.out());
  }

  private String sql() {
    boolean distance = options.metric().equals("l2");
    String function =
        switch (options.metric()) {
          case "l2" -> "vector_l2_distance";
          case "cosine" -> "vector_cosine_similarity";
          default -> "vector_inner_product";
        };
    return """
        SELECT query_id, neighbor_id, distance,
               row_number() OVER (PARTITION BY query ORDER BY distance %3$s, neighbor_id) AS rank
        FROM (
          SELECT q.query, q.id AS query_id, t.id AS neighbor_id, %1$s(q.v, t.v) AS distance
          FROM queries q JOIN items t APPROX NEAREST %4$d BY %2$s %1$s(q.v, t.v))"""
        .formatted(
            function, distance ? "DISTANCE" : "SIMILARITY", distance ? "ASC" : "DESC", options.k());
  }

  /** The data set as (id, v ARRAY&lt;FLOAT&gt;). */
  private Dataset<Row> read(String argument, String path) throws Exception {
    Dataset<Row> data;
    Path location = new Path(path);
    FileStatus[] found = location.getFileSystem(conf()).globStatus(location);
    if (found == null || found.length == 0) {
      throw new BadArgumentException("%s %s does not exist.".formatted(argument, path));
    }
    try {
      data = spark.read().parquet(path);
    } catch (Exception e) {
      // The Scala method does not declare it, so it cannot be caught by its name.
      throw e instanceof AnalysisException
          ? new BadArgumentException(
              "%s %s cannot be read: %s".formatted(argument, path, e.getMessage()))
          : e;
    }
    StructField id = column(data, argument, options.id());
    StructField vector = column(data, argument, options.vector());
    if (!(vector.dataType() instanceof ArrayType array)
        || !(array.elementType().equals(DataTypes.FloatType)
            || array.elementType().equals(DataTypes.DoubleType))) {
      throw new BadArgumentException(
          "column '%s' of %s must be ARRAY<FLOAT> or ARRAY<DOUBLE>, is %s."
              .formatted(vector.name(), argument, vector.dataType().sql()));
    }
    return data.select(
        data.col("`" + id.name() + "`").as("id"),
        data.col("`" + vector.name() + "`").cast("array<float>").as("v"));
  }

  private static StructField column(Dataset<Row> data, String argument, String name) {
    return Arrays.stream(data.schema().fields())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadArgumentException(
                    "%s has no column '%s'; its columns are %s."
                        .formatted(argument, name, String.join(", ", data.columns()))));
  }

  private Configuration conf() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
