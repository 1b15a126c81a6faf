/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static io.omendb.spark.ml.NeighborsParamSet.in;

import io.omendb.spark.conf.OmenOptions;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/** The parameters of a build, which only the estimator has. Immutable. */
final class BuildParamSet {
  final IntParam maxDegree;
  final IntParam buildListSize;
  final DoubleParam alpha;
  final IntParam pqSubspaces;
  final IntParam numPartitions;
  final Param<String> indexPath;
  final LongParam seed;

  /** Makes the parameters of {@code owner}, whose uid must be known. */
  BuildParamSet(VamanaNeighbors owner) {
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
  void setDefaults(VamanaNeighbors owner) {
    owner.setDefault(maxDegree, OmenOptions.MAX_DEGREE.defaultValue());
    owner.setDefault(buildListSize, OmenOptions.BUILD_LIST_SIZE.defaultValue());
    owner.setDefault(alpha, 1.2);
    owner.setDefault(pqSubspaces, OmenOptions.PQ_SUBSPACES.defaultValue());
    owner.setDefault(numPartitions, 0);
    owner.setDefault(seed, OmenOptions.SEED.defaultValue());
  }
}
