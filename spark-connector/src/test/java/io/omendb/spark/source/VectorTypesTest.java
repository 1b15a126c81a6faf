/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.WithSpark;
import io.omendb.spark.testing.ml.linalg.Vector;
import io.omendb.spark.testing.ml.linalg.VectorUDT;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every value of the vector column returns as it was written, to the last bit. */
@WithSpark
class VectorTypesTest {

  private static final int DIMENSION = 7;

  @TempDir Path dir;

  private Dataset<Row> written(SparkSession spark, DataType type, List<Object> vectors) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      rows.add(RowFactory.create(i, vectors.get(i)));
    }
    StructType schema = new StructType().add("id", DataTypes.IntegerType).add("v", type);
    Dataset<Row> frame = spark.createDataFrame(rows, schema).repartition(3);
    frame.write().format("omendb").option("vectorColumn", "V").save(dir.resolve("t").toString());
    return spark.read().format("omendb").load(dir.resolve("t").toString());
  }

  private static List<Object> vectors(Dataset<Row> table) {
    return table.orderBy("id").collectAsList().stream().map(row -> row.get(1)).toList();
  }

  /** Arrays leave Spark as sequences, whose elements are compared by their bits. */
  private static List<Object> bits(Object sequence) {
    List<Object> bits = new ArrayList<>();
    ((scala.collection.Seq<?>) sequence)
        .foreach(
            x -> {
              bits.add(
                  x instanceof Float f
                      ? Float.floatToRawIntBits(f)
                      : (Object) Double.doubleToRawLongBits((Double) x));
              return null;
            });
    return bits;
  }

  @Test
  void floatArraysReturnBitForBit(SparkSession spark) {
    Random random = new Random(1);
    List<Object> vectors = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Float[] vector = new Float[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        float any = Float.intBitsToFloat(random.nextInt());
        vector[j] = Float.isFinite(any) ? any : -0f;
      }
      vectors.add(vector);
    }
    Dataset<Row> table =
        written(spark, DataTypes.createArrayType(DataTypes.FloatType, true), vectors);

    List<Object> read = vectors(table);
    for (int i = 0; i < vectors.size(); i++) {
      List<Integer> expected = new ArrayList<>();
      for (Float x : (Float[]) vectors.get(i)) {
        expected.add(Float.floatToRawIntBits(x));
      }
      assertThat(bits(read.get(i))).isEqualTo(expected);
    }
  }

  @Test
  void doubleArraysReturnBitForBitWhetherFloatsHoldThemOrNot(SparkSession spark) {
    Random random = new Random(2);
    List<Object> vectors = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Double[] vector = new Double[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        double x = random.nextGaussian();
        vector[j] = i % 2 == 0 ? x : j == 3 ? -0.0 : (double) (float) x;
      }
      vectors.add(vector);
    }
    Dataset<Row> table =
        written(spark, DataTypes.createArrayType(DataTypes.DoubleType, false), vectors);

    assertThat(table.schema().apply("v").dataType())
        .isEqualTo(DataTypes.createArrayType(DataTypes.DoubleType, true));
    List<Object> read = vectors(table);
    List<Object> alone = table.select("v").collectAsList().stream().map(r -> r.get(0)).toList();
    assertThat(alone).hasSameSizeAs(vectors);
    for (int i = 0; i < vectors.size(); i++) {
      List<Long> expected = new ArrayList<>();
      for (Double x : (Double[]) vectors.get(i)) {
        expected.add(Double.doubleToRawLongBits(x));
      }
      assertThat(bits(read.get(i))).isEqualTo(expected);
    }
  }

  @Test
  void doubleArraysThatCannotBeNullReturnAsWell(SparkSession spark) {
    Dataset<Row> rows = spark.sql("SELECT id, array(id / 3, 1D) AS v FROM range(9)");
    assertThat(rows.schema().apply("v").nullable()).isFalse();
    String path = dir.resolve("t").toString();
    rows.write().format("omendb").option("vectorColumn", "v").save(path);

    assertThat(spark.read().format("omendb").load(path).orderBy("id").collectAsList())
        .isEqualTo(rows.orderBy("id").collectAsList());
  }

  @Test
  void sparkMlVectorsReturnDenseOrSparseAsTheyWere(SparkSession spark) {
    Random random = new Random(3);
    List<Object> vectors = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      double x = random.nextGaussian();
      vectors.add(
          switch (i % 3) {
            case 0 -> Vector.dense(x, 0, 0, 0, 0, 0, 1e-30);
            case 1 -> Vector.dense((float) x, 0, 0, 0.5, 0, 0, -1);
            default -> Vector.sparse(DIMENSION, new int[] {1, 6}, new double[] {(float) x, 2});
          });
    }
    Dataset<Row> table = written(spark, new VectorUDT(), vectors);

    assertThat(table.schema().apply("v").dataType()).isInstanceOf(VectorUDT.class);
    assertThat(vectors(table)).isEqualTo(vectors);
  }

  @Test
  void anAppendIsCastToTheTypeOfTheTable(SparkSession spark) {
    String path = dir.resolve("t").toString();
    spark.sql("SELECT 1 AS id, array(1F, 2F) AS v").write().format("omendb").save(path);
    spark
        .sql("SELECT array(3.5D, 0.1D) AS v, 2L AS id")
        .write()
        .format("omendb")
        .mode("append")
        .save(path);

    assertThat(spark.read().format("omendb").load(path).orderBy("id").collectAsList())
        .isEqualTo(
            spark
                .sql(
                    "SELECT * FROM VALUES (1, array(1F, 2F)), (2, array(3.5F, float(0.1D))) t(id, v)")
                .collectAsList());
  }
}
