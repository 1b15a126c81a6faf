/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

/** Recall as overlap of sets: the share of the k exact nearest neighbours that were found. */
public final class Recall {
  private Recall() {}

  /**
   * How many of the first k of {@code truth} are among the first k of {@code found}; negative
   * entries mean none.
   */
  public static int hits(int[] truth, int[] found, int k) {
    int hits = 0;
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        if (found[j] >= 0 && truth[i] == found[j]) {
          hits++;
          break;
        }
      }
    }
    return hits;
  }

  /** Mean over the queries, in [0, 1]. */
  public static double at(int[][] truth, int[][] found, int k) {
    long hits = 0;
    for (int q = 0; q < found.length; q++) {
      hits += hits(truth[q], found[q], k);
    }
    return found.length == 0 ? 0 : (double) hits / ((long) found.length * k);
  }
}
