/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark;

import io.omendb.spark.join.KnnStrategy;
import io.omendb.spark.join.PushFilterBelowKnn;
import io.omendb.spark.join.SparkRewrite;
import io.omendb.spark.sql.AnnSearch;
import io.omendb.spark.sql.NearestByRule;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.runtime.BoxedUnit;

/**
 * Teaches a session to answer {@code NEAREST BY} over OmenDB tables by their index, and adds the
 * table function {@code ann_search}. Spark finds it in the jar by itself; naming it in {@code
 * spark.sql.extensions} as well does no harm.
 */
public final class OmenExtensions implements SparkSessionExtensionsProvider {

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectPostHocResolutionRule(NearestByRule::new);
    extensions.injectOptimizerRule(spark -> new PushFilterBelowKnn());
    extensions.injectOptimizerRule(spark -> new SparkRewrite());
    extensions.injectPlannerStrategy(KnnStrategy::new);
    extensions.injectTableFunction(AnnSearch.description());
    return BoxedUnit.UNIT;
  }
}
