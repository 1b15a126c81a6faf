/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.array_intersect;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;

import io.omendb.spark.error.MlErrors;
import io.omendb.spark.error.QueryErrors;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;

/**
 * Recall of a column of neighbours: the share of the true neighbours that were found, averaged over
 * the rows that have any. The truth is a column of ids, or what comparing every pair gives for the
 * index that the column came from. A neighbour as near as the last true one counts as true.
 */
public final class NeighborsEvaluator extends Evaluator implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final String TRUTH = "__truth";

  private final String uid;
  private final Param<String> predictionCol;
  private final Param<String> labelCol;
  private final Param<String> metricName;
  private final IntParam k;

  /** An evaluator with default parameters. */
  public NeighborsEvaluator() {
    this(Identifiable.randomUID("neighborsEval"));
  }

  /** An evaluator with default parameters and the given identity. */
  public NeighborsEvaluator(String uid) {
    this.uid = uid;
    this.predictionCol = new Param<>(this, "predictionCol", "column of neighbours");
    this.labelCol =
        new Param<>(
            this,
            "labelCol",
            "column with the array of true ids, best first; unset to find them by comparing every"
                + " pair");
    this.metricName =
        new Param<>(
            this,
            "metricName",
            "recallAtK",
            ParamValidators.inArray(java.util.List.of("recallAtK")));
    this.k =
        new IntParam(
            this,
            "k",
            "neighbours that are looked at; unset for as many as the model was asked for",
            ParamValidators.<Object>gtEq(1));
    setDefault(predictionCol, "neighbors");
    setDefault(metricName, "recallAtK");
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Column of neighbours, an array of structs of id and distance. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** Column with the array of true ids, best first. */
  public Param<String> labelCol() {
    return labelCol;
  }

  /** What is measured: {@code recallAtK}. */
  public Param<String> metricName() {
    return metricName;
  }

  /** Neighbours per row that are looked at. */
  public IntParam k() {
    return k;
  }

  /** Value of {@link #predictionCol}. */
  public String getPredictionCol() {
    return $(predictionCol);
  }

  /** Value of {@link #labelCol}. */
  public String getLabelCol() {
    return $(labelCol);
  }

  /** Value of {@link #metricName}. */
  public String getMetricName() {
    return $(metricName);
  }

  /** Value of {@link #k}. */
  public int getK() {
    return (Integer) $(k);
  }

  /** Sets {@link #predictionCol}. */
  public NeighborsEvaluator setPredictionCol(String value) {
    set(predictionCol, value);
    return this;
  }

  /** Sets {@link #labelCol}. */
  public NeighborsEvaluator setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  /** Sets {@link #metricName}. */
  public NeighborsEvaluator setMetricName(String value) {
    set(metricName, value);
    return this;
  }

  /** Sets {@link #k}. */
  public NeighborsEvaluator setK(int value) {
    set(k, value);
    return this;
  }

  /** Recall in [0, 1]; NaN when no row has a true neighbour. */
  @Override
  public double evaluate(Dataset<?> dataset) {
    StructField prediction = prediction(dataset);
    Column found = col(NeighborsSchema.quoted(getPredictionCol()));
    if (isSet(k)) {
      found = slice(found, 1, getK());
    }
    return isSet(labelCol)
        ? againstLabels(dataset, found)
        : againstExact(dataset, prediction, found);
  }

  private StructField prediction(Dataset<?> dataset) {
    if (!NeighborsSchema.has(dataset.schema(), getPredictionCol())) {
      throw QueryErrors.noColumn(getPredictionCol(), NeighborsSchema.columns(dataset.schema()));
    }
    StructField prediction = dataset.schema().apply(getPredictionCol());
    if (!(prediction.dataType() instanceof ArrayType)) {
      throw MlErrors.noTruth(getPredictionCol());
    }
    return prediction;
  }

  private double againstLabels(Dataset<?> dataset, Column found) {
    Column truth = col(NeighborsSchema.quoted(getLabelCol()));
    if (isSet(k)) {
      truth = slice(truth, 1, getK());
    }
    Column hits = size(array_intersect(found.getField(NeighborsSchema.ID), truth));
    return recall(dataset.toDF(), hits, size(truth));
  }

  private double againstExact(Dataset<?> dataset, StructField prediction, Column found) {
    VamanaNeighborsModel exact = Provenance.exactly(prediction).setPredictionCol(TRUTH);
    if (isSet(k)) {
      exact.setK(Math.min(getK(), exact.getK()));
    }
    String distance = exact.getDistCol();
    Column truth = col(TRUTH);
    Column last = element_at(truth, -1).getField(distance);
    Column near = filter(found, n -> n.getField(distance).leq(last));
    return recall(exact.transform(dataset), least(size(near), size(truth)), size(truth));
  }

  private static double recall(Dataset<Row> rows, Column hits, Column of) {
    Row result = rows.filter(of.gt(0)).agg(avg(hits.cast("double").divide(of))).first();
    return result.isNullAt(0) ? Double.NaN : result.getDouble(0);
  }

  @Override
  public boolean isLargerBetter() {
    return true;
  }

  @Override
  public NeighborsEvaluator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads evaluators that were saved. */
  public static MLReader<NeighborsEvaluator> read() {
    return new DefaultParamsReader<>();
  }

  /** The evaluator that was saved at {@code path}. */
  public static NeighborsEvaluator load(String path) {
    return read().load(path);
  }
}
