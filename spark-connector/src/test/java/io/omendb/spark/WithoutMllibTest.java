/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM whose class path has what the bundle jar holds, the service files of the ML classes
 * included, and a Spark without spark-mllib.
 */
@Tag("slow")
class WithoutMllibTest {
  @TempDir Path dir;

  @Test
  void tablesAreWrittenReadAndJoined() throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String without =
        Arrays.stream(classPath.split(File.pathSeparator, -1))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("spark-mllib"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(without).isNotEqualTo(classPath);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", without, Program.class.getName(), dir.toString()));
    Path log = dir.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    assertThat(Files.readString(dir.resolve("answer")))
        .isEqualTo("6000 [[1234], [1235]] [[7,1]] [[42]]");
  }

  /** The other process. */
  public static final class Program {
    private Program() {}

    /** Writes a table below {@code args[0]}, searches it through three doors, notes the answers. */
    public static void main(String[] args) throws Exception {
      for (String name :
          List.of("org.apache.spark.ml.Estimator", "org.apache.spark.ml.linalg.Vector")) {
        try {
          throw new IllegalStateException("there is " + Class.forName(name));
        } catch (ClassNotFoundException expected) {
          // As it should be.
        }
      }
      SparkSession spark =
          SparkSession.builder()
              .master("local[1]")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .getOrCreate();
      String table = Path.of(args[0], "t").toString();
      spark
          .sql("SELECT id, array(float(id), float(id % 7)) AS v FROM range(0, 6000, 1, 1)")
          .write()
          .format("omendb")
          .save(table);
      spark.read().format("omendb").load(table).createOrReplaceTempView("t");
      List<Row> joined =
          spark
              .sql(
                  "SELECT t.id FROM (SELECT array(1234.1F, 2F) AS v) q"
                      + " JOIN t APPROX NEAREST 2 BY DISTANCE vector_l2_distance(q.v, t.v)"
                      + " ORDER BY vector_l2_distance(q.v, t.v)")
              .collectAsList();
      List<Row> ranked =
          Knn.join(spark.sql("SELECT array(7D, 0D) AS q"), spark.table("t"), "q", "v", 1)
              .select("id", "_rank")
              .collectAsList();
      List<Row> searched =
          spark
              .sql("SELECT id FROM ann_search('" + table + "', array(42F, 0F), 1)")
              .collectAsList();
      Files.writeString(
          Path.of(args[0], "answer"),
          spark.table("t").count() + " " + joined + " " + ranked + " " + searched);
      spark.stop();
    }
  }
}
