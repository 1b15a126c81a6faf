/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;

/** Reads the metrics of an executed plan. */
final class SqlMetrics {

  private SqlMetrics() {}

  /** Runs the query and returns the metrics of the only node of that name. */
  static Map<String, Long> of(Dataset<Row> rows, String node) {
    rows.collectAsList();
    SparkPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().executedPlan();
    SparkPlan found = find(plan, node);
    Map<String, Long> values = new HashMap<>();
    asJava(found.metrics()).forEach((name, metric) -> values.put(name, (Long) metric.value()));
    return values;
  }

  private static SparkPlan find(SparkPlan plan, String node) {
    if (plan.nodeName().equals(node)) {
      return plan;
    }
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      return find(adaptive.executedPlan(), node);
    }
    if (plan instanceof QueryStageExec stage) {
      return find(stage.plan(), node);
    }
    for (SparkPlan child : asJava(plan.children())) {
      SparkPlan found = find(child, node);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
