/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.slice;

import io.omendb.spark.error.MlErrors;
import io.omendb.spark.sql.KnnFrames;
import io.omendb.spark.sql.NeighborColumn;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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

  private final String uid;
  private final String tablePath;
  private final DataType idType;
  private final NeighborsParamSet params;

  /** Made by Spark to learn of the class; has no index. */
  public VamanaNeighborsModel() {
    this(Identifiable.randomUID("vamana"));
  }

  /** Made by Spark to learn of the parameters; has no index. */
  public VamanaNeighborsModel(String uid) {
    this(uid, null, null);
  }

  /**
   * A model with default parameters.
   *
   * @param tablePath qualified path of its table, with the columns of {@link NeighborsSchema}
   * @param idType type of the ids there
   */
  VamanaNeighborsModel(String uid, String tablePath, DataType idType) {
    this.uid = uid;
    this.tablePath = tablePath;
    this.idType = idType;
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
    StructType schema = dataset.schema();
    transformSchema(schema);
    Dataset<Row> table = dataset.sparkSession().read().format("omendb").load(tablePath);
    String name = getPredictionCol();
    String rowId = NeighborsSchema.has(schema, getIdCol()) ? getIdCol() : null;
    NeighborColumn column =
        new NeighborColumn(
            name,
            NeighborsSchema.quoted(getFeaturesCol()),
            rowId == null ? null : NeighborsSchema.quoted(rowId),
            NeighborsSchema.FEATURES,
            NeighborsSchema.ID,
            getDistCol(),
            getExcludeSelf() ? getK() + 1 : getK(),
            getMode().equals(NeighborsParamSet.APPROX),
            getSearchListSize());
    Dataset<Row> found = KnnFrames.neighbors(dataset, table, column);
    Column neighbors = narrowed(col(NeighborsSchema.quoted(name)));
    if (getOutputMode().equals(NeighborsParamSet.ROWS)) {
      return found.withColumn(name, explode(neighbors));
    }
    return found.withColumn(name, neighbors.as(name, Provenance.of(this)));
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
   * The fitted rows nearest to {@code key}, in the manner of Spark's LSH models.
   *
   * @param dataset the fitted rows, found again by their id; rows that were not fitted are not
   *     looked at
   * @param key a vector of the dimension of the index
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
   * Pairs of near rows, in the manner of Spark's LSH models: for each row of {@code datasetB} at
   * most {@code k} of the fitted rows.
   *
   * @param datasetA the fitted rows, found again by their id
   * @param datasetB rows that ask, with a column of the same name of vectors
   * @param threshold distances are below it
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

  /** Type of the ids of neighbours. */
  DataType idType() {
    return idType;
  }

  @Override
  public VamanaNeighborsModel copy(ParamMap extra) {
    return copyValues(new VamanaNeighborsModel(uid, tablePath, idType), extra).setParent(parent());
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
