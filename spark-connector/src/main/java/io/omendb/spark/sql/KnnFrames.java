/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.index.vector.Metric;
import io.omendb.spark.error.QueryErrors;
import io.omendb.spark.exec.RowVectors;
import io.omendb.spark.join.NotSearchable;
import io.omendb.spark.join.Scala;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.DeduplicateRelations$;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Concat;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.Inner$;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.JoinHint;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;

/** Nearest-neighbour joins of data frames, behind {@code io.omendb.spark.Knn}. */
public final class KnnFrames {

  private KnnFrames() {}

  /**
   * Joins each row of {@code left} with its nearest rows of {@code right}.
   *
   * @param left any rows; not of a Spark Connect client
   * @param right an OmenDB table, its columns selected and rows filtered at will
   * @param leftVector name of a column of ARRAY of FLOAT or DOUBLE or Spark ML vectors
   * @param rightVector name of the indexed column
   * @param k rows per left row
   * @param approximate whether the index may be used
   * @param outer whether left rows without a match are kept
   */
  public static org.apache.spark.sql.Dataset<Row> join(
      org.apache.spark.sql.Dataset<?> left,
      org.apache.spark.sql.Dataset<?> right,
      String leftVector,
      String rightVector,
      int k,
      boolean approximate,
      boolean outer) {
    LogicalPlan leftPlan = analyzed(left);
    LogicalPlan rightPlan = analyzed(right);
    int column = column(rightPlan, rightVector);
    Expression query = query(leftPlan, leftVector);
    LogicalPlan distinct = withOwnIds(leftPlan, rightPlan);
    Attribute vector = asJava(distinct.output()).get(column);
    try {
      LogicalPlan plan =
          RankedJoin.over(distinct, vector).plan(leftPlan, 0, query, k, approximate, outer, 0);
      return Dataset.ofRows((SparkSession) left.sparkSession(), plan);
    } catch (NotSearchable e) {
      throw QueryErrors.notSearchable("Knn.join", "the right side", e.getMessage());
    }
  }

  /**
   * Adds to each row of {@code left} the array of its nearest rows of {@code right}, best first.
   * Every left row leaves exactly once, in its partition; one without a vector or without
   * neighbours gets an empty array. The left side may be a stream.
   *
   * @param left any rows; not of a Spark Connect client
   * @param right an OmenDB table with the columns that {@code neighbors} names
   * @param neighbors what to add
   */
  public static org.apache.spark.sql.Dataset<Row> neighbors(
      org.apache.spark.sql.Dataset<?> left,
      org.apache.spark.sql.Dataset<?> right,
      NeighborColumn neighbors) {
    LogicalPlan leftPlan = analyzed(left);
    LogicalPlan rightPlan = analyzed(right);
    int vectorAt = column(rightPlan, neighbors.tableVector());
    int idAt = column(rightPlan, neighbors.tableId());
    Expression query = query(leftPlan, neighbors.vector());
    List<Expression> label = List.of();
    if (neighbors.rowId() != null) {
      NamedExpression id = resolve(leftPlan, neighbors.rowId());
      Expression text =
          new Cast((Expression) id, DataTypes.StringType, Option.apply("UTC"), EvalMode.LEGACY());
      Expression name = Literal.create(id.name() + "=", DataTypes.StringType);
      label = List.of(new Concat(Scala.seq(List.of(name, text))));
    }
    LogicalPlan distinct = withOwnIds(leftPlan, rightPlan);
    List<Attribute> rights = asJava(distinct.output());
    try {
      RankedJoin join = RankedJoin.over(distinct, rights.get(vectorAt));
      LogicalPlan plan =
          join.gathered(
              leftPlan,
              query,
              join.spec(neighbors),
              label,
              neighbors.name(),
              rights.get(idAt),
              neighbors.distance());
      return Dataset.ofRows((SparkSession) left.sparkSession(), plan);
    } catch (NotSearchable e) {
      throw QueryErrors.notSearchable("A search", "the table", e.getMessage());
    }
  }

  /** How the vectors of an OmenDB table are compared. */
  public static Metric metric(org.apache.spark.sql.Dataset<?> table) {
    try {
      return RankedJoin.over(analyzed(table)).metric();
    } catch (NotSearchable e) {
      throw QueryErrors.notSearchable("A search", "the table", e.getMessage());
    }
  }

  private static LogicalPlan analyzed(org.apache.spark.sql.Dataset<?> rows) {
    if (!(rows instanceof Dataset<?> classic)) {
      throw QueryErrors.connectClient();
    }
    return classic.queryExecution().analyzed();
  }

  private static Expression query(LogicalPlan left, String name) {
    NamedExpression found = resolve(left, name);
    Expression query = found instanceof Alias alias ? alias.child() : (Expression) found;
    if (RowVectors.of(query.dataType()).isEmpty()) {
      throw QueryErrors.notAVector(name, query.dataType().sql());
    }
    return RankedJoin.floats(query);
  }

  private static int column(LogicalPlan right, String name) {
    NamedExpression found = resolve(right, name);
    List<Attribute> output = asJava(right.output());
    for (int i = 0; i < output.size(); i++) {
      if (output.get(i).exprId().equals(found.exprId())) {
        return i;
      }
    }
    throw QueryErrors.notAVector(name, ((Expression) found).dataType().sql());
  }

  private static NamedExpression resolve(LogicalPlan plan, String name) {
    Option<NamedExpression> found = plan.resolveQuoted(name, plan.conf().resolver());
    if (found.isEmpty()) {
      throw QueryErrors.noColumn(name, String.join(", ", plan.schema().fieldNames()));
    }
    return found.get();
  }

  /** {@code right} with new expression ids where {@code left} has the same: a table and itself. */
  private static LogicalPlan withOwnIds(LogicalPlan left, LogicalPlan right) {
    Join join = new Join(left, right, Inner$.MODULE$, Option.empty(), JoinHint.NONE());
    return asJava(DeduplicateRelations$.MODULE$.apply(join).children()).get(1);
  }
}
