/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Nearest-neighbour search as a Spark ML estimator: {@link #fit} builds a Vamana index over the
 * rows of a data frame (Subramanya et al., DiskANN, NeurIPS 2019), the model finds for other rows
 * the nearest of them. Not thread-safe while parameters are set, like every Spark ML estimator.
 */
public final class VamanaNeighbors extends Estimator<VamanaNeighborsModel>
    implements NeighborsParams<VamanaNeighbors>, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final NeighborsParamSet params;

  /** An estimator with default parameters. */
  public VamanaNeighbors() {
    this(Identifiable.randomUID("vamana"));
  }

  /** An estimator with default parameters and the given identity. */
  public VamanaNeighbors(String uid) {
    this.uid = uid;
    this.params = new NeighborsParamSet(this);
    params.setDefaults(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public NeighborsParamSet paramSet() {
    return params;
  }

  /** Sets {@link #distanceMeasure}. */
  public VamanaNeighbors setDistanceMeasure(String value) {
    set(distanceMeasure(), value);
    return this;
  }

  /** Sets {@link #targetRecall}. */
  public VamanaNeighbors setTargetRecall(double value) {
    set(targetRecall(), value);
    return this;
  }

  /** Sets {@link #maxDegree}. */
  public VamanaNeighbors setMaxDegree(int value) {
    set(maxDegree(), value);
    return this;
  }

  /** Sets {@link #buildListSize}. */
  public VamanaNeighbors setBuildListSize(int value) {
    set(buildListSize(), value);
    return this;
  }

  /** Sets {@link #alpha}. */
  public VamanaNeighbors setAlpha(double value) {
    set(alpha(), value);
    return this;
  }

  /** Sets {@link #pqSubspaces}. */
  public VamanaNeighbors setPqSubspaces(int value) {
    set(pqSubspaces(), value);
    return this;
  }

  /** Sets {@link #numPartitions}. */
  public VamanaNeighbors setNumPartitions(int value) {
    set(numPartitions(), value);
    return this;
  }

  /** Sets {@link #indexPath}. */
  public VamanaNeighbors setIndexPath(String value) {
    set(indexPath(), value);
    return this;
  }

  /** Sets {@link #seed}. */
  public VamanaNeighbors setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /**
   * Builds the index. Its rows must have vectors of one dimension without NULL, NaN and infinity,
   * under cosine also of a length other than zero; no rows at all are fine.
   *
   * @return a model that owns the index
   */
  @Override
  public VamanaNeighborsModel fit(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    transformSchema(schema);
    DataType idType = NeighborsSchema.idType(schema, this);
    Column id =
        NeighborsSchema.has(schema, getIdCol())
            ? col(NeighborsSchema.quoted(getIdCol()))
            : monotonically_increasing_id();
    Column features = col(NeighborsSchema.quoted(getFeaturesCol()));
    DataType vectors = schema.apply(getFeaturesCol()).dataType();
    Dataset<Row> rows =
        dataset.select(
            id.as(NeighborsSchema.ID),
            VectorColumns.floats(features, vectors).as(NeighborsSchema.FEATURES));
    if (getNumPartitions() == 0) {
      rows = rows.coalesce(dataset.sparkSession().sparkContext().defaultParallelism());
    }
    String table =
        IndexFiles.newTable(
            dataset.sparkSession(), isSet(indexPath()) ? getIndexPath() : null, uid);
    rows.write().format("omendb").options(options()).save(table);
    return copyValues(new VamanaNeighborsModel(uid, table, idType).setParent(this), new ParamMap());
  }

  private Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("vectorColumn", NeighborsSchema.FEATURES);
    options.put("metric", VectorColumns.metric(getDistanceMeasure()).optionName());
    options.put("maxDegree", Integer.toString(getMaxDegree()));
    options.put("buildListSize", Integer.toString(getBuildListSize()));
    options.put("alpha", Double.toString(getAlpha()));
    options.put("pqSubspaces", Integer.toString(getPqSubspaces()));
    options.put("targetRecall", Double.toString(getTargetRecall()));
    options.put("seed", Long.toString(getSeed()));
    if (getNumPartitions() > 0) {
      options.put("segments", Integer.toString(getNumPartitions()));
    }
    return options;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return NeighborsSchema.withNeighbors(schema, this, NeighborsSchema.idType(schema, this));
  }

  @Override
  public VamanaNeighbors copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads estimators that were saved. */
  public static MLReader<VamanaNeighbors> read() {
    return new DefaultParamsReader<>();
  }

  /** The estimator that was saved at {@code path}. */
  public static VamanaNeighbors load(String path) {
    return read().load(path);
  }
}
