/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.spark.conf.OmenOptions;
import io.omendb.spark.join.BaseSide;
import io.omendb.spark.join.KnnJoin;
import io.omendb.spark.join.KnnSpec;
import io.omendb.spark.join.NotSearchable;
import io.omendb.spark.join.Scala;
import io.omendb.spark.join.VectorFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.logical.AnalysisHelper$;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.NearestByJoin;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes {@code NEAREST BY} over an OmenDB table from Spark. Runs after resolution: later, Spark has
 * turned the join into a cross join and the vector function into a method call.
 *
 * <p>A join is taken when it ranks by one of Spark's vector functions in its natural direction, one
 * argument depends on the left side only and the other is the table's vector column. Any other join
 * is left to Spark, with the reason at INFO when its right side holds an OmenDB table.
 */
public final class NearestByRule extends Rule<LogicalPlan> {
  private static final Logger LOG = LoggerFactory.getLogger(NearestByRule.class);

  private final SparkSession spark;

  /** Obeys {@code spark.omendb.nearestBy.enabled} of {@code spark}. */
  public NearestByRule(SparkSession spark) {
    this.spark = spark;
  }

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (plan.analyzed()
        || !plan.containsPattern(TreePattern.NEAREST_BY_JOIN())
        || !OmenOptions.NEAREST_BY_ENABLED.of(spark)) {
      return plan;
    }
    Map<Long, LogicalPlan> definitions = new HashMap<>();
    plan.foreachWithSubqueries(
        node -> {
          if (node instanceof CTERelationDef definition) {
            definitions.put(definition.id(), definition.child());
          }
          return null;
        });
    return AnalysisHelper$.MODULE$.allowInvokingTransformsInAnalyzer(
        () ->
            plan.transformUpWithSubqueries(
                Scala.rewrite(
                    node ->
                        node instanceof NearestByJoin join && join.resolved()
                            ? take(join, definitions)
                            : null)));
  }

  private static LogicalPlan take(NearestByJoin join, Map<Long, LogicalPlan> definitions) {
    try {
      return knnJoin(join, definitions);
    } catch (NotSearchable e) {
      if (join.right().exists(node -> BaseSide.isTable(node))) {
        LOG.info("NEAREST BY over an OmenDB table is left to Spark: {}", e.getMessage());
      }
      return null;
    }
  }

  private static KnnJoin knnJoin(NearestByJoin join, Map<Long, LogicalPlan> definitions)
      throws NotSearchable {
    Expression ranking = join.rankingExpression();
    VectorFunction function =
        VectorFunction.of(ranking)
            .orElseThrow(() -> new NotSearchable("it ranks by " + ranking.sql()));
    if (!function.direction().equals(join.direction())) {
      throw new NotSearchable(
          "it asks for the farthest rows, ranking by " + ranking.sql() + " the wrong way round");
    }
    List<Expression> arguments = asJava(ranking.children());
    Expression query = arguments.get(0);
    Expression base = arguments.get(1);
    if (!query.references().subsetOf(join.left().outputSet())) {
      query = arguments.get(1);
      base = arguments.get(0);
    }
    if (!query.references().subsetOf(join.left().outputSet())) {
      throw new NotSearchable("no argument of " + ranking.sql() + " depends on the left side only");
    }
    if (!query.deterministic()) {
      throw new NotSearchable("its left vector is not deterministic: " + query.sql());
    }
    if (query.containsPattern(TreePattern.OUTER_REFERENCE())) {
      throw new NotSearchable("its left vector comes from an outer query: " + query.sql());
    }
    BaseSide.of(join.right(), base, definitions);
    KnnSpec spec =
        new KnnSpec(
            function,
            join.numResults(),
            join.approx(),
            join.joinType().equals(LeftOuter$.MODULE$),
            0);
    return new KnnJoin(join.left(), join.right(), query, base, spec, Scala.seq(List.of()));
  }
}
