/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import io.omendb.index.vector.Metric;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Subtract;
import org.apache.spark.sql.catalyst.expressions.UnaryMinus;
import org.apache.spark.sql.catalyst.expressions.VectorCosineSimilarity;
import org.apache.spark.sql.catalyst.expressions.VectorFunctionImplUtils;
import org.apache.spark.sql.catalyst.expressions.VectorInnerProduct;
import org.apache.spark.sql.catalyst.expressions.VectorL2Distance;
import org.apache.spark.sql.catalyst.plans.NearestByDirection;
import org.apache.spark.sql.catalyst.plans.NearestByDistance$;
import org.apache.spark.sql.catalyst.plans.NearestBySimilarity$;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;

/** Spark's three vector functions, each with the metric whose order it stands for. */
public enum VectorFunction {
  /** True Euclidean distance, smaller is closer. */
  L2_DISTANCE(Metric.L2, "vector_l2_distance"),
  /** Cosine of the angle, larger is closer; NULL when a vector has no length. */
  COSINE_SIMILARITY(Metric.COSINE, "vector_cosine_similarity"),
  /** Dot product, larger is closer. */
  INNER_PRODUCT(Metric.INNER_PRODUCT, "vector_inner_product");

  private final Metric metric;
  private final String sqlName;

  VectorFunction(Metric metric, String sqlName) {
    this.metric = metric;
    this.sqlName = sqlName;
  }

  /** The function that {@code expression} calls; empty for any other expression. */
  public static Optional<VectorFunction> of(Expression expression) {
    if (expression instanceof VectorL2Distance) {
      return Optional.of(L2_DISTANCE);
    } else if (expression instanceof VectorCosineSimilarity) {
      return Optional.of(COSINE_SIMILARITY);
    } else if (expression instanceof VectorInnerProduct) {
      return Optional.of(INNER_PRODUCT);
    }
    return Optional.empty();
  }

  /** The function that ranks by {@code metric}. */
  public static VectorFunction of(Metric metric) {
    for (VectorFunction function : values()) {
      if (function.metric == metric) {
        return function;
      }
    }
    throw new IllegalArgumentException("no vector function for metric " + metric);
  }

  /** The metric with the same order of neighbours. */
  public Metric metric() {
    return metric;
  }

  /** Name in SQL. */
  public String sqlName() {
    return sqlName;
  }

  /** Whether the nearest rows have the smallest or the largest values. */
  public NearestByDirection direction() {
    return this == L2_DISTANCE ? NearestByDistance$.MODULE$ : NearestBySimilarity$.MODULE$;
  }

  /** A call of the function. */
  public Expression call(Expression query, Expression base) {
    return switch (this) {
      case L2_DISTANCE -> new VectorL2Distance(query, base);
      case COSINE_SIMILARITY -> new VectorCosineSimilarity(query, base);
      case INNER_PRODUCT -> new VectorInnerProduct(query, base);
    };
  }

  /**
   * Turns a value of the function into a distance, DOUBLE and smaller for closer vectors: Euclidean
   * distance, 1 - cosine, or the negative dot product.
   */
  public Expression distance(Expression value) {
    Expression wide = new Cast(value, DataTypes.DoubleType, Option.empty(), EvalMode.LEGACY());
    return switch (this) {
      case L2_DISTANCE -> wide;
      case COSINE_SIMILARITY -> new Subtract(new Literal(1.0, DataTypes.DoubleType), wide);
      case INNER_PRODUCT -> new UnaryMinus(wide, false);
    };
  }

  /**
   * The largest distance in the convention of {@link Metric} that a row can have whose {@link
   * #distance} is at most {@code distance}: wider by what rounding in float arithmetic, here and in
   * Spark's function, adds up to. For the inner product rounding is taken relative to the product
   * itself, so a row exactly at the limit may be left out when its terms cancel.
   */
  float limit(double distance, int dimension) {
    double rounding = 4 * (dimension + 8) * 0x1p-24;
    double limit =
        switch (this) {
          case L2_DISTANCE -> distance < 0 ? distance : distance * distance * (1 + rounding);
          case COSINE_SIMILARITY -> distance + rounding;
          case INNER_PRODUCT -> distance + Math.abs(distance) * rounding;
        };
    return Math.nextUp((float) limit);
  }

  /** The value that Spark's own implementation gives; null where SQL says NULL. */
  public Float value(ArrayData query, ArrayData base) {
    UTF8String name = UTF8String.fromString(sqlName);
    return switch (this) {
      case L2_DISTANCE -> VectorFunctionImplUtils.vectorL2Distance(query, base, name);
      case COSINE_SIMILARITY -> VectorFunctionImplUtils.vectorCosineSimilarity(query, base, name);
      case INNER_PRODUCT -> VectorFunctionImplUtils.vectorInnerProduct(query, base, name);
    };
  }
}
