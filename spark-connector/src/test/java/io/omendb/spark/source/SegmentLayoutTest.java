/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableLog;
import io.omendb.spark.table.TableVersion;
import io.omendb.spark.testing.WithSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

@WithSpark
class SegmentLayoutTest {

  @TempDir Path dir;

  private String path() {
    return dir.resolve("t").toString();
  }

  private TableVersion latest() {
    return new TableLog(new Configuration(), path()).current();
  }

  private static Dataset<Row> rows(SparkSession spark, int count, int partitions) {
    return spark.sql(
        "SELECT id, array(float(id), float(id * id), 1F) AS v FROM range(0, %d, 1, %d)"
            .formatted(count, partitions));
  }

  private List<Integer> segmentRows() {
    return latest().segments().stream().map(SegmentEntry::rows).toList();
  }

  @Test
  void aPartitionWithRowsMakesOneSegment(SparkSession spark) {
    rows(spark, 100, 5).where("id < 45 OR id >= 90").write().format("omendb").save(path());

    assertThat(segmentRows()).containsExactly(20, 20, 5, 10);
    assertThat(spark.read().format("omendb").load(path()).rdd().getNumPartitions()).isEqualTo(4);
  }

  @Test
  void theOptionSegmentsSetsTheirNumber(SparkSession spark) {
    rows(spark, 1000, 7).write().format("omendb").option("segments", 3).save(path());

    assertThat(segmentRows()).hasSize(3).allSatisfy(n -> assertThat(n).isBetween(320, 347));
    assertThat(latest().rows()).isEqualTo(1000);
  }

  @Test
  void aTaskStartsANewSegmentWhenOneIsFull(SparkSession spark) throws IOException {
    rows(spark, 1000, 1).write().format("omendb").option("maxSegmentRows", 300).save(path());

    assertThat(segmentRows()).containsExactly(300, 300, 300, 100);
    assertThat(spark.read().format("omendb").load(path()).selectExpr("sum(id)").first().getLong(0))
        .isEqualTo(499_500);
    try (Stream<Path> files = Files.walk(dir)) {
      assertThat(files.map(Path::toString))
          .noneMatch(name -> name.endsWith(".crc") || name.endsWith(".part"));
    }
  }

  @Test
  void aSessionMayLimitTheMemoryOfABuild(SparkSession shared) {
    SparkSession spark = shared.newSession();
    spark.conf().set("spark.omendb.write.maxSegmentBytes", "4m");
    rows(spark, 30_000, 1).write().format("omendb").save(path());

    assertThat(segmentRows().size()).isGreaterThan(1);
    assertThat(latest().rows()).isEqualTo(30_000);
  }

  @Test
  void aWriteCountsWhatItDoes(SparkSession spark) throws Exception {
    Map<String, Long> sums = new ConcurrentHashMap<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            CollectionConverters.asJava(task.taskInfo().accumulables())
                .forEach(
                    a ->
                        sums.merge(
                            a.name().getOrElse(() -> ""),
                            Long.parseLong(a.update().get().toString()),
                            Long::sum));
          }
        };
    spark.sparkContext().addSparkListener(listener);
    rows(spark, 1000, 2).write().format("omendb").option("maxSegmentRows", 300).save(path());
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(listener);

    assertThat(sums)
        .containsEntry("rows written into segments", 1000L)
        .containsEntry("segments built", 4L)
        .containsEntry("bytes of segment and payload files", latest().bytes())
        .containsKey("time to build segments in all tasks (ms)");
  }

  @Test
  void noRowsMakeATableWithoutSegments(SparkSession spark) {
    rows(spark, 0, 3).write().format("omendb").save(path());
    Dataset<Row> empty = spark.read().format("omendb").load(path());

    assertThat(empty.collectAsList()).isEmpty();
    assertThat(empty.count()).isZero();
    assertThat(latest().config().dimension()).isZero();
    rows(spark, 10, 2).write().format("omendb").mode("append").save(path());
    assertThat(latest().config().dimension()).isEqualTo(3);
    rows(spark, 0, 1).write().format("omendb").mode("append").save(path());
    assertThat(latest().version()).isEqualTo(3);
    assertThat(spark.read().format("omendb").load(path()).count()).isEqualTo(10);
    spark
        .emptyDataFrame()
        .selectExpr("CAST(NULL AS ARRAY<FLOAT>) AS v")
        .limit(0)
        .write()
        .format("omendb")
        .mode("overwrite")
        .save(path());
    assertThat(spark.read().format("omendb").load(path()).columns()).containsExactly("v");
  }

  @Test
  void aTableOfVectorsAloneHasNoPayload(SparkSession spark) {
    rows(spark, 10, 1).select("v").write().format("omendb").save(path());

    assertThat(dir.resolve("t/pay")).doesNotExist();
    Dataset<Row> table = spark.read().format("omendb").load(path());
    assertThat(table.selectExpr("v[0]", "_ordinal").where("v[1] = 49").collectAsList())
        .hasToString("[[7.0,7]]");
    assertThat(table.count()).isEqualTo(10);
  }

  @Test
  void optionsAreStoredWithTheTable(SparkSession spark) {
    rows(spark, 10, 1)
        .write()
        .format("omendb")
        .option("METRIC", "Inner_Product")
        .option("maxDegree", 128)
        .option("alpha", 1.4)
        .option("seed", 7)
        .option("targetRecall", 0.9)
        .save(path());

    assertThat(TableOptions.properties(latest().config()))
        .containsEntry("vectorColumn", "v")
        .containsEntry("metric", "inner_product")
        .containsEntry("maxDegree", "128")
        .containsEntry("buildListSize", "128")
        .containsEntry("alpha", "1.4")
        .containsEntry("seed", "7")
        .containsEntry("targetRecall", "0.9");
  }

  @Test
  void aWriteWithATransactionIsDoneOnce(SparkSession spark) {
    for (int attempt = 0; attempt < 2; attempt++) {
      for (long version : new long[] {1, 2}) {
        rows(spark, 10, 1)
            .write()
            .format("omendb")
            .mode("append")
            .option("txnAppId", "job")
            .option("txnVersion", version)
            .save(path());
      }
    }
    assertThat(latest().version()).isEqualTo(2);
    assertThat(spark.read().format("omendb").load(path()).count()).isEqualTo(20);
  }
}
