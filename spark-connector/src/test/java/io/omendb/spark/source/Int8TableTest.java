/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.segment.Segment;
import io.omendb.index.segment.VectorStorage;
import io.omendb.spark.Knn;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.testing.WithSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that keep their vectors as int8. */
@WithSpark
class Int8TableTest {

  private static final int DIMENSION = 24;

  @TempDir Path dir;

  private static Dataset<Row> frame(SparkSession spark, DataType element, int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int id = from; id < to; id++) {
      Random random = new Random(id);
      Number[] vector = new Number[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        double x = random.nextGaussian();
        vector[j] = element.equals(DataTypes.FloatType) ? (Number) (float) x : (Number) x;
      }
      rows.add(RowFactory.create(id, vector));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("v", DataTypes.createArrayType(element, false));
    return spark.createDataFrame(rows, schema).repartition(2);
  }

  private String path() {
    return dir.resolve("t").toString();
  }

  private Dataset<Row> table(SparkSession spark) {
    return spark.read().format("omendb").load(path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"l2", "cosine", "inner_product"})
  void joinsAnswerExactlyOverTheVectorsThatScansReturn(String metric, @TempDir Path other) {
    SparkSession spark = SparkSession.active();
    Dataset<Row> rows = frame(spark, DataTypes.FloatType, 0, 300);
    rows.write()
        .format("omendb")
        .option("vectorColumn", "v")
        .option("metric", metric)
        .option("vectorStorage", "INT8")
        .save(path());
    String floats = other.resolve("floats").toString();
    table(spark)
        .write()
        .format("omendb")
        .option("vectorColumn", "v")
        .option("metric", metric)
        .save(floats);
    Dataset<Row> queries = frame(spark, DataTypes.FloatType, 1000, 1040).toDF("q", "qv");

    List<Row> int8 = join(queries, table(spark));
    List<Row> float32 = join(queries, spark.read().format("omendb").load(floats));

    assertThat(int8).hasSize(400).isEqualTo(float32);
    assertThat(exact(queries, table(spark)))
        .hasSize(400)
        .isEqualTo(exact(queries, spark.read().format("omendb").load(floats)));
  }

  private static List<Row> exact(Dataset<Row> queries, Dataset<Row> table) {
    return Knn.exactJoin(queries, table, "qv", "v", 10)
        .select("q", "id", "_distance")
        .orderBy("q", "_rank")
        .collectAsList();
  }

  private static List<Row> join(Dataset<Row> queries, Dataset<Row> table) {
    return Knn.join(queries, table, "qv", "v", 10)
        .select("q", "id", "_distance")
        .orderBy("q", "_rank")
        .collectAsList();
  }

  @Test
  void scansReturnRoundedVectorsOfEveryType(SparkSession spark) {
    for (DataType element : new DataType[] {DataTypes.FloatType, DataTypes.DoubleType}) {
      frame(spark, element, 0, 50)
          .write()
          .format("omendb")
          .mode(SaveMode.Overwrite)
          .option("vectorColumn", "v")
          .option("vectorStorage", "int8")
          .save(path());
      List<Row> read = table(spark).orderBy("id").collectAsList();
      List<Row> given = frame(spark, element, 0, 50).orderBy("id").collectAsList();
      int same = 0;
      for (int i = 0; i < 50; i++) {
        List<Number> is = read.get(i).getList(1);
        List<Number> was = given.get(i).getList(1);
        for (int j = 0; j < DIMENSION; j++) {
          double error = Math.abs(is.get(j).doubleValue() - was.get(j).doubleValue());
          // Gaussians reach from -4.5 to 4.5, and half a step is 1/508 of the range.
          assertThat(error).isLessThan(9.0 / 508);
          same += error == 0 ? 1 : 0;
        }
      }
      assertThat(same).isLessThan(50 * DIMENSION / 2);
    }
  }

  @Test
  void appendsKeepTheStorageAndRefuseAnother(SparkSession spark) throws Exception {
    frame(spark, DataTypes.FloatType, 0, 100)
        .write()
        .format("omendb")
        .option("vectorStorage", "int8")
        .save(path());
    frame(spark, DataTypes.FloatType, 100, 150)
        .write()
        .format("omendb")
        .mode(SaveMode.Append)
        .save(path());
    assertThat(table(spark).count()).isEqualTo(150);
    try (Stream<Path> files = Files.list(dir.resolve("t").resolve("seg"))) {
      List<Path> segments = files.filter(file -> file.toString().endsWith(".omx")).toList();
      assertThat(segments).hasSizeGreaterThan(2);
      for (Path segment : segments) {
        try (Segment opened = Segment.open(segment)) {
          assertThat(opened.info().config().storage()).isEqualTo(VectorStorage.INT8);
        }
      }
    }
    assertThatThrownBy(
            () ->
                frame(spark, DataTypes.FloatType, 150, 160)
                    .write()
                    .format("omendb")
                    .mode(SaveMode.Append)
                    .option("vectorStorage", "float32")
                    .save(path()))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("vectorStorage");
  }

  @Test
  void anUnknownStorageIsRefusedWithTheOnesThereAre(SparkSession spark) {
    assertThatThrownBy(
            () ->
                frame(spark, DataTypes.FloatType, 0, 10)
                    .write()
                    .format("omendb")
                    .option("vectorStorage", "int4")
                    .save(path()))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("float32 or int8");
  }

  @Test
  void explainSaysWhatIsReranked(SparkSession spark) {
    frame(spark, DataTypes.FloatType, 0, 5000)
        .repartition(1)
        .write()
        .format("omendb")
        .option("vectorStorage", "int8")
        .option("targetRecall", "0.5")
        .save(path());
    Dataset<Row> queries = frame(spark, DataTypes.FloatType, 9000, 9010).toDF("q", "qv");
    String plan =
        Knn.join(queries, table(spark), "qv", "v", 10).queryExecution().executedPlan().toString();
    assertThat(plan).contains("rerank=int8");
  }
}
