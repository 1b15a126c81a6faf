/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.index.vector.Metric;
import io.omendb.spark.join.BaseSide;
import io.omendb.spark.join.KnnJoin;
import io.omendb.spark.join.KnnSpec;
import io.omendb.spark.join.NotSearchable;
import io.omendb.spark.join.Scala;
import io.omendb.spark.join.VectorFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.Option;

/**
 * A table that can be searched and the plan of a search whose rows carry {@code _distance}, the
 * value of Spark's own vector function for the table's metric, and {@code _rank} from 1.
 */
final class RankedJoin {
  static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType);

  private final LogicalPlan base;
  private final Attribute vector;
  private final VectorFunction function;

  private RankedJoin(LogicalPlan base, Attribute vector, VectorFunction function) {
    this.base = base;
    this.vector = vector;
    this.function = function;
  }

  /** Searches {@code base} by the column that the index of its table is on. */
  static RankedJoin over(LogicalPlan base) throws NotSearchable {
    String reason = "it has no column of vectors";
    for (Attribute attribute : asJava(base.output())) {
      if (attribute.dataType() instanceof ArrayType
          || attribute.dataType() instanceof UserDefinedType<?>) {
        try {
          return over(base, attribute);
        } catch (NotSearchable e) {
          reason = e.getMessage();
        }
      }
    }
    throw new NotSearchable(reason);
  }

  /** Searches {@code base} by its column {@code vector}. */
  static RankedJoin over(LogicalPlan base, Attribute vector) throws NotSearchable {
    BaseSide side = BaseSide.of(base, vector, new HashMap<>());
    return new RankedJoin(base, vector, VectorFunction.of(side.snapshot().config().metric()));
  }

  /** How vectors are compared. */
  Metric metric() {
    return function.metric();
  }

  /**
   * The columns of {@code left} from number {@code from} on, those of the table, the value and the
   * rank.
   */
  LogicalPlan plan(
      LogicalPlan left,
      int from,
      Expression query,
      int k,
      boolean approximate,
      boolean outer,
      int listSize) {
    List<Attribute> extras =
        List.of(
            Scala.attribute("_distance", DataTypes.FloatType),
            Scala.attribute("_rank", DataTypes.IntegerType));
    KnnSpec spec = spec(k, approximate, outer, listSize);
    KnnJoin join = new KnnJoin(left, base, query, floats(vector), spec, Scala.seq(extras));
    List<NamedExpression> columns = new ArrayList<>();
    List<Attribute> output = asJava(join.output());
    columns.addAll(output.subList(from, output.size() - extras.size()));
    for (Attribute extra : extras) {
      // Under ids of their own, so that Spark can tell two searches in one query apart.
      columns.add(Scala.as(extra, Scala.attribute(extra.name(), extra.dataType())));
    }
    return new Project(Scala.seq(columns), join);
  }

  /**
   * The columns of {@code left} and one with the array of all matches, best first, each a struct of
   * {@code column} of the table and of the distance.
   *
   * @param label empty, or a STRING over {@code left} by which errors name a row
   * @param name of the new column
   * @param distance name of the field of the distance, see {@link VectorFunction#distance}
   */
  LogicalPlan gathered(
      LogicalPlan left,
      Expression query,
      KnnSpec spec,
      List<Expression> label,
      String name,
      Attribute column,
      String distance) {
    AttributeReference value = Scala.attribute("_distance", DataTypes.FloatType);
    StructType match =
        new StructType().add(column.name(), column.dataType()).add(distance, DataTypes.DoubleType);
    DataType matches = DataTypes.createArrayType(match, false);
    Attribute gathered = Scala.attribute(name, matches).withNullability(false);
    KnnJoin join =
        new KnnJoin(
            left,
            base,
            query,
            floats(vector),
            spec,
            Scala.seq(List.of(value)),
            Scala.seq(List.of(gathered)),
            Scala.seq(List.of(column, function.distance(value))),
            Scala.seq(label));
    List<NamedExpression> columns = new ArrayList<>(asJava(left.output()));
    // Under an id of its own, so that Spark can tell two searches in one query apart.
    columns.add(Scala.as(gathered, Scala.attribute(name, matches)));
    return new Project(Scala.seq(columns), join);
  }

  /** What {@code k} neighbours by the metric of the table are asked for. */
  private KnnSpec spec(int k, boolean approximate, boolean outer, int listSize) {
    return new KnnSpec(function, k, approximate, outer, listSize);
  }

  /** What a column of neighbours by the metric of the table asks for. */
  KnnSpec spec(NeighborColumn neighbors) {
    return new KnnSpec(
        function,
        neighbors.k(),
        neighbors.approximate(),
        false,
        neighbors.listSize(),
        neighbors.targetRecall(),
        neighbors.reach());
  }

  /** {@code vector} as Spark's functions take it, if Spark can say it. */
  static Expression floats(Expression vector) {
    return vector.dataType() instanceof ArrayType array
            && !(array.elementType() instanceof FloatType)
        ? castToFloats(vector)
        : vector;
  }

  static Expression castToFloats(Expression vector) {
    String zone = SQLConf.get().sessionLocalTimeZone();
    return new Cast(vector, VECTOR, Option.apply(zone), EvalMode.LEGACY());
  }
}
