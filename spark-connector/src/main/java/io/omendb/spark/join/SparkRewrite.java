/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.spark.error.QueryErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.optimizer.ReplaceExpressions$;
import org.apache.spark.sql.catalyst.optimizer.RewriteNearestByJoin$;
import org.apache.spark.sql.catalyst.plans.Inner$;
import org.apache.spark.sql.catalyst.plans.JoinType;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.NearestByJoin;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;

/**
 * Gives a {@link KnnJoin} back to Spark when its right side is no longer a table: Spark replaces a
 * relation by its cached rows, or by no rows when a filter can never hold. The plan is then what
 * Spark would have made of the query by itself.
 */
public final class SparkRewrite extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        Scala.rewrite(
            node -> node instanceof KnnJoin join && !isSearchable(join) ? rewrite(join) : null));
  }

  private static boolean isSearchable(KnnJoin join) {
    try {
      BaseSide.of(join.right(), join.base(), new HashMap<>());
      return true;
    } catch (NotSearchable e) {
      return false;
    }
  }

  /** The same rows without the index. */
  static LogicalPlan rewrite(KnnJoin join) {
    if (join.right() instanceof LocalRelation local && local.data().isEmpty()) {
      return withoutMatches(join);
    }
    if (join.gathers()) {
      throw QueryErrors.gatheredFromCache();
    }
    KnnSpec spec = join.spec();
    requireArray(join.base());
    requireArray(join.query());
    JoinType type = spec.outer() ? LeftOuter$.MODULE$ : Inner$.MODULE$;
    NearestByJoin nearest =
        new NearestByJoin(
            join.left(),
            join.right(),
            type,
            spec.approximate(),
            spec.k(),
            spec.function().call(join.query(), join.base()),
            spec.function().direction());
    LogicalPlan rewritten = RewriteNearestByJoin$.MODULE$.apply(nearest);
    if (!join.extras().isEmpty()) {
      rewritten = RankedRewrite.withExtras(rewritten, join);
    }
    return ReplaceExpressions$.MODULE$.apply(rewritten);
  }

  private static void requireArray(Expression vector) {
    if (!(vector.dataType() instanceof ArrayType)) {
      throw QueryErrors.noFunctionFor(vector.dataType().sql());
    }
  }

  private static Literal noMatch(KnnJoin join, Attribute attribute) {
    Object value = join.gathers() ? new GenericArrayData(new Object[0]) : null;
    return new Literal(value, attribute.dataType());
  }

  private static LogicalPlan withoutMatches(KnnJoin join) {
    List<Attribute> output = asJava(join.output());
    if (!join.spec().outer() && !join.gathers()) {
      return new LocalRelation(join.output(), Scala.seq(List.of()), false, scala.Option.empty());
    }
    List<NamedExpression> columns = new ArrayList<>();
    int lefts = join.left().output().size();
    for (int i = 0; i < output.size(); i++) {
      Attribute attribute = output.get(i);
      columns.add(
          i < lefts
              ? asJava(join.left().output()).get(i)
              : Scala.as(noMatch(join, attribute), attribute));
    }
    return new Project(Scala.seq(columns), join.left());
  }
}
