/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.testing.MiniDfs;
import io.omendb.spark.testing.WithSpark;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is saved is found again: parameters, and a table of its own. */
@WithSpark
@ExtendWith(MiniDfs.class)
class SavedModelTest {
  @TempDir Path dir;

  private SparkSession spark;
  private Dataset<Row> base;
  private Dataset<Row> queries;

  @BeforeEach
  void frames(SparkSession shared) {
    spark = shared.newSession();
    base = VectorData.random(300, 1).frame(spark);
    queries = VectorData.random(20, 2).frame(spark);
  }

  private static String found(VamanaNeighborsModel model, Dataset<Row> queries) {
    return model
        .transform(queries)
        .select("id", "neighbors")
        .orderBy("id")
        .collectAsList()
        .toString();
  }

  private VamanaNeighbors estimator() {
    return new VamanaNeighbors()
        .setIdCol("s")
        .setK(7)
        .setMaxDistance(9.5)
        .setDistanceMeasure("cosine")
        .setIndexPath(dir.resolve("indexes").toString());
  }

  @Test
  void aSavedModelDoesNotNeedItsOriginal() throws Exception {
    VamanaNeighborsModel model = estimator().fit(base);
    String expected = found(model, queries);
    String saved = dir.resolve("model").toString();
    model.write().save(saved);
    assertThat(model.tablePath()).contains("/indexes/" + model.uid());
    org.apache.hadoop.fs.FileUtil.fullyDelete(new File(dir.resolve("indexes").toString()));

    VamanaNeighborsModel loaded = VamanaNeighborsModel.load(saved);
    assertThat(found(loaded, queries)).isEqualTo(expected);
    assertThat(loaded.uid()).isEqualTo(model.uid());
    assertThat(loaded.extractParamMap().toString()).isEqualTo(model.extractParamMap().toString());
    assertThat(loaded.isSet(loaded.distCol())).isFalse();
    assertThat(loaded.tablePath()).isEqualTo("file:" + saved + "/index");
    try (Stream<Path> files = Files.walk(Path.of(saved, "index"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(n -> n.endsWith(".crc"));
    }
    assertThatThrownBy(() -> model.write().save(saved)).hasMessageContaining("already exists");
    assertThatThrownBy(() -> loaded.write().overwrite().save(saved))
        .hasMessageContaining("Save it to another path.");
    assertThat(found(loaded, queries)).isEqualTo(expected);
  }

  @Test
  void aSavedEstimatorAndEvaluatorKeepTheirParameters() throws Exception {
    estimator().write().save(dir.resolve("estimator").toString());
    VamanaNeighbors loaded = VamanaNeighbors.load(dir.resolve("estimator").toString());
    assertThat(loaded.getIdCol()).isEqualTo("s");
    assertThat(loaded.getK()).isEqualTo(7);
    assertThat(loaded.getMaxDistance()).isEqualTo(9.5);
    NeighborsEvaluator evaluator = new NeighborsEvaluator().setK(3);
    evaluator.write().save(dir.resolve("evaluator").toString());
    assertThat(NeighborsEvaluator.load(dir.resolve("evaluator").toString()).getK()).isEqualTo(3);
  }

  @Test
  void aModelPutAsideOnDiskComesBack() throws Exception {
    VamanaNeighborsModel model = estimator().fit(base);
    String aside = dir.resolve("aside").toString();
    model.write().saveToLocal(aside);
    VamanaNeighborsModel back = VamanaNeighborsModel.read().loadFromLocal(aside);
    assertThat(found(back, queries)).isEqualTo(found(model, queries));
    assertThat(back.tablePath()).isEqualTo(model.tablePath());
    assertThat(model.estimatedSize()).isLessThan(100_000);
  }

  @Test
  void pipelinesWithItAreSavedWhole() throws Exception {
    Dataset<Row> columns =
        base.selectExpr("id", "features[0] AS x", "features[1] AS y", "features[2] AS z");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(new String[] {"x", "y", "z"})
                      .setOutputCol("features"),
                  new VamanaNeighbors().setK(3).setExcludeSelf(true)
                });
    pipeline.write().save(dir.resolve("pipeline").toString());
    PipelineModel fitted = Pipeline.load(dir.resolve("pipeline").toString()).fit(columns);
    fitted.write().save(dir.resolve("fitted").toString());
    PipelineModel loaded = PipelineModel.load(dir.resolve("fitted").toString());

    assertThat(loaded.transform(columns).orderBy("id").collectAsList().toString())
        .isEqualTo(fitted.transform(columns).orderBy("id").collectAsList().toString());
    assertThat(loaded.transform(columns).filter("size(neighbors) = 3").count()).isEqualTo(300);
  }

  @Test
  void relativeAndFullyQualifiedPathsNameTheSameModel() throws Exception {
    VamanaNeighborsModel model = estimator().fit(base);
    String expected = found(model, queries);
    Path relative =
        Path.of("").toAbsolutePath().relativize(dir.resolve("relative").toAbsolutePath());
    model.write().save(relative.toString());
    for (String path : List.of(relative.toString(), dir.resolve("relative").toUri().toString())) {
      assertThat(found(VamanaNeighborsModel.load(path), queries)).isEqualTo(expected);
    }
  }

  @Test
  @Tag("slow")
  void modelsLiveOnHdfs(MiniDFSCluster hdfs) throws Exception {
    String root = MiniDfs.newDirectory(hdfs);
    VamanaNeighborsModel model = estimator().setIndexPath(root + "/indexes").fit(base);
    String expected = found(model, queries);
    model.write().save(root + "/model");
    model.write().save(dir.resolve("from-hdfs").toString());
    assertThat(found(VamanaNeighborsModel.load(root + "/model"), queries)).isEqualTo(expected);
    VamanaNeighborsModel local = VamanaNeighborsModel.load(dir.resolve("from-hdfs").toString());
    assertThat(found(local, queries)).isEqualTo(expected);
    local.write().save(root + "/back");
    assertThat(found(VamanaNeighborsModel.load(root + "/back"), queries)).isEqualTo(expected);
  }

  @Test
  @Tag("slow")
  void anotherJvmLoadsWhatThisOneSaved() throws Exception {
    VamanaNeighborsModel model = estimator().fit(base);
    model.write().save(dir.resolve("model").toString());
    queries.write().parquet(dir.resolve("queries").toString());
    Path log = dir.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Reader.class.getName(),
            dir.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    assertThat(Files.readString(dir.resolve("answer"))).isEqualTo(found(model, queries));
    assertThat(Path.of(Files.readString(dir.resolve("temporary")))).doesNotExist();
  }

  /** The other process. */
  public static final class Reader {
    private Reader() {}

    /** Loads {@code args[0]/model} and writes what it finds; fits a model of its own, too. */
    public static void main(String[] args) throws Exception {
      SparkSession spark =
          SparkSession.builder()
              .master("local[1]")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .getOrCreate();
      Path dir = Path.of(args[0]);
      Dataset<Row> queries = spark.read().parquet(dir.resolve("queries").toString());
      VamanaNeighborsModel model = VamanaNeighborsModel.load(dir.resolve("model").toString());
      Files.writeString(dir.resolve("answer"), found(model, queries));
      String temporary = new VamanaNeighbors().fit(queries).tablePath();
      Path table = Path.of(temporary.replaceFirst("^file:/*", "/"));
      if (!Files.isDirectory(table)) {
        throw new IllegalStateException("no table at " + table);
      }
      Files.writeString(dir.resolve("temporary"), table.getParent().toString());
      spark.stop();
    }
  }
}
