/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Scorer;

/**
 * Estimated distances that insertions find their candidates by, in place of those of the vectors:
 * less to read and to compute. What a search finds is compared exactly before it is linked. One per
 * thread.
 */
public interface Navigator extends Scorer {
  /** Starts with a row, as the reader of the build gives it; it is not kept. */
  void prepare(float[] row);

  /** Floats of an outline, or 0 when there are none. */
  int outlineDimension();

  /**
   * Writes outlines a', b', ... of rows a, b, ...: fewer floats than a row has, such that {@code
   * |a|² + |b|² - 2 a'b'} is about the squared distance of a and b.
   *
   * @param ordinals of the rows, the first {@code n}
   * @param outlines receives n x {@link #outlineDimension} floats
   * @param squaredNorms receives the squared length of each row, about an origin that all share
   */
  void outline(int[] ordinals, int n, float[] outlines, float[] squaredNorms);
}
