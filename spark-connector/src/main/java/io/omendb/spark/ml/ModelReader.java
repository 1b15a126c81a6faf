/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataType;
import scala.Option;

/** Reads what {@link ModelWriter} saved. */
final class ModelReader extends MLReader<VamanaNeighborsModel> {
  private static final String CLASS = VamanaNeighborsModel.class.getName();

  @Override
  public VamanaNeighborsModel load(String path) {
    Path index = IndexFiles.qualified(sparkSession(), new Path(path, ModelWriter.INDEX));
    return model(
        DefaultParamsReader$.MODULE$.loadMetadata(path, sparkSession(), CLASS), index.toString());
  }

  @Override
  public VamanaNeighborsModel loadFromLocal(String path) {
    java.nio.file.Path directory = java.nio.file.Path.of(path);
    try {
      return model(
          DefaultParamsReader$.MODULE$.parseMetadata(
              Files.readString(directory.resolve(ModelWriter.LOCAL_METADATA)), CLASS),
          Files.readString(directory.resolve(ModelWriter.LOCAL_INDEX)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private VamanaNeighborsModel model(DefaultParamsReader.Metadata metadata, String table) {
    DataType idType =
        sparkSession()
            .read()
            .format("omendb")
            .load(table)
            .schema()
            .apply(NeighborsSchema.ID)
            .dataType();
    VamanaNeighborsModel model = new VamanaNeighborsModel(metadata.uid(), table, idType, null);
    metadata.getAndSetParams(model, Option.empty());
    return model;
  }
}
