/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;

/** The figures of one join that Spark's UI shows; tasks add to them once per block. */
record KnnMetrics(
    SQLMetric rows,
    SQLMetric queries,
    SQLMetric shortQueries,
    SQLMetric segments,
    SQLMetric bytes,
    SQLMetric hops,
    SQLMetric estimates,
    SQLMetric exactDistances,
    SQLMetric loadTime,
    SQLMetric searchTime,
    SQLMetric fetchTime)
    implements Serializable {

  static KnnMetrics create(SparkContext spark) {
    return new KnnMetrics(
        SQLMetrics.createMetric(spark, "number of output rows"),
        SQLMetrics.createMetric(spark, "queries"),
        SQLMetrics.createMetric(spark, "queries with fewer than k neighbours"),
        SQLMetrics.createMetric(spark, "segments searched"),
        SQLMetrics.createSizeMetric(spark, "bytes mapped", -1),
        SQLMetrics.createMetric(spark, "graph hops"),
        SQLMetrics.createMetric(spark, "estimated distances"),
        SQLMetrics.createMetric(spark, "exact distances"),
        SQLMetrics.createNanoTimingMetric(spark, "time to load segments", -1),
        SQLMetrics.createNanoTimingMetric(spark, "time to search", -1),
        SQLMetrics.createNanoTimingMetric(spark, "time to fetch rows", -1));
  }

  /** By the names under which Spark finds them. */
  Map<String, SQLMetric> byName() {
    Map<String, SQLMetric> byName = new LinkedHashMap<>();
    byName.put("numOutputRows", rows);
    byName.put("queries", queries);
    byName.put("shortQueries", shortQueries);
    byName.put("segmentsSearched", segments);
    byName.put("bytesMapped", bytes);
    byName.put("hops", hops);
    byName.put("estimates", estimates);
    byName.put("exactDistances", exactDistances);
    byName.put("loadTime", loadTime);
    byName.put("searchTime", searchTime);
    byName.put("fetchTime", fetchTime);
    return byName;
  }
}
