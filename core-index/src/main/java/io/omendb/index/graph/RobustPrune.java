/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Kernels;
import java.util.Arrays;

/**
 * RobustPrune of DiskANN (Subramanya et al. 2019, algorithm 2): keeps of a node's candidates those
 * that no closer kept candidate makes superfluous.
 *
 * <p>A kept candidate i occludes a farther candidate j when {@code d(p, j) > a * d(i, j)} in
 * squared L2. The factor a is staged, as in DiskANN's implementation: first 1.0, which keeps the
 * relative neighbourhood graph, then alpha, which fills the remaining slots with edges that only
 * long detours could replace.
 *
 * <p>Copies: of candidates at distance zero from each other exactly one is kept, so copies cannot
 * fill a list; and because the comparison is strict, a kept copy of p itself occludes nothing else.
 *
 * <p>A pure function of its arguments; the object only owns scratch memory. One per thread.
 */
final class RobustPrune {
  private static final int SELECTED = -1;
  private static final int OCCLUDED = -2;

  private final Kernels kernels = Kernels.BEST;
  private final int dimension;
  private final int maxDegree;
  private final float alpha;
  private final int[] selection;

  /** Per candidate: how many kept ones it was compared with, or its final state. */
  private final int[] progress;

  private int selected;

  RobustPrune(int dimension, int maxDegree, float alpha, int capacity) {
    this.dimension = dimension;
    this.maxDegree = maxDegree;
    this.alpha = alpha;
    this.selection = new int[maxDegree];
    this.progress = new int[capacity];
  }

  /**
   * Selects at most {@code maxDegree} candidates.
   *
   * @param candidates {@link Candidate}s of p in ascending order, p itself not among them
   * @param count how many there are, at most the capacity
   * @param vectors the candidates' vectors in the same order, one after the other
   * @param out receives the ordinals that are kept, closest first
   * @return how many are kept; the closest candidate always is
   */
  int prune(long[] candidates, int count, float[] vectors, int[] out) {
    Arrays.fill(progress, 0, count, 0);
    selected = 0;
    select(candidates, count, vectors, 1f);
    if (alpha > 1f) {
      select(candidates, count, vectors, alpha);
    }
    Arrays.sort(selection, 0, selected);
    for (int s = 0; s < selected; s++) {
      out[s] = Candidate.ordinal(candidates[selection[s]]);
    }
    return selected;
  }

  private void select(long[] candidates, int count, float[] vectors, float factor) {
    for (int j = 0; j < count && selected < maxDegree; j++) {
      if (progress[j] >= 0 && survives(j, Candidate.distance(candidates[j]), vectors, factor)) {
        progress[j] = SELECTED;
        selection[selected++] = j;
      }
    }
  }

  /** Compares candidate j with the kept ones it has not met yet; each pair is computed once. */
  private boolean survives(int j, float distance, float[] vectors, float factor) {
    for (int s = progress[j]; s < selected; s++) {
      int i = selection[s];
      if (i > j) {
        continue;
      }
      float between = kernels.squaredL2(vectors, i * dimension, vectors, j * dimension, dimension);
      if (between == 0f || distance > alpha * between) {
        progress[j] = OCCLUDED;
        return false;
      }
      if (distance > factor * between) {
        progress[j] = s + 1;
        return false;
      }
    }
    progress[j] = selected;
    return true;
  }
}
