/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.WithSpark;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithSpark
@Tag("slow")
class TwoProcessesTest {

  @TempDir Path dir;

  @Test
  void aTableWrittenByThisJvmIsSearchedByAnother(SparkSession spark) throws Exception {
    String path = dir.resolve("t").toString();
    spark
        .sql(
            "SELECT id, concat('n', id) AS name, array(float(id), float(id % 7), 1F) AS v"
                + " FROM range(0, 6000, 1, 1)")
        .write()
        .format("omendb")
        .save(path);
    Path answer = dir.resolve("answer");
    Path log = dir.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Reader.class.getName(),
            path,
            answer.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(new File(log.toString()))
            .start();

    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    assertThat(Files.readString(answer)).isEqualTo("6000 [[n1234], [n1235], [n1233]]");
  }

  /** The other process. */
  public static final class Reader {
    private Reader() {}

    /** Reads and searches the table {@code args[0]} and writes what it found to {@code args[1]}. */
    public static void main(String[] args) throws Exception {
      SparkSession spark =
          SparkSession.builder()
              .master("local[1]")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .getOrCreate();
      spark.read().format("omendb").load(args[0]).createOrReplaceTempView("t");
      List<Row> nearest =
          spark
              .sql(
                  "SELECT t.name FROM (SELECT array(1234.1F, 2F, 1F) AS v) q"
                      + " JOIN t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(q.v, t.v)"
                      + " ORDER BY vector_l2_distance(q.v, t.v)")
              .collectAsList();
      Files.writeString(Path.of(args[1]), spark.table("t").count() + " " + nearest);
      spark.stop();
    }
  }
}
