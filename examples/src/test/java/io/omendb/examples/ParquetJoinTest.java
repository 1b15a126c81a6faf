/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetJoinTest {
  private static final int DIMENSION = 6;
  private static SparkSession spark;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"l2", "cosine", "inner_product"})
  void writesTheNearestRowsWithSparksOwnDistance(String metric) throws Exception {
    double[][] base = vectors(400, 1);
    double[][] queries = vectors(20, 2);
    save("base", "name STRING, e ARRAY<DOUBLE>", base);
    save("queries", "name STRING, e ARRAY<DOUBLE>", queries);
    run("--vector e --id name --k 4 --segments 3 --metric " + metric);

    Map<String, List<Row>> answers = answers();
    assertThat(answers).hasSize(20);
    for (int q = 0; q < queries.length; q++) {
      double[] query = queries[q];
      List<Integer> expected =
          IntStream.range(0, base.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> order(metric, query, base[i])))
              .limit(4)
              .toList();
      List<Row> answer = answers.get("row " + q);
      assertThat(answer).extracting(row -> row.getInt(3)).containsExactly(1, 2, 3, 4);
      for (int i = 0; i < 4; i++) {
        assertThat(answer.get(i).getString(1)).isEqualTo("row " + expected.get(i));
        double value = value(metric, query, base[expected.get(i)]);
        assertThat((double) answer.get(i).getFloat(2)).isCloseTo(value, within(1e-4));
      }
    }
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("base", "queries", "out");
  }

  @Test
  void ranksEveryQueryByItselfEvenWhenIdsRepeat() throws Exception {
    save("base", "id INT, v ARRAY<FLOAT>", vectors(10, 1));
    double[][] queries = vectors(1, 2);
    save("queries", "id INT, v ARRAY<FLOAT>", queries[0], queries[0]);
    run("--k 3");
    assertThat(answers().get("7"))
        .extracting(row -> row.getInt(3))
        .containsExactlyInAnyOrder(1, 1, 2, 2, 3, 3);
  }

  @Test
  void refusesABaseWithABadVector() throws Exception {
    double[][] base = vectors(10, 1);
    base[3][2] = Double.NaN;
    save("base", "id INT, v ARRAY<FLOAT>", base);
    save("queries", "id INT, v ARRAY<FLOAT>", vectors(1, 1));
    assertThatThrownBy(() -> run("--k 1"))
        .hasMessageContaining("(id=7): the vector in column 'v' has NaN at position 2");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("base", "queries");
  }

  @Test
  void saysWhichArgumentIsWrong() throws Exception {
    save("base", "id INT, v ARRAY<FLOAT>", vectors(10, 1));
    save("queries", "id INT, v ARRAY<FLOAT>", vectors(1, 1));
    assertRefused("--vector w", "--base has no column 'w'; its columns are id, v.");
    assertRefused("--id key", "--base has no column 'key'; its columns are id, v.");
    assertRefused("--vector id", "column 'id' of --base must be ARRAY<FLOAT> or ARRAY<DOUBLE>");
    Files.createDirectory(directory.resolve("out"));
    assertRefused("--k 1", "exists already");
    Files.move(directory.resolve("queries"), directory.resolve("other"));
    assertRefused("--k 1", "queries does not exist.");
  }

  private void assertRefused(String arguments, String message) {
    assertThatExceptionOfType(BadArgumentException.class)
        .isThrownBy(() -> run(arguments))
        .withMessageContaining(message);
  }

  private void run(String arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of(arguments.split(" ", -1)));
    for (String name : List.of("base", "queries", "out")) {
      line.addAll(List.of("--" + name, directory.resolve(name).toString()));
    }
    new ParquetJoin(spark, KnnJoinOptions.parse(line.toArray(String[]::new))).run();
  }

  /** The answers by query id, each in the order of its ranks. */
  private Map<String, List<Row>> answers() {
    return spark.read().parquet(directory.resolve("out").toString()).collectAsList().stream()
        .sorted(Comparator.comparingInt(row -> row.getInt(3)))
        .collect(Collectors.groupingBy(row -> String.valueOf(row.get(0))));
  }

  /** Rows named "row i", or all with the same id 7. */
  private void save(String name, String schema, double[]... vectors) {
    boolean named = schema.contains("STRING");
    boolean doubles = schema.contains("DOUBLE");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      double[] v = vectors[i];
      Object id = named ? "row " + i : (Object) 7;
      rows.add(RowFactory.create(id, doubles ? v : floats(v)));
    }
    spark
        .createDataFrame(rows, StructType.fromDDL(schema))
        .repartition(2)
        .write()
        .parquet(directory.resolve(name).toString());
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double[][] vectors(int rows, long seed) {
    Random random = new Random(seed);
    double[][] vectors = new double[rows][DIMENSION];
    for (double[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = random.nextGaussian();
      }
    }
    return vectors;
  }

  private static double order(String metric, double[] a, double[] b) {
    return metric.equals("l2") ? value(metric, a, b) : -value(metric, a, b);
  }

  private static double value(String metric, double[] a, double[] b) {
    double l2 = 0;
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      l2 += (a[i] - b[i]) * (a[i] - b[i]);
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return switch (metric) {
      case "l2" -> Math.sqrt(l2);
      case "cosine" -> dot / Math.sqrt(aa * bb);
      default -> dot;
    };
  }
}
