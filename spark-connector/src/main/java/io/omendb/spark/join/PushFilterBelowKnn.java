/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Moves conditions on left columns below the join, so that rows which would be dropped afterwards
 * ask nothing. Conditions on right columns stay above: below, they would change the neighbours.
 */
public final class PushFilterBelowKnn extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(
        Scala.rewrite(
            node ->
                node instanceof Filter filter && filter.child() instanceof KnnJoin join
                    ? push(filter.condition(), join)
                    : null));
  }

  private static LogicalPlan push(Expression condition, KnnJoin join) {
    List<Expression> below = new ArrayList<>();
    List<Expression> above = new ArrayList<>();
    split(condition, join, below, above);
    if (below.isEmpty()) {
      return null;
    }
    LogicalPlan left = new Filter(below.stream().reduce(And::new).get(), join.left());
    LogicalPlan pushed = join.withNewChildren(Scala.<LogicalPlan>seq(List.of(left, join.right())));
    return above.isEmpty() ? pushed : new Filter(above.stream().reduce(And::new).get(), pushed);
  }

  private static void split(
      Expression condition, KnnJoin join, List<Expression> below, List<Expression> above) {
    if (condition instanceof And) {
      for (Expression part : asJava(condition.children())) {
        split(part, join, below, above);
      }
    } else if (condition.deterministic()
        && condition.references().subsetOf(join.left().outputSet())) {
      below.add(condition);
    } else {
      above.add(condition);
    }
  }
}
