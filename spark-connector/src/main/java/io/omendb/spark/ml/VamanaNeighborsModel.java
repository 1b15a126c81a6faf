/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.slice;
import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.index.vector.Metric;
import io.omendb.spark.error.MlErrors;
import io.omendb.spark.sql.KnnFrames;
import io.omendb.spark.sql.NeighborColumn;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Finds for each row the nearest of the rows it was fitted with. {@link #transform} adds an array
 * of {@code struct<id, distance>}, best first, to every row: exactly one output row per input row,
 * with an empty array where a row has no vector, no direction under cosine, or no neighbour. Works
 * on streams, too.
 *
 * <p>The model owns an OmenDB table, {@link #tablePath}. A temporary one is deleted when the JVM
 * that fitted it ends; {@link #write} copies it. Searches may run in several threads; setting
 * parameters may not.
 */
public final class VamanaNeighborsModel extends Model<VamanaNeighborsModel>
    implements NeighborsParams<VamanaNeighborsModel>, MLWritable {
  private static final long serialVersionUID = 1L;
  private static final int MOST = Integer.MAX_VALUE;

  private final String uid;
  private final String tablePath;
  private final DataType idType;
  private final NeighborsParamSet params;

  /** What it was fitted with; null when that is not known any more. */
  private final transient Dataset<?> fitted;

  /** Made by Spark to learn of the class; has no index. */
  public VamanaNeighborsModel() {
    this(Identifiable.randomUID("vamana"));
  }

  /** Made by Spark to learn of the parameters; has no index. */
  public VamanaNeighborsModel(String uid) {
    this(uid, null, null, null);
  }

  /**
   * A model with default parameters.
   *
   * @param tablePath qualified path of its table, with the columns of {@link NeighborsSchema}
   * @param idType type of the ids there
   * @param fitted the rows that are in the table; null when they are not known
   */
  VamanaNeighborsModel(String uid, String tablePath, DataType idType, Dataset<?> fitted) {
    this.uid = uid;
    this.tablePath = tablePath;
    this.idType = idType;
    this.fitted = fitted;
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

  @Override
  public Param<?>[] params() {
    return NeighborsParamSet.distinct(super.params());
  }

  /**
   * Path of the table with the columns {@code id} and {@code features}, to be read with {@code
   * format("omendb")}.
   */
  public String tablePath() {
    if (tablePath == null) {
      throw MlErrors.notFitted();
    }
    return tablePath;
  }

  /**
   * Adds the neighbours. With {@code outputMode} rows the result has instead one row per neighbour,
   * a struct, and none where there is no neighbour.
   *
   * @throws io.omendb.spark.error.OmenException when a column is missing or of a wrong type; tasks
   *     throw it when a vector has another dimension than the fitted ones
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    String name = getPredictionCol();
    double reach = isSet(maxDistance()) ? getMaxDistance() : Double.POSITIVE_INFINITY;
    Dataset<Row> found =
        neighbors(dataset, table(dataset.sparkSession()), (int) Math.min(MOST, wanted()), reach);
    Column neighbors = narrowed(col(NeighborsSchema.quoted(name)));
    if (getOutputMode().equals(NeighborsParamSet.ROWS)) {
      return found.withColumn(name, explode(neighbors));
    }
    return found.withColumn(name, neighbors.as(name, Provenance.of(this)));
  }

  /** Rows that a search has to find, so that {@code k} are left without the asking row. */
  private long wanted() {
    return getExcludeSelf() ? getK() + 1L : getK();
  }

  /** The table, whose vectors are compared as the parameters say. */
  Dataset<Row> table(SparkSession spark) {
    Dataset<Row> table = spark.read().format("omendb").load(tablePath());
    Metric metric = KnnFrames.metric(table);
    if (VectorColumns.metric(getDistanceMeasure()) != metric) {
      throw MlErrors.fixedByFit(
          "distanceMeasure", getDistanceMeasure(), VectorColumns.distanceMeasure(metric));
    }
    return table;
  }

  /**
   * Adds the {@code k} nearest rows of {@code table} to each row, of those that are farther than
   * {@code reach} perhaps not all.
   *
   * @param table the model's own, or columns of it under its names
   */
  Dataset<Row> neighbors(Dataset<?> dataset, Dataset<Row> table, int k, double reach) {
    return KnnFrames.neighbors(
        dataset,
        table,
        new NeighborColumn(
            getPredictionCol(),
            NeighborsSchema.quoted(getFeaturesCol()),
            NeighborsSchema.has(dataset.schema(), getIdCol())
                ? NeighborsSchema.quoted(getIdCol())
                : null,
            NeighborsSchema.FEATURES,
            NeighborsSchema.ID,
            getDistCol(),
            k,
            getMode().equals(NeighborsParamSet.APPROX),
            getSearchListSize(),
            getTargetRecall(),
            reach));
  }

  /** Without the asking row and what is too far. */
  private Column narrowed(Column neighbors) {
    Column narrowed = neighbors;
    if (getExcludeSelf()) {
      Column own = col(NeighborsSchema.quoted(getIdCol()));
      narrowed =
          slice(
              filter(narrowed, n -> not(n.getField(NeighborsSchema.ID).eqNullSafe(own))),
              1,
              getK());
    }
    if (isSet(maxDistance())) {
      double most = getMaxDistance();
      narrowed = filter(narrowed, n -> n.getField(getDistCol()).leq(most));
    }
    return narrowed;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    tablePath();
    if (getExcludeSelf()) {
      requireOwnIds(schema);
    }
    return NeighborsSchema.withNeighbors(schema, this, idType);
  }

  private void requireOwnIds(StructType schema) {
    if (!NeighborsSchema.has(schema, getIdCol())) {
      throw MlErrors.noIds("excludeSelf", getIdCol(), NeighborsSchema.columns(schema));
    }
    DataType own = NeighborsSchema.requireId(schema, getIdCol());
    if (own instanceof StringType != idType instanceof StringType) {
      throw MlErrors.idTypesDiffer(getIdCol(), own.sql(), idType.sql());
    }
  }

  /**
   * The rows nearest to {@code key}, in the manner of Spark's LSH models. The index answers when
   * {@code dataset} is the very data frame that was fitted, and has ids; any other is looked
   * through row by row.
   *
   * @param dataset any rows with vectors
   * @param key a vector of their dimension
   * @param numNearestNeighbors most rows of the result
   * @return rows of {@code dataset} with {@code distCol} in addition, nearest first
   */
  public Dataset<Row> approxNearestNeighbors(
      Dataset<?> dataset, Vector key, int numNearestNeighbors) {
    return approxNearestNeighbors(dataset, key, numNearestNeighbors, "distCol");
  }

  /** As above, with a name for the column of distances. */
  public Dataset<Row> approxNearestNeighbors(
      Dataset<?> dataset, Vector key, int numNearestNeighbors, String distCol) {
    return new LookedUp(this, dataset).nearest(key, numNearestNeighbors, distCol);
  }

  /**
   * All pairs of near rows that a search finds, in the manner of Spark's LSH models. {@code k} does
   * not matter. When {@code datasetA} has other vectors than the fitted ones, they are fitted
   * first, as {@link VamanaNeighbors#fit} does; only then, and to find that out when {@code
   * datasetA} is not the very data frame that was fitted, does the call run a job.
   *
   * @param datasetA any rows with vectors, best the fitted ones
   * @param datasetB rows that ask, with a column of the same name of vectors
   * @param threshold distances are below it; a number
   * @return structs {@code datasetA} and {@code datasetB} and {@code distCol}
   */
  public Dataset<Row> approxSimilarityJoin(
      Dataset<?> datasetA, Dataset<?> datasetB, double threshold) {
    return approxSimilarityJoin(datasetA, datasetB, threshold, "distCol");
  }

  /** As above, with a name for the column of distances. */
  public Dataset<Row> approxSimilarityJoin(
      Dataset<?> datasetA, Dataset<?> datasetB, double threshold, String distCol) {
    return new LookedUp(this, datasetA).pairs(datasetB, threshold, distCol);
  }

  /** Whether {@code dataset} is the data frame that was fitted; false when that is not known. */
  boolean fittedWith(Dataset<?> dataset) {
    return fitted != null && fitted.toDF().sameSemantics(dataset.toDF());
  }

  /** Type of the ids of neighbours. */
  DataType idType() {
    return idType;
  }

  /**
   * A copy with other parameters.
   *
   * @throws io.omendb.spark.error.OmenException when {@code extra} holds a parameter of the
   *     estimator that this model was not fitted with
   */
  @Override
  public VamanaNeighborsModel copy(ParamMap extra) {
    for (ParamPair<?> given : asJava(extra.toSeq())) {
      requireFitted(given.param(), given.value());
    }
    return copyValues(new VamanaNeighborsModel(uid, tablePath, idType, fitted), extra)
        .setParent(parent());
  }

  /** Spark's CrossValidator gives the parameters of a fit to what was fitted with them, too. */
  private void requireFitted(Param<?> param, Object value) {
    Estimator<VamanaNeighborsModel> parent = parent();
    if (param.parent().equals(uid) && !hasParam(param.name())) {
      Object was = null;
      if (parent != null) {
        Param<Object> own = parent.getParam(param.name());
        was = parent.get(own).getOrElse(() -> parent.getDefault(own).getOrElse(() -> null));
      }
      if (!value.equals(was)) {
        throw MlErrors.fixedByFit(param.name(), value.toString(), String.valueOf(was));
      }
    }
  }

  /** Bytes of the model in the driver: its table is on disk. */
  @Override
  public long estimatedSize() {
    return estimateMatadataSize();
  }

  /** Saves parameters and a copy of the table. */
  @Override
  public MLWriter write() {
    return new ModelWriter(this);
  }

  /** Reads models that were saved. */
  public static MLReader<VamanaNeighborsModel> read() {
    return new ModelReader();
  }

  /** The model that was saved at {@code path}; it searches the table that is there. */
  public static VamanaNeighborsModel load(String path) {
    return read().load(path);
  }
}
