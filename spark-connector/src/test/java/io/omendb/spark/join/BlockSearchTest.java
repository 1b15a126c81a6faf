/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.vector.Metric;
import io.omendb.spark.exec.QueryBlock;
import io.omendb.spark.exec.SegmentFile;
import io.omendb.spark.exec.TopKMerger;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableLog;
import io.omendb.spark.table.TableVersion;
import io.omendb.spark.testing.WithSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithSpark
class BlockSearchTest {
  private static final int ROWS = 5_000;

  @TempDir Path directory;

  private SparkSession spark;
  private TaskContextImpl task;
  private KnnMetrics metrics;

  @BeforeEach
  void writeTable(SparkSession shared) {
    spark = shared;
    task = TaskContext$.MODULE$.empty();
    metrics = KnnMetrics.create(spark.sparkContext());
    spark
        .range(0, ROWS, 1, 1)
        .selectExpr("array(CAST(id AS FLOAT), 0F) AS v")
        .write()
        .format("omendb")
        .option("segments", "1")
        .save(directory.resolve("t").toString());
  }

  private KnnTable table(int listSize) {
    String root = directory.resolve("t").toUri().toString();
    TableVersion version = new TableLog(new Configuration(), root).current();
    List<SegmentFile> files = new ArrayList<>();
    for (SegmentEntry segment : version.segments()) {
      files.add(new SegmentFile(root, version.tableId(), segment));
    }
    int[] listSizes = new int[files.size()];
    Arrays.fill(listSizes, listSize);
    return new KnnTable(
        new KnnSpec(VectorFunction.L2_DISTANCE, 3, true, false, 0),
        "v",
        2,
        Metric.L2,
        files,
        listSizes,
        null,
        null,
        Scala.seq(List.of()),
        Scala.seq(List.of()),
        false,
        new SerializableConfiguration(new Configuration()));
  }

  private static QueryBlock queries(float... firsts) {
    QueryBlock block = new QueryBlock(2, Metric.L2);
    for (float first : firsts) {
      block.add(UnsafeArrayData.fromPrimitiveArray(new float[] {first, 0}));
    }
    return block;
  }

  @Test
  void walkingAndScanningFindTheSameRows() throws IOException {
    for (int listSize : new int[] {0, 64}) {
      TopKMerger merger = new TopKMerger();
      new BlockSearch(table(listSize), metrics, task).search(queries(17.2f, 4000), merger, "");
      assertThat(merger.ordinal(0, 0)).isEqualTo(17);
      assertThat(merger.ordinal(0, 1)).isEqualTo(18);
      assertThat(merger.ordinal(1, 0)).isEqualTo(4000);
      assertThat(merger.size(1)).isEqualTo(3);
    }
    assertThat(metrics.queries().value()).isEqualTo(4L);
    assertThat(metrics.segments().value()).isEqualTo(2L);
    assertThat((Long) metrics.hops().value()).isPositive();
  }

  @Test
  void aKilledTaskStopsBetweenQueries() {
    task.markInterrupted("no longer needed");
    for (int listSize : new int[] {0, 64}) {
      BlockSearch search = new BlockSearch(table(listSize), metrics, task);
      assertThatThrownBy(() -> search.search(queries(1, 2), new TopKMerger(), "id=7"))
          .isInstanceOf(TaskKilledException.class);
    }
    BlockSearch search = new BlockSearch(table(0), metrics, task);
    assertThatThrownBy(() -> search.search(queries(Float.NaN), new TopKMerger(), "id=7"))
        .isInstanceOf(TaskKilledException.class);
  }
}
