/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.graph.Navigator;
import io.omendb.index.quantization.CodeEstimator;
import io.omendb.index.quantization.Quantizer;
import io.omendb.index.vector.Metric;

/**
 * Estimated distances of one query to rows, from their codes. Estimates order rows as the metric
 * does; under cosine they are twice its distances, the squared L2 of unit vectors. One per thread;
 * allocates nothing once its buffer has grown.
 */
final class CodeScorer implements Navigator {
  private final MappedCodes codes;
  private final Metric metric;
  private final CodeEstimator estimator;
  private final int codeBytes;
  private final float[] prepared;
  private byte[] gathered = new byte[0];

  CodeScorer(MappedCodes codes, Quantizer quantizer, Metric metric) {
    this.codes = codes;
    this.metric = metric;
    this.estimator = quantizer.newEstimator();
    this.codeBytes = quantizer.codeBytes();
    this.prepared = new float[quantizer.dimension()];
  }

  /** Starts with a query, which is not zero under cosine. */
  @Override
  public void prepare(float[] query) {
    estimator.prepare(inCodeSpace(query));
  }

  @Override
  public void distances(int[] ordinals, int n, float[] out) {
    if (gathered.length < n * codeBytes) {
      gathered = new byte[n * codeBytes];
    }
    codes.gather(ordinals, n, gathered);
    estimator.distances(gathered, n, out);
  }

  private float[] inCodeSpace(float[] query) {
    if (metric != Metric.COSINE) {
      return query;
    }
    float scale = (float) (1 / Math.sqrt(MetricViews.squaredNorm(query, 0, prepared.length)));
    for (int i = 0; i < prepared.length; i++) {
      prepared[i] = query[i] * scale;
    }
    return prepared;
  }
}
