/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.omendb.spark.error.MlErrors;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Searches whose results are rows of the data frame that a model was fitted with, found again by
 * their id. A row whose vector is not the fitted one is an error, never a wrong distance.
 */
final class LookedUp {
  private static final String QUERY = "__query";
  private static final String FOUND = "__found";

  private final VamanaNeighborsModel model;
  private final Dataset<Row> rows;
  private final DataType vectors;

  /** Looks up rows of {@code fitted}. */
  LookedUp(VamanaNeighborsModel model, Dataset<?> fitted) {
    this.model = model;
    this.rows = fitted.toDF();
    StructType schema = fitted.schema();
    this.vectors = NeighborsSchema.requireVectors(schema, model.getFeaturesCol());
    if (!NeighborsSchema.has(schema, model.getIdCol())) {
      throw MlErrors.noIds(
          "Looking up the fitted rows", model.getIdCol(), NeighborsSchema.columns(schema));
    }
  }

  /** The {@code count} rows nearest to {@code key}, nearest first. */
  Dataset<Row> nearest(Vector key, int count, String distCol) {
    Dataset<Row> query =
        rows.sparkSession()
            .createDataFrame(
                List.of(RowFactory.create(key)),
                new StructType().add(QUERY, SQLDataTypes.VectorType()));
    Dataset<Row> found = searching(count).transform(query);
    Column[] columns = Arrays.stream(rows.columns()).map(this::own).toArray(Column[]::new);
    Column floats = VectorColumns.floats(col(QUERY), SQLDataTypes.VectorType());
    return rows.join(broadcast(found), own(model.getIdCol()).equalTo(col(FOUND + ".id")))
        .withColumn(FOUND, checked(floats, own(model.getFeaturesCol())))
        .select(with(columns, col(FOUND).as(distCol)))
        .orderBy(col(NeighborsSchema.quoted(distCol)))
        .limit(count);
  }

  /** Pairs of a fitted row and one of {@code queries} that are nearer than {@code threshold}. */
  Dataset<Row> pairs(Dataset<?> queries, double threshold, String distCol) {
    DataType type = NeighborsSchema.requireVectors(queries.schema(), model.getFeaturesCol());
    Dataset<Row> asking =
        queries
            .toDF()
            .select(
                struct(col("*")).as("datasetB"),
                col(NeighborsSchema.quoted(model.getFeaturesCol())).as(QUERY));
    Dataset<Row> found = searching(model.getK()).setMaxDistance(threshold).transform(asking);
    Dataset<Row> fitted = rows.select(struct(col("*")).as("datasetA"));
    Column datasetA = col("datasetA");
    Column distance =
        checked(VectorColumns.floats(col(QUERY), type), datasetA.getField(model.getFeaturesCol()));
    return fitted
        .join(found, datasetA.getField(model.getIdCol()).equalTo(col(FOUND + ".id")))
        .select(datasetA, col("datasetB"), distance.as(distCol))
        .filter(col(NeighborsSchema.quoted(distCol)).lt(threshold));
  }

  private VamanaNeighborsModel searching(int count) {
    VamanaNeighborsModel searching = model.copy(ParamMap.empty());
    searching.clear(searching.maxDistance());
    return searching
        .setFeaturesCol(QUERY)
        .setPredictionCol(FOUND)
        .setDistCol("distance")
        .setK(count)
        .setExcludeSelf(false)
        .setOutputMode(NeighborsParamSet.ROWS);
  }

  /** The distance of the found row, if the vector that was looked up has it as well. */
  private Column checked(Column query, Column vector) {
    Column own =
        VectorColumns.distance(
            model.getDistanceMeasure(), query, VectorColumns.floats(vector, vectors));
    Column found = col(FOUND + ".distance");
    Column id = col(FOUND + ".id").cast("string");
    return when(own.eqNullSafe(found), found)
        .otherwise(
            raise_error(concat(lit(MlErrors.otherRow(model.getIdCol())), id)).cast("double"));
  }

  private Column own(String name) {
    return rows.col(NeighborsSchema.quoted(name));
  }

  private static Column[] with(Column[] columns, Column last) {
    Column[] all = Arrays.copyOf(columns, columns.length + 1);
    all[columns.length] = last;
    return all;
  }
}
