/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.spark.error.QueryErrors;
import io.omendb.spark.exec.RowVectors;
import io.omendb.spark.join.NotSearchable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.DeduplicateRelations$;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.Inner$;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.JoinHint;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
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
