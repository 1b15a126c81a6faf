/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.MiniDfs;
import io.omendb.spark.testing.WithLocalCluster;
import java.nio.file.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Executors in processes of their own whose tasks take two cores each. */
@WithLocalCluster(cpusPerTask = 2)
@ExtendWith(MiniDfs.class)
@Tag("slow")
class ClusteredModelTest {
  @TempDir Path dir;

  private static String found(VamanaNeighborsModel model, Dataset<Row> queries) {
    return model
        .transform(queries)
        .select("id", "neighbors")
        .orderBy("id")
        .collectAsList()
        .toString();
  }

  @Test
  void tasksOfSeveralCoresFitSaveLoadAndTransform(SparkSession spark, MiniDFSCluster hdfs)
      throws Exception {
    assertThat(spark.conf().get("spark.task.cpus")).isEqualTo("2");
    Dataset<Row> base = VectorData.random(500, 1).frame(spark).repartition(4);
    Dataset<Row> queries = VectorData.random(30, 2).frame(spark).repartition(3);
    VamanaNeighborsModel model = new VamanaNeighbors().setIdCol("s").setK(4).fit(base);
    String expected = found(model, queries);
    assertThat(
            found(model.copy(new org.apache.spark.ml.param.ParamMap()).setMode("exact"), queries))
        .isEqualTo(expected);
    for (String path : new String[] {dir.resolve("m").toString(), MiniDfs.newDirectory(hdfs)}) {
      model.write().overwrite().save(path);
      assertThat(found(VamanaNeighborsModel.load(path), queries)).isEqualTo(expected);
    }
  }
}
