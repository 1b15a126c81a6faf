/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@WithSpark
class CancelledWriteTest {

  private static final CountDownLatch REACHED = new CountDownLatch(1);
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  @TempDir Path dir;

  @Test
  @Timeout(120)
  void aWriteCancelledInTheMiddleLeavesTheTableAndNoFile(SparkSession spark) throws Exception {
    String path = dir.resolve("t").toString();
    spark.sql("SELECT 1L AS id, array(1F, 2F) AS v").write().format("omendb").save(path);
    long filesBefore = files();
    UDF1<Long, Long> waitAt5000 =
        id -> {
          if (id == 5000) {
            REACHED.countDown();
            NEVER.await();
          }
          return id;
        };
    spark.udf().register("wait_at_5000", waitAt5000, DataTypes.LongType);
    CountDownLatch taskEnded = new CountDownLatch(1);
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            taskEnded.countDown();
          }
        };
    spark.sparkContext().addSparkListener(listener);
    FutureTask<Void> write =
        new FutureTask<>(
            () -> {
              spark.sparkContext().setJobGroup("cancelled", "a write", true);
              spark
                  .sql(
                      "SELECT wait_at_5000(id) AS id, array(float(id), 1F) AS v"
                          + " FROM range(0, 10000, 1, 1)")
                  .write()
                  .format("omendb")
                  .option("maxSegmentRows", 2000)
                  .mode("append")
                  .save(path);
              return null;
            });
    new Thread(write).start();
    REACHED.await();
    assertThat(files()).isGreaterThan(filesBefore);
    spark.sparkContext().cancelJobGroup("cancelled");

    assertThatThrownBy(write::get).hasMessageContaining("cancelled");
    taskEnded.await();
    spark.sparkContext().removeSparkListener(listener);
    assertThat(files()).isEqualTo(filesBefore);
    assertThat(spark.read().format("omendb").load(path).count()).isEqualTo(1);
  }

  private long files() throws Exception {
    try (Stream<Path> all = Files.walk(dir)) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
