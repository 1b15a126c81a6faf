/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import io.omendb.spark.conf.OmenOptions;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.Identifiable;
import scala.Function1;

/**
 * The parameters that the estimator and its model share, made for one owner and read through {@link
 * NeighborsParams}. Immutable.
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
  final IntParam maxDegree;
  final IntParam buildListSize;
  final DoubleParam alpha;
  final IntParam pqSubspaces;
  final IntParam numPartitions;
  final Param<String> indexPath;
  final LongParam seed;

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
    k = new IntParam(owner, "k", "most neighbours per row, in [1, 100000]", in(1, 100_000));
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
            owner, "maxDistance", "largest distance of a neighbour; unset for no bound");
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
    maxDegree =
        new IntParam(owner, "maxDegree", "out-degree bound of the graph, in [4, 512]", in(4, 512));
    buildListSize =
        new IntParam(
            owner, "buildListSize", "beam width of the build, in [4, 10000]", in(4, 10_000));
    alpha =
        new DoubleParam(owner, "alpha", "pruning slack on squared distances, in [1, 2]", in(1, 2));
    pqSubspaces =
        new IntParam(
            owner,
            "pqSubspaces",
            "bytes of the compressed code of a vector; 0 chooses from the dimension",
            in(0, 65_536));
    numPartitions =
        new IntParam(
            owner,
            "numPartitions",
            "segments of the index; 0 for one per partition of the data, at most one per core",
            in(0, 1_000_000));
    indexPath =
        new Param<>(
            owner,
            "indexPath",
            "directory under which fit makes the index; unset for a temporary one that goes when"
                + " the JVM ends");
    seed = new LongParam(owner, "seed", "seed of every random choice of the build");
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
    owner.setDefault(maxDegree, OmenOptions.MAX_DEGREE.defaultValue());
    owner.setDefault(buildListSize, OmenOptions.BUILD_LIST_SIZE.defaultValue());
    owner.setDefault(alpha, 1.2);
    owner.setDefault(pqSubspaces, OmenOptions.PQ_SUBSPACES.defaultValue());
    owner.setDefault(numPartitions, 0);
    owner.setDefault(seed, OmenOptions.SEED.defaultValue());
  }

  private static Function1<Object, Object> in(double min, double max) {
    return ParamValidators.<Object>inRange(min, max);
  }
}
