/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables of small segments, whose search is exact, so that a join gives row for row what Spark
 * gives: {@code t}, {@code cosine} and {@code inner_product} with the same 300 rows, {@code
 * nothing} without rows, {@code doubles} with vectors of doubles; {@code q} asks. All are temporary
 * views of a session that is new for every test.
 */
@WithSpark
abstract class SmallTables {
  private static final int DIMENSION = 8;

  @TempDir static Path directory;

  SparkSession spark;

  private static float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  @BeforeAll
  static void writeTables(SparkSession spark) {
    Random random = new Random(1);
    StructType inner =
        new StructType().add("a", DataTypes.IntegerType).add("b", DataTypes.StringType);
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("v", DataTypes.createArrayType(DataTypes.FloatType))
            .add("name", DataTypes.StringType)
            .add("price", DataTypes.DoubleType)
            .add("grp", DataTypes.IntegerType)
            .add("s", inner)
            .add("tags", DataTypes.createArrayType(DataTypes.StringType));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(
          RowFactory.create(
              (long) i,
              vector(random),
              i % 11 == 0 ? null : "name" + i,
              random.nextDouble(),
              i % 5,
              RowFactory.create(i, "b" + i),
              new String[] {"x" + i % 3, "y"}));
    }
    Dataset<Row> table = spark.createDataFrame(rows, schema);
    for (String metric : List.of("l2", "cosine", "inner_product")) {
      table
          .write()
          .format("omendb")
          .option("metric", metric)
          .option("segments", "3")
          .save(directory.resolve(metric).toString());
    }
    table.limit(0).write().format("omendb").save(directory.resolve("empty").toString());
    table
        .selectExpr("id", "CAST(v AS ARRAY<DOUBLE>) AS v", "name")
        .write()
        .format("omendb")
        .option("vectorColumn", "v")
        .option("segments", "2")
        .save(directory.resolve("doubles").toString());
  }

  private static void view(SparkSession session, String name, String table) {
    session
        .read()
        .format("omendb")
        .load(directory.resolve(table).toString())
        .createOrReplaceTempView(name);
  }

  @BeforeEach
  void registerViews(SparkSession shared) {
    spark = shared.newSession();
    spark.conf().set("spark.sql.planChangeValidation", "true");
    view(spark, "t", "l2");
    view(spark, "cosine", "cosine");
    view(spark, "inner_product", "inner_product");
    view(spark, "nothing", "empty");
    view(spark, "doubles", "doubles");
    Random random = new Random(2);
    StructType schema =
        new StructType()
            .add("qid", DataTypes.IntegerType)
            .add("qv", DataTypes.createArrayType(DataTypes.FloatType))
            .add("kind", DataTypes.StringType);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(
          RowFactory.create(i, i % 7 == 3 ? null : vector(random), i % 2 == 0 ? "even" : null));
    }
    spark.createDataFrame(rows, schema).createOrReplaceTempView("q");
  }
}
