/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.planning.PhysicalOperation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/**
 * Plans {@link KnnJoin}. A projection above it is planned together with it, so that columns nobody
 * asks for, above all the table's vectors, are never produced. Called again for every adaptive
 * re-planning: opens no file.
 */
public final class KnnStrategy extends SparkStrategy {
  private final SparkSession spark;

  /** Plans with the settings of {@code spark}. */
  public KnnStrategy(SparkSession spark) {
    this.spark = spark;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    Tuple3<Seq<NamedExpression>, Seq<Expression>, LogicalPlan> operation =
        PhysicalOperation.unapply(plan).get();
    if (!(operation._3() instanceof KnnJoin join)) {
      return Scala.seq(List.of());
    }
    List<NamedExpression> columns = asJava(operation._1());
    List<Expression> conditions = asJava(operation._2());
    List<Expression> above = new ArrayList<>(conditions);
    for (NamedExpression column : columns) {
      above.add((Expression) column);
    }
    SparkPlan planned = plan(join, AttributeSet$.MODULE$.apply(Scala.<Expression>seq(above)));
    if (!conditions.isEmpty()) {
      planned = new FilterExec(conditions.stream().reduce(And::new).get(), planned);
    }
    if (!columns.equals(asJava(planned.output()))) {
      planned = new ProjectExec(operation._1(), planned);
    }
    return Scala.seq(List.of(planned));
  }

  private SparkPlan plan(KnnJoin join, AttributeSet needed) {
    if (join.gathers() && !needed.contains(join.gathered().head())) {
      return planLater(join.left());
    }
    BaseSide side;
    try {
      side = BaseSide.of(join.right(), join.base(), new HashMap<>());
    } catch (NotSearchable e) {
      return planLater(SparkRewrite.rewrite(join));
    }
    if (!(side.leaf() instanceof DataSourceV2ScanRelation)) {
      return planLater(SparkRewrite.rewrite(join));
    }
    List<Attribute> output = new ArrayList<>();
    for (Attribute attribute : asJava(join.output())) {
      if (needed.contains(attribute)) {
        output.add(attribute);
      }
    }
    AttributeSet matchNeeds = join.gathers() ? AttributeSet$.MODULE$.apply(join.fields()) : needed;
    List<Attribute> match = new ArrayList<>();
    for (Seq<Attribute> columns : List.of(join.right().output(), join.extras())) {
      for (Attribute attribute : asJava(columns)) {
        if (matchNeeds.contains(attribute)) {
          match.add(attribute.withNullability(true));
        }
      }
    }
    return new KnnJoinExec(
        planLater(join.left()),
        join.query(),
        KnnPlan.of(spark, join, side, matchNeeds),
        Scala.seq(output),
        Scala.seq(match),
        join.fields(),
        join.label());
  }
}
