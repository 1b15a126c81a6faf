/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Parameters of searches, which {@link VamanaNeighbors} and {@link VamanaNeighborsModel} share.
 * Spark finds parameters by the methods that return them. Those of Spark's {@code
 * BucketedRandomProjectionLSH} are here as well, so that programs written for it need another class
 * name only.
 *
 * @param <S> the class with the parameters
 */
public interface NeighborsParams<S extends NeighborsParams<S>> extends Params {

  /** The parameters. */
  NeighborsParamSet paramSet();

  /** Column of the vectors: ARRAY of FLOAT or DOUBLE, or Spark ML vectors. */
  default Param<String> featuresCol() {
    return paramSet().featuresCol;
  }

  /** Column that receives the neighbours. */
  default Param<String> predictionCol() {
    return paramSet().predictionCol;
  }

  /** Column of BIGINT, INT or STRING that identifies a row. */
  default Param<String> idCol() {
    return paramSet().idCol;
  }

  /** Name of the field of a neighbour that holds its distance. */
  default Param<String> distCol() {
    return paramSet().distCol;
  }

  /** Most neighbours per row. */
  default IntParam k() {
    return paramSet().k;
  }

  /** {@code euclidean}, {@code cosine} or {@code innerProduct}; fixed by fitting. */
  default Param<String> distanceMeasure() {
    return paramSet().distanceMeasure;
  }

  /** Whether a row with the id of the asking row is no neighbour. */
  default BooleanParam excludeSelf() {
    return paramSet().excludeSelf;
  }

  /** Largest distance of a neighbour; no bound when not set. */
  default DoubleParam maxDistance() {
    return paramSet().maxDistance;
  }

  /** {@code array} for one row per input row, {@code rows} for one per neighbour. */
  default Param<String> outputMode() {
    return paramSet().outputMode;
  }

  /** Share of the true neighbours that a search aims to find. */
  default DoubleParam targetRecall() {
    return paramSet().targetRecall;
  }

  /** {@code approx} to search by the index, {@code exact} to compare every pair. */
  default Param<String> mode() {
    return paramSet().mode;
  }

  /** {@link #featuresCol} under the name that it has in Spark's LSH. */
  default Param<String> inputCol() {
    return featuresCol();
  }

  /** {@link #predictionCol} under the name that it has in Spark's LSH. */
  default Param<String> outputCol() {
    return predictionCol();
  }

  /** Of Spark's LSH; without effect. */
  default DoubleParam bucketLength() {
    return paramSet().bucketLength;
  }

  /** Of Spark's LSH; without effect. */
  default IntParam numHashTables() {
    return paramSet().numHashTables;
  }

  /** Beam width of a search; 0 derives it from the target recall. */
  default IntParam searchListSize() {
    return paramSet().searchListSize;
  }

  /** Value of {@link #featuresCol}. */
  default String getFeaturesCol() {
    return $(featuresCol());
  }

  /** Value of {@link #predictionCol}. */
  default String getPredictionCol() {
    return $(predictionCol());
  }

  /** Value of {@link #idCol}. */
  default String getIdCol() {
    return $(idCol());
  }

  /** Value of {@link #distCol}. */
  default String getDistCol() {
    return $(distCol());
  }

  /** Value of {@link #k}. */
  default int getK() {
    return (Integer) $(k());
  }

  /** Value of {@link #distanceMeasure}. */
  default String getDistanceMeasure() {
    return $(distanceMeasure());
  }

  /** Value of {@link #excludeSelf}. */
  default boolean getExcludeSelf() {
    return (Boolean) $(excludeSelf());
  }

  /** Value of {@link #maxDistance}. */
  default double getMaxDistance() {
    return (Double) $(maxDistance());
  }

  /** Value of {@link #outputMode}. */
  default String getOutputMode() {
    return $(outputMode());
  }

  /** Value of {@link #targetRecall}. */
  default double getTargetRecall() {
    return (Double) $(targetRecall());
  }

  /** Value of {@link #mode}. */
  default String getMode() {
    return $(mode());
  }

  /** Value of {@link #searchListSize}. */
  default int getSearchListSize() {
    return (Integer) $(searchListSize());
  }

  /** As {@link #getFeaturesCol}. */
  default String getInputCol() {
    return getFeaturesCol();
  }

  /** As {@link #getPredictionCol}. */
  default String getOutputCol() {
    return getPredictionCol();
  }

  /** Value of {@link #bucketLength}. */
  default double getBucketLength() {
    return (Double) $(bucketLength());
  }

  /** Value of {@link #numHashTables}. */
  default int getNumHashTables() {
    return (Integer) $(numHashTables());
  }

  /** Sets {@link #featuresCol}. */
  default S setFeaturesCol(String value) {
    set(featuresCol(), value);
    return self();
  }

  /** Sets {@link #predictionCol}. */
  default S setPredictionCol(String value) {
    set(predictionCol(), value);
    return self();
  }

  /** Sets {@link #idCol}. */
  default S setIdCol(String value) {
    set(idCol(), value);
    return self();
  }

  /** Sets {@link #distCol}. */
  default S setDistCol(String value) {
    set(distCol(), value);
    return self();
  }

  /** Sets {@link #k}. */
  default S setK(int value) {
    set(k(), value);
    return self();
  }

  /** Sets {@link #excludeSelf}. */
  default S setExcludeSelf(boolean value) {
    set(excludeSelf(), value);
    return self();
  }

  /** Sets {@link #maxDistance}. */
  default S setMaxDistance(double value) {
    set(maxDistance(), value);
    return self();
  }

  /** Sets {@link #outputMode}. */
  default S setOutputMode(String value) {
    set(outputMode(), value);
    return self();
  }

  /** Sets {@link #mode}. */
  default S setMode(String value) {
    set(mode(), value);
    return self();
  }

  /** As {@link #setFeaturesCol}. */
  default S setInputCol(String value) {
    return setFeaturesCol(value);
  }

  /** As {@link #setPredictionCol}. */
  default S setOutputCol(String value) {
    return setPredictionCol(value);
  }

  /** Sets {@link #targetRecall}. */
  default S setTargetRecall(double value) {
    set(targetRecall(), value);
    return self();
  }

  /** Sets {@link #searchListSize}. */
  default S setSearchListSize(int value) {
    set(searchListSize(), value);
    return self();
  }

  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }
}
