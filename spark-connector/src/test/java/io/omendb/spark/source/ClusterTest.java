/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.MiniDfs;
import io.omendb.spark.testing.WithLocalCluster;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executors in processes of their own: what must run there, and what must reach them. */
@WithLocalCluster
@ExtendWith(MiniDfs.class)
@Tag("slow")
class ClusterTest {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterTest.class);
  private static final int DIMENSION = 256;

  @TempDir Path dir;

  private static Dataset<Row> rows(SparkSession spark, int count) {
    return spark.sql(
        "SELECT id, transform(sequence(1, %d), i -> float(id %% 100 + i)) AS v FROM range(0, %d, 1, 4)"
            .formatted(DIMENSION, count));
  }

  private static long liveHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void segmentsAreBuiltInExecutorsAndTheDriverHearsOfThemOnly(SparkSession spark) throws Exception {
    Set<String> executors = ConcurrentHashMap.newKeySet();
    AtomicLong resultBytes = new AtomicLong();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            executors.add(task.taskInfo().executorId());
            resultBytes.addAndGet(task.taskMetrics().resultSize());
          }
        };
    rows(spark, 100).write().format("omendb").save(dir.resolve("warm").toString());
    spark.sparkContext().addSparkListener(listener);
    long before = liveHeap();
    // Too few rows for a graph in each segment: this test is about where the data goes.
    rows(spark, 120_000)
        .write()
        .format("omendb")
        .option("maxSegmentRows", 4_000)
        .save(dir.resolve("t").toString());
    long grown = liveHeap() - before;
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(listener);

    long data = 120_000L * DIMENSION * Float.BYTES;
    LOG.info(
        "{} bytes of vectors: the driver's heap grew by {}, tasks sent it {}",
        data,
        grown,
        resultBytes);
    assertThat(executors).hasSize(2).doesNotContain("driver");
    assertThat(resultBytes.get()).isLessThan(data / 500);
    assertThat(grown).isLessThan(data / 5);
    Dataset<Row> table = spark.read().format("omendb").load(dir.resolve("t").toString());
    assertThat(table.selectExpr("count(1)", "sum(id)", "sum(double(v[255]))").first())
        .isEqualTo(
            rows(spark, 120_000).selectExpr("count(1)", "sum(id)", "sum(double(v[255]))").first());
  }

  @Test
  void aTableOnHdfsIsWrittenAndReadByExecutors(SparkSession spark, MiniDFSCluster hdfs)
      throws Exception {
    String path = MiniDfs.newDirectory(hdfs);
    rows(spark, 5_000).write().format("omendb").option("segments", 1).save(path);
    rows(spark, 100).write().format("omendb").mode("append").save(path);

    Dataset<Row> table = spark.read().format("omendb").load(path);
    assertThat(table.count()).isEqualTo(5_100);
    assertThat(table.where("id = 77").selectExpr("v[0]", "v[255]").distinct().collectAsList())
        .hasToString("[[78.0,333.0]]");
    spark.read().format("omendb").load(path).createOrReplaceTempView("on_hdfs");
    assertThat(
            spark
                .sql(
                    "SELECT t.id % 100 FROM (SELECT v FROM on_hdfs WHERE id = 42 LIMIT 1) q"
                        + " JOIN on_hdfs t APPROX NEAREST 3 BY DISTANCE vector_l2_distance(q.v, t.v)")
                .distinct()
                .collectAsList())
        .hasToString("[[42]]");
  }
}
