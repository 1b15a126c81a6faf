/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.graph.BeamSearch;
import io.omendb.index.graph.Graph;
import io.omendb.index.quantization.PqScorer;
import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.vector.Metric;
import io.omendb.index.vector.Scorer;
import java.util.BitSet;

/**
 * The search of DiskANN (Subramanya et al. 2019, section 3): a beam search that sees codes only,
 * then exact distances of the candidates. One per thread; allocates nothing per query once its
 * arrays have grown to the list size in use.
 */
final class GraphSearch implements Scorer {
  private final Graph graph;
  private final MappedCodes codes;
  private final Metric metric;
  private final PqScorer estimator;
  private final BeamSearch beam;
  private final int[] entryPoint = new int[1];
  private final float[] prepared;
  private final byte[] gathered;

  GraphSearch(Graph graph, MappedCodes codes, ProductQuantizer quantizer, Metric metric) {
    this.graph = graph;
    this.codes = codes;
    this.metric = metric;
    this.estimator =
        metric == Metric.INNER_PRODUCT
            ? PqScorer.negatedDot(quantizer)
            : PqScorer.squaredL2(quantizer);
    this.beam = new BeamSearch(graph.size(), graph.maxDegree(), 128);
    this.prepared = new float[quantizer.dimension()];
    this.gathered = new byte[graph.maxDegree() * quantizer.subspaces()];
  }

  /**
   * Offers the best candidates that a walk finds to {@code reranker}.
   *
   * @param query not zero under cosine
   * @param listSize beam width
   * @param limit most candidates that are offered
   * @param accept rows that may be offered; null for all
   * @param reranker started with this query
   * @return number of candidates offered
   */
  int search(
      float[] query, int listSize, int limit, BitSet accept, Reranker reranker, SearchStats stats) {
    long readsBefore = reranker.reads();
    estimator.prepare(inCodeSpace(query));
    entryPoint[0] = graph.entryPoint();
    int found = beam.search(graph, this, entryPoint, 1, listSize);
    stats.hops += beam.hops();
    stats.pqDistances += beam.distances();
    stats.fullReadsBeforeRerank += reranker.reads() - readsBefore;
    int offered = 0;
    for (int i = 0; i < found && offered < limit; i++) {
      int ordinal = beam.ordinal(i);
      if (accept == null || accept.get(ordinal)) {
        reranker.add(ordinal);
        offered++;
      }
    }
    return offered;
  }

  /** Estimates from codes; called by the beam. */
  @Override
  public void distances(int[] ordinals, int n, float[] out) {
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
