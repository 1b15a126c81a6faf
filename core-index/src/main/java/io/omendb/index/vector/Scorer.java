/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

/** Distances from one fixed query to stored vectors; smaller is closer. One per search thread. */
public interface Scorer {
  /** Writes the distance of {@code ordinals[i]} to {@code out[i]} for every i below {@code n}. */
  void distances(int[] ordinals, int n, float[] out);
}
