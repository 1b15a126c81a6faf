/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import io.omendb.spark.error.MlErrors;
import java.util.UUID;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/** Which model made a column of neighbours, as metadata of the column. */
final class Provenance {
  private static final String KEY = "omendb";

  private Provenance() {}

  /** What tells how the neighbours of {@code model} came about. */
  static Metadata of(VamanaNeighborsModel model) {
    MetadataBuilder made =
        new MetadataBuilder()
            .putString("table", model.tablePath())
            .putString("idType", model.idType().json())
            .putString("featuresCol", model.getFeaturesCol())
            .putString("idCol", model.getIdCol())
            .putString("distCol", model.getDistCol())
            .putString("distanceMeasure", model.getDistanceMeasure())
            .putLong("k", model.getK())
            .putBoolean("excludeSelf", model.getExcludeSelf());
    if (model.isSet(model.maxDistance())) {
      made.putDouble("maxDistance", model.getMaxDistance());
    }
    return new MetadataBuilder().putMetadata(KEY, made.build()).build();
  }

  /** The model that made a column, comparing every pair instead of searching by the index. */
  static VamanaNeighborsModel exactly(StructField column) {
    if (!column.metadata().contains(KEY)) {
      throw MlErrors.noTruth(column.name());
    }
    Metadata made = column.metadata().getMetadata(KEY);
    VamanaNeighborsModel model =
        new VamanaNeighborsModel(
            "exact_" + UUID.randomUUID(),
            made.getString("table"),
            DataType.fromJson(made.getString("idType")),
            null);
    model.set(model.distanceMeasure(), made.getString("distanceMeasure"));
    model
        .setFeaturesCol(made.getString("featuresCol"))
        .setIdCol(made.getString("idCol"))
        .setDistCol(made.getString("distCol"))
        .setK((int) made.getLong("k"))
        .setExcludeSelf(made.getBoolean("excludeSelf"))
        .setMode(NeighborsParamSet.EXACT);
    if (made.contains("maxDistance")) {
      model.setMaxDistance(made.getDouble("maxDistance"));
    }
    return model;
  }
}
