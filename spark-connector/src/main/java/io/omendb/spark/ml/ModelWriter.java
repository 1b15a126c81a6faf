/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import io.omendb.spark.error.MlErrors;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;

/** Saves a model: Spark's metadata of its parameters and a copy of its table. */
final class ModelWriter extends MLWriter {
  static final String INDEX = "index";
  static final String LOCAL_METADATA = "metadata.json";
  static final String LOCAL_INDEX = "index.path";

  private final VamanaNeighborsModel model;

  ModelWriter(VamanaNeighborsModel model) {
    this.model = model;
  }

  @Override
  public void save(String path) throws IOException {
    Path target = IndexFiles.qualified(sparkSession(), new Path(path));
    if (IndexFiles.isBelow(new Path(model.tablePath()), target)) {
      throw MlErrors.savedOntoItself(target.toString());
    }
    super.save(path);
  }

  @Override
  public void saveImpl(String path) {
    SparkSession spark = sparkSession();
    Path target = IndexFiles.qualified(spark, new Path(path, INDEX));
    IndexFiles.copy(spark, model.tablePath(), target);
    DefaultParamsWriter$.MODULE$.saveMetadata(model, path, spark);
  }

  /**
   * Notes the parameters and where the table is, for a server that puts a model aside and needs it
   * again while it runs.
   */
  @Override
  public void saveToLocal(String path) throws IOException {
    java.nio.file.Path directory = Files.createDirectories(java.nio.file.Path.of(path));
    Files.writeString(
        directory.resolve(LOCAL_METADATA),
        DefaultParamsWriter$.MODULE$.getMetadataToSave(model, sparkSession()));
    Files.writeString(directory.resolve(LOCAL_INDEX), model.tablePath());
  }
}
