/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.vector.Metric;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Exact k nearest rows of many queries at once by blocked brute force. One per thread. */
public final class ExactSearch {
  private final Segment segment;
  private final Metric metric;

  /** {@code metric} may differ from the one the segment was built with. */
  public ExactSearch(Segment segment, Metric metric) {
    this.segment = segment;
    this.metric = metric;
  }

  /**
   * Finds the exact k nearest rows of each query.
   *
   * @param queries row-major, {@code count} x dimension
   * @param accept rows that may be returned; null for all
   * @param out one buffer per query
   */
  public void search(
      float[] queries, int count, int k, BitSet accept, Neighbors[] out, SearchStats stats) {
    int d = segment.info().config().dimension();
    int rows = segment.info().rows();
    float[] row = new float[d];
    for (int q = 0; q < count; q++) {
      out[q].clear();
      int at = q * d;
      double[] distances =
          IntStream.range(0, rows)
              .mapToDouble(
                  i -> {
                    segment.readVector(i, row);
                    double dot = 0;
                    double l2 = 0;
                    double nq = 0;
                    double nx = 0;
                    for (int j = 0; j < d; j++) {
                      double a = queries[at + j];
                      double b = row[j];
                      dot += a * b;
                      l2 += (a - b) * (a - b);
                      nq += a * a;
                      nx += b * b;
                    }
                    return metric == Metric.L2
                        ? l2
                        : metric == Metric.COSINE ? 1 - dot / Math.sqrt(nq * nx) : -dot;
                  })
              .toArray();
      Neighbors answer = out[q];
      IntStream.range(0, rows)
          .filter(i -> accept == null || accept.get(i))
          .boxed()
          .sorted(Comparator.comparingDouble(i -> distances[i]))
          .limit(k)
          .forEach(i -> answer.add(i, (float) distances[i]));
      stats.searches++;
      stats.exactDistances += rows;
    }
  }
}
