/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.xxhash64;

import io.omendb.spark.error.MlErrors;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches whose results are rows of a data frame, as Spark's LSH models have them. What the index
 * finds is found again in the data frame by its vector, so rows need no ids; the distance of each
 * result is computed from the row itself.
 */
final class LookedUp {
  private static final Logger LOG = LoggerFactory.getLogger(LookedUp.class);
  private static final String QUERY = "__query";
  private static final String FOUND = "__found";
  private static final String KEY = "__key";
  private static final String DISTANCE = "distance";

  private final VamanaNeighborsModel model;
  private final Dataset<Row> rows;
  private final DataType type;

  /** Looks up rows of {@code rows}. */
  LookedUp(VamanaNeighborsModel model, Dataset<?> rows) {
    model.tablePath();
    this.model = model;
    this.rows = rows.toDF();
    this.type = NeighborsSchema.requireVectors(rows.schema(), model.getFeaturesCol());
  }

  /** The {@code count} rows nearest to {@code key}, nearest first. */
  Dataset<Row> nearest(Vector key, int count, String distCol) {
    float[] floats = new float[key.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) key.apply(i);
    }
    VamanaNeighborsModel searching = searching(model).setK(count);
    Column own = VectorColumns.distance(model.getDistanceMeasure(), lit(floats), vectors());
    Dataset<Row> candidates = rows;
    if (NeighborsSchema.has(rows.schema(), model.getIdCol()) && model.fittedWith(rows)) {
      Dataset<Row> query = rows.sparkSession().range(1).select(lit(floats).as(QUERY));
      Dataset<Row> found =
          searching
              .neighbors(query, model.table(rows.sparkSession()), count, Double.POSITIVE_INFINITY)
              .select(explode(col(FOUND).getField(NeighborsSchema.ID)).as(KEY));
      Column id = col(NeighborsSchema.quoted(model.getIdCol()));
      candidates = rows.join(broadcast(found), id.equalTo(col(KEY)), "left_semi");
    }
    Column distance = col(NeighborsSchema.quoted(distCol));
    return candidates
        .withColumn(distCol, own)
        .filter(distance.isNotNull())
        .orderBy(distance)
        .limit(count);
  }

  /** All pairs of a row and one of {@code queries} that are nearer than {@code threshold}. */
  Dataset<Row> pairs(Dataset<?> queries, double threshold, String distCol) {
    if (Double.isNaN(threshold)) {
      throw MlErrors.notAThreshold();
    }
    String features = model.getFeaturesCol();
    DataType queryType = NeighborsSchema.requireVectors(queries.schema(), features);
    VamanaNeighborsModel index = model.fittedWith(rows) || covers() ? model : fittedAnew();
    Dataset<Row> table = index.table(rows.sparkSession());
    Dataset<Row> keyed =
        table.select(
            xxhash64(col(NeighborsSchema.FEATURES)).as(NeighborsSchema.ID),
            col(NeighborsSchema.FEATURES));
    Dataset<Row> asking =
        queries
            .toDF()
            .select(
                struct(col("*")).as("datasetB"), col(NeighborsSchema.quoted(features)).as(QUERY));
    Column near = filter(col(FOUND), n -> n.getField(DISTANCE).lt(threshold));
    Dataset<Row> found =
        searching(index)
            .neighbors(asking, keyed, Integer.MAX_VALUE, threshold)
            .select(col("datasetB"), explode(array_distinct(near)).as(FOUND));
    Dataset<Row> fitted = rows.select(struct(col("*")).as("datasetA"), xxhash64(vectors()).as(KEY));
    Column own =
        VectorColumns.distance(
            model.getDistanceMeasure(),
            VectorColumns.floats(col("datasetB").getField(features), queryType),
            VectorColumns.floats(col("datasetA").getField(features), type));
    Column distance = col(FOUND).getField(DISTANCE);
    return fitted
        .join(found, col(KEY).equalTo(col(FOUND).getField(NeighborsSchema.ID)))
        .filter(own.eqNullSafe(distance))
        .select(col("datasetA"), col("datasetB"), distance.as(distCol));
  }

  /** Whether the index has the vectors of all rows. */
  private boolean covers() {
    Dataset<Row> table = model.table(rows.sparkSession());
    return rows.select(xxhash64(vectors()).as(KEY))
        .join(
            table.select(xxhash64(col(NeighborsSchema.FEATURES)).as(KEY)),
            new String[] {KEY},
            "left_anti")
        .isEmpty();
  }

  /** A model whose index has the vectors of the rows. */
  private VamanaNeighborsModel fittedAnew() {
    LOG.info(
        "The first data frame has rows that {} was not fitted with; fitting them.", model.uid());
    VamanaNeighbors estimator =
        model.parent() instanceof VamanaNeighbors fitted
            ? fitted.copy(ParamMap.empty())
            : new VamanaNeighbors();
    model.copyValues(estimator, ParamMap.empty()).setPredictionCol(FOUND).setDistCol(DISTANCE);
    estimator.clear(estimator.idCol());
    return estimator.fit(rows.select(col(NeighborsSchema.quoted(model.getFeaturesCol()))));
  }

  private static VamanaNeighborsModel searching(VamanaNeighborsModel model) {
    return model
        .copy(ParamMap.empty())
        .setFeaturesCol(QUERY)
        .setPredictionCol(FOUND)
        .setDistCol(DISTANCE);
  }

  private Column vectors() {
    return VectorColumns.floats(col(NeighborsSchema.quoted(model.getFeaturesCol())), type);
  }
}
