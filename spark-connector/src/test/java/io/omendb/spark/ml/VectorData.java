/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Random vectors as data frames, and their neighbours by the definition. */
record VectorData(float[][] vectors) {
  static final int DIMENSION = 8;

  static VectorData random(int count, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[count][DIMENSION];
    for (float[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return new VectorData(vectors);
  }

  /**
   * Columns {@code id}, {@code i} and {@code s}, the row number as BIGINT, INT and STRING, and the
   * vector as {@code features}, {@code d} and {@code m}, of floats, doubles and a Spark ML vector.
   */
  Dataset<Row> frame(SparkSession spark) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("i", DataTypes.IntegerType)
            .add("s", DataTypes.StringType)
            .add("features", DataTypes.createArrayType(DataTypes.FloatType))
            .add("d", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("m", SQLDataTypes.VectorType());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      double[] doubles = new double[vectors[i].length];
      for (int j = 0; j < doubles.length; j++) {
        doubles[j] = vectors[i][j];
      }
      rows.add(
          RowFactory.create((long) i, i, "r" + i, vectors[i], doubles, Vectors.dense(doubles)));
    }
    return spark.createDataFrame(rows, schema);
  }

  /** Row numbers of the {@code k} nearest to {@code query}, best first. */
  List<Integer> nearest(float[] query, String measure, int k) {
    return IntStream.range(0, vectors.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> distance(query, vectors[i], measure)))
        .limit(k)
        .toList();
  }

  static double distance(float[] a, float[] b, String measure) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return switch (measure) {
      case "cosine" -> 1 - dot / Math.sqrt(aa * bb);
      case "innerProduct" -> -dot;
      default -> Math.sqrt(squares);
    };
  }
}
