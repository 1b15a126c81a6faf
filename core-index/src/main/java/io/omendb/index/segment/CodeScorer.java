/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.graph.Navigator;
import io.omendb.index.quantization.CodeEstimator;
import io.omendb.index.quantization.Quantizer;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.vector.Metric;

/**
 * Estimated distances of one query to rows, from their codes. Estimates order rows as the metric
 * does; under cosine they are twice its distances, the squared L2 of unit vectors. One per thread;
 * allocates nothing once its buffer has grown.
 */
final class CodeScorer implements Navigator {
  /** Codes that are read at a time for their outlines. */
  private static final int SOME = 32;

  private final MappedCodes codes;
  private final Metric metric;
  private final Quantizer quantizer;
  private final CodeEstimator estimator;
  private final int codeBytes;
  private final float[] prepared;
  private final int[] some = new int[SOME];
  private byte[] gathered = new byte[0];

  CodeScorer(MappedCodes codes, Quantizer quantizer, Metric metric) {
    this.codes = codes;
    this.metric = metric;
    this.quantizer = quantizer;
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
    gather(ordinals, n);
    estimator.distances(gathered, n, out);
  }

  private void gather(int[] ordinals, int n) {
    if (gathered.length < n * codeBytes) {
      gathered = new byte[n * codeBytes];
    }
    codes.gather(ordinals, n, gathered);
  }

  /** The components of a transform code; other codes have none, nor have inner products. */
  @Override
  public int outlineDimension() {
    return quantizer instanceof TransformQuantizer transform && metric != Metric.INNER_PRODUCT
        ? transform.components()
        : 0;
  }

  @Override
  public void outline(int[] ordinals, int n, float[] outlines, float[] squaredNorms) {
    TransformQuantizer transform = (TransformQuantizer) quantizer;
    int components = transform.components();
    for (int from = 0; from < n; from += SOME) {
      int count = Math.min(SOME, n - from);
      System.arraycopy(ordinals, from, some, 0, count);
      gather(some, count);
      for (int i = 0; i < count; i++) {
        squaredNorms[from + i] =
            transform.decode(gathered, i * codeBytes, outlines, (from + i) * components);
      }
    }
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
