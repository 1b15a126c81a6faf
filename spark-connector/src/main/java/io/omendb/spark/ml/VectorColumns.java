/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;

import io.omendb.index.vector.Metric;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;

/** Spark ML's names and types of vectors and distances in those of the table. */
final class VectorColumns {

  private VectorColumns() {}

  /** {@code vectors} of any supported type as ARRAY of FLOAT. */
  static Column floats(Column vectors, DataType type) {
    return type instanceof ArrayType
        ? vectors.cast("array<float>")
        : functions.vector_to_array(vectors, "float32");
  }

  /** The metric that {@code distanceMeasure} stands for. */
  static Metric metric(String distanceMeasure) {
    return switch (distanceMeasure) {
      case NeighborsParamSet.COSINE -> Metric.COSINE;
      case NeighborsParamSet.INNER_PRODUCT -> Metric.INNER_PRODUCT;
      default -> Metric.L2;
    };
  }

  /** The {@code distanceMeasure} that stands for {@code metric}. */
  static String distanceMeasure(Metric metric) {
    return switch (metric) {
      case L2 -> NeighborsParamSet.EUCLIDEAN;
      case COSINE -> NeighborsParamSet.COSINE;
      case INNER_PRODUCT -> NeighborsParamSet.INNER_PRODUCT;
    };
  }

  /** The distance of two columns of ARRAY of FLOAT: DOUBLE, smaller for closer vectors. */
  static Column distance(String distanceMeasure, Column query, Column vector) {
    return switch (metric(distanceMeasure)) {
      case L2 -> value("vector_l2_distance", query, vector);
      case COSINE -> lit(1.0).minus(value("vector_cosine_similarity", query, vector));
      case INNER_PRODUCT -> negate(value("vector_inner_product", query, vector));
    };
  }

  private static Column value(String function, Column query, Column vector) {
    return call_function(function, query, vector).cast("double");
  }
}
