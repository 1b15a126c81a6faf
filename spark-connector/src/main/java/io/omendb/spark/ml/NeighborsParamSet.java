/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import io.omendb.spark.conf.OmenOptions;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.Identifiable;
import scala.Function1;

/**
 * The parameters of a search, which the estimator and its model share, made for one owner and read
 * through {@link NeighborsParams}. Immutable.
 */
public final class NeighborsParamSet {
  static final String EUCLIDEAN = "euclidean";
  static final String COSINE = "cosine";
  static final String INNER_PRODUCT = "innerProduct";
  static final String ARRAY = "array";
  static final String ROWS = "rows";
  static final String APPROX = "approx";
  static final String EXACT = "exact";

  final Param<String> featuresCol;
  final Param<String> predictionCol;
  final Param<String> idCol;
  final Param<String> distCol;
  final IntParam k;
  final Param<String> distanceMeasure;
  final BooleanParam excludeSelf;
  final DoubleParam maxDistance;
  final Param<String> outputMode;
  final DoubleParam targetRecall;
  final Param<String> mode;
  final IntParam searchListSize;
  final DoubleParam bucketLength;
  final IntParam numHashTables;

  /** Makes the parameters of {@code owner}, whose uid must be known. */
  NeighborsParamSet(Identifiable owner) {
    featuresCol =
        new Param<>(
            owner, "featuresCol", "column of ARRAY<FLOAT>, ARRAY<DOUBLE> or Spark ML vectors");
    predictionCol = new Param<>(owner, "predictionCol", "column that receives the neighbours");
    idCol =
        new Param<>(
            owner,
            "idCol",
            "column of BIGINT, INT or STRING that identifies a row; when it is neither set nor"
                + " there, fit numbers the rows itself");
    distCol =
        new Param<>(owner, "distCol", "name of the field of a neighbour that holds its distance");
    k =
        new IntParam(
            owner, "k", "most neighbours per row, in [1, 2147483647]", in(1, Integer.MAX_VALUE));
    distanceMeasure =
        new Param<>(
            owner,
            "distanceMeasure",
            "euclidean, cosine (1 - cosine of the angle) or innerProduct (negative dot product)",
            ParamValidators.inArray(List.of(EUCLIDEAN, COSINE, INNER_PRODUCT)));
    excludeSelf =
        new BooleanParam(
            owner,
            "excludeSelf",
            "whether a row whose id is that of the asking row is no neighbour");
    maxDistance =
        new DoubleParam(
            owner,
            "maxDistance",
            "largest distance of a neighbour, a number; unset for no bound",
            in(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
    outputMode =
        new Param<>(
            owner,
            "outputMode",
            "array for one output row per input row, rows for one per neighbour",
            ParamValidators.inArray(List.of(ARRAY, ROWS)));
    targetRecall =
        new DoubleParam(
            owner,
            "targetRecall",
            "share of the true neighbours that a search aims to find, in (0, 1]",
            ParamValidators.<Object>inRange(0, 1, false, true));
    mode =
        new Param<>(
            owner,
            "mode",
            "approx to search by the index, exact to compare every pair",
            ParamValidators.inArray(List.of(APPROX, EXACT)));
    searchListSize =
        new IntParam(
            owner,
            "searchListSize",
            "beam width of a search, in [0, 1000000]; 0 derives it from targetRecall",
            in(0, 1_000_000));
    bucketLength =
        new DoubleParam(
            owner,
            "bucketLength",
            "of BucketedRandomProjectionLSH; accepted and without effect, there are no buckets",
            ParamValidators.<Object>gt(0));
    numHashTables =
        new IntParam(
            owner,
            "numHashTables",
            "of BucketedRandomProjectionLSH; accepted and without effect, there are no hash tables",
            ParamValidators.<Object>gt(0));
  }

  /** Gives {@code owner} the defaults; its methods must already return these parameters. */
  void setDefaults(Params owner) {
    owner.setDefault(featuresCol, "features");
    owner.setDefault(predictionCol, "neighbors");
    owner.setDefault(idCol, "id");
    owner.setDefault(distCol, "distance");
    owner.setDefault(k, 10);
    owner.setDefault(distanceMeasure, EUCLIDEAN);
    owner.setDefault(excludeSelf, false);
    owner.setDefault(outputMode, ARRAY);
    owner.setDefault(targetRecall, OmenOptions.TARGET_RECALL.defaultValue());
    owner.setDefault(mode, APPROX);
    owner.setDefault(searchListSize, 0);
    owner.setDefault(numHashTables, 1);
  }

  /** Each of {@code params} once: some have two methods that return them. */
  static Param<?>[] distinct(Param<?>[] params) {
    return Arrays.stream(params).distinct().toArray(Param<?>[]::new);
  }

  /** Numbers from {@code min} to {@code max}. */
  static Function1<Object, Object> in(double min, double max) {
    return ParamValidators.<Object>inRange(min, max);
  }
}
