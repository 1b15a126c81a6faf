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
}
