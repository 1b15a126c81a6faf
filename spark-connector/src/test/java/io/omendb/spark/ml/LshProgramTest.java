/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.WithSpark;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program written for Spark's LSH, compiled as it is and with other class names. */
@WithSpark
class LshProgramTest {
  /** The points are those of the example in Spark's guide. */
  private static final String PROGRAM =
      """
      import static org.apache.spark.sql.functions.col;

      import java.util.ArrayList;
      import java.util.HashMap;
      import java.util.List;
      import java.util.Map;
      import org.apache.spark.ml.Pipeline;
      import org.apache.spark.ml.PipelineStage;
      import org.apache.spark.ml.feature.BucketedRandomProjectionLSH;
      import org.apache.spark.ml.feature.BucketedRandomProjectionLSHModel;
      import org.apache.spark.ml.linalg.SQLDataTypes;
      import org.apache.spark.ml.linalg.Vector;
      import org.apache.spark.ml.linalg.Vectors;
      import org.apache.spark.ml.param.ParamMap;
      import org.apache.spark.sql.Dataset;
      import org.apache.spark.sql.Row;
      import org.apache.spark.sql.RowFactory;
      import org.apache.spark.sql.SparkSession;
      import org.apache.spark.sql.types.DataTypes;
      import org.apache.spark.sql.types.StructType;

      public final class Program {
        public static Map<String, List<String>> run(SparkSession spark, String path) throws Exception {
          Dataset<Row> left = points(spark, 0, new double[][] {{1, 1}, {1, -1}, {-1, -1}, {-1, 1}});
          Dataset<Row> right = points(spark, 4, new double[][] {{1, 0}, {-1, 0}, {0, 1}, {0, -1}});
          Vector key = Vectors.dense(1.0, 0.0);
          BucketedRandomProjectionLSH lsh = new BucketedRandomProjectionLSH()
              .setBucketLength(2.0)
              .setNumHashTables(3)
              .setInputCol("features")
              .setOutputCol("hashes")
              .setSeed(5L);
          BucketedRandomProjectionLSHModel model = lsh.fit(left);
          Dataset<Row> transformedLeft = model.transform(left);
          Dataset<Row> transformedRight = model.transform(right);
          Map<String, List<String>> out = new HashMap<>();
          out.put("columns", List.of(transformedLeft.columns()));
          out.put("join", pairs(model.approxSimilarityJoin(left, right, 1.5, "far")));
          out.put("join transformed",
              pairs(model.approxSimilarityJoin(transformedLeft, transformedRight, 1.5, "far")));
          out.put("join reversed", pairs(model.approxSimilarityJoin(right, left, 1.5, "far")));
          out.put("join without ids", List.of(String.valueOf(
              model.approxSimilarityJoin(left.drop("id"), right.drop("id"), 1.5).count())));
          out.put("nearest", ids(model.approxNearestNeighbors(left, key, 2)));
          out.put("nearest transformed", ids(model.approxNearestNeighbors(transformedLeft, key, 2, "far")));
          out.put("nearest of others", ids(model.approxNearestNeighbors(right, key, 1)));
          model.write().overwrite().save(path);
          BucketedRandomProjectionLSHModel loaded = BucketedRandomProjectionLSHModel.load(path);
          loaded.setInputCol("features").setOutputCol("other");
          out.put("loaded", pairs(loaded.approxSimilarityJoin(left, right, 1.5, "far")));
          out.put("loaded nearest", ids(loaded.approxNearestNeighbors(left, key, 2)));
          out.put("parameters", List.of(
              lsh.getInputCol(), lsh.getOutputCol(), String.valueOf(lsh.getBucketLength()),
              String.valueOf(lsh.getNumHashTables()), String.valueOf(lsh.getSeed()),
              String.valueOf(loaded.getNumHashTables()), String.valueOf(loaded.getBucketLength()),
              loaded.getInputCol(), loaded.getOutputCol()));
          ParamMap given = new ParamMap().put(lsh.numHashTables().w(1)).put(lsh.outputCol().w("given"))
              .put(lsh.bucketLength().w(4.0)).put(lsh.inputCol().w("features"));
          out.put("given", List.of(lsh.fit(left, given).transform(left).columns()));
          out.put("pipeline", List.of(new Pipeline().setStages(new PipelineStage[] {lsh})
              .fit(left).transform(right).columns()));
          return out;
        }

        private static Dataset<Row> points(SparkSession spark, int first, double[][] points) {
          List<Row> rows = new ArrayList<>();
          for (int i = 0; i < points.length; i++) {
            rows.add(RowFactory.create(first + i, Vectors.dense(points[i])));
          }
          return spark.createDataFrame(rows, new StructType()
              .add("id", DataTypes.IntegerType).add("features", SQLDataTypes.VectorType()));
        }

        private static List<String> pairs(Dataset<?> found) {
          return strings(found.toDF().select(
              col("datasetA.id"), col("datasetB.id"), col("far")).orderBy("far"));
        }

        private static List<String> ids(Dataset<?> found) {
          return strings(found.toDF().select(col("id")));
        }

        private static List<String> strings(Dataset<Row> rows) {
          return rows.collectAsList().stream().map(Row::toString).sorted().toList();
        }
      }
      """;

  @TempDir Path dir;

  @SuppressWarnings("unchecked")
  private Map<String, List<String>> run(SparkSession spark, String name, String source)
      throws Exception {
    Path classes = Files.createDirectory(dir.resolve(name));
    Path file = Files.writeString(classes.resolve("Program.java"), source);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-d", classes.toString(), "-cp", classPath),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      return (Map<String, List<String>>)
          loader
              .loadClass("Program")
              .getMethod("run", SparkSession.class, String.class)
              .invoke(null, spark, classes.resolve("model").toString());
    }
  }

  @Test
  void itRunsWithOtherClassNamesAndFindsAllThatIsNear(SparkSession shared) throws Exception {
    SparkSession spark = shared.newSession();
    Map<String, List<String>> theirs = run(spark, "theirs", PROGRAM);
    Map<String, List<String>> ours =
        run(
            spark,
            "ours",
            PROGRAM
                .replace("org.apache.spark.ml.feature.Bucketed", "io.omendb.spark.ml.Bucketed")
                .replace("BucketedRandomProjectionLSHModel", "VamanaNeighborsModel")
                .replace("BucketedRandomProjectionLSH", "VamanaNeighbors"));
    List<String> all =
        List.of(
            "[0,4,1.0]",
            "[0,6,1.0]",
            "[1,4,1.0]",
            "[1,7,1.0]",
            "[2,5,1.0]",
            "[2,7,1.0]",
            "[3,5,1.0]",
            "[3,6,1.0]");
    for (String join : List.of("join", "join transformed", "loaded")) {
      assertThat(ours.get(join)).as(join).isEqualTo(all);
      assertThat(all).containsAll(theirs.get(join));
    }
    assertThat(ours.get("join reversed")).hasSize(8).contains("[4,0,1.0]", "[7,2,1.0]");
    assertThat(ours.get("join without ids")).containsExactly("8");
    for (String same :
        List.of(
            "columns",
            "nearest",
            "nearest transformed",
            "nearest of others",
            "loaded nearest",
            "parameters",
            "given",
            "pipeline")) {
      assertThat(ours.get(same)).as(same).isEqualTo(theirs.get(same));
    }
  }
}
