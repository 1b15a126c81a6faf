/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nearest-neighbour search as a Spark ML estimator: {@link #fit} builds a Vamana index over the
 * rows of a data frame (Subramanya et al., DiskANN, NeurIPS 2019), the model finds for other rows
 * the nearest of them. Not thread-safe while parameters are set, like every Spark ML estimator.
 */
public final class VamanaNeighbors extends Estimator<VamanaNeighborsModel>
    implements NeighborsParams<VamanaNeighbors>, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(VamanaNeighbors.class);

  private final String uid;
  private final NeighborsParamSet params;
  private final BuildParamSet build;

  /** An estimator with default parameters. */
  public VamanaNeighbors() {
    this(Identifiable.randomUID("vamana"));
  }

  /** An estimator with default parameters and the given identity. */
  public VamanaNeighbors(String uid) {
    this.uid = uid;
    this.params = new NeighborsParamSet(this);
    this.build = new BuildParamSet(this);
    params.setDefaults(this);
    build.setDefaults(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public NeighborsParamSet paramSet() {
    return params;
  }

  @Override
  public Param<?>[] params() {
    return NeighborsParamSet.distinct(super.params());
  }

  /** Out-degree bound of the graph. */
  public IntParam maxDegree() {
    return build.maxDegree;
  }

  /** Beam width of the build. */
  public IntParam buildListSize() {
    return build.buildListSize;
  }

  /** Pruning slack on squared distances. */
  public DoubleParam alpha() {
    return build.alpha;
  }

  /** Bytes of the compressed code of a vector; 0 chooses from the dimension. */
  public IntParam pqSubspaces() {
    return build.pqSubspaces;
  }

  /** Segments of the index; 0 for one per partition, at most one per core. */
  public IntParam numPartitions() {
    return build.numPartitions;
  }

  /** Directory under which fitting makes the index; a temporary one when not set. */
  public Param<String> indexPath() {
    return build.indexPath;
  }

  /** Seed of every random choice of the build. */
  public LongParam seed() {
    return build.seed;
  }

  /** Value of {@link #maxDegree}. */
  public int getMaxDegree() {
    return (Integer) $(maxDegree());
  }

  /** Value of {@link #buildListSize}. */
  public int getBuildListSize() {
    return (Integer) $(buildListSize());
  }

  /** Value of {@link #alpha}. */
  public double getAlpha() {
    return (Double) $(alpha());
  }

  /** Value of {@link #pqSubspaces}. */
  public int getPqSubspaces() {
    return (Integer) $(pqSubspaces());
  }

  /** Value of {@link #numPartitions}. */
  public int getNumPartitions() {
    return (Integer) $(numPartitions());
  }

  /** Value of {@link #indexPath}. */
  public String getIndexPath() {
    return $(indexPath());
  }

  /** Value of {@link #seed}. */
  public long getSeed() {
    return (Long) $(seed());
  }

  /** Sets {@link #distanceMeasure}. */
  public VamanaNeighbors setDistanceMeasure(String value) {
    set(distanceMeasure(), value);
    return this;
  }

  /** Sets {@link #bucketLength}, which has no effect. */
  public VamanaNeighbors setBucketLength(double value) {
    set(bucketLength(), value);
    return this;
  }

  /** Sets {@link #numHashTables}, which has no effect. */
  public VamanaNeighbors setNumHashTables(int value) {
    set(numHashTables(), value);
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
    if (isSet(bucketLength()) || isSet(numHashTables())) {
      LOG.info(
          "bucketLength and numHashTables have no effect on {}: it builds a graph, no hash tables.",
          uid);
    }
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
    VamanaNeighborsModel model = new VamanaNeighborsModel(uid, table, idType, dataset);
    return copyValues(model.setParent(this), new ParamMap());
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
