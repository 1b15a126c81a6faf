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
  /** Kept candidates that one is compared with before looking whether that was enough. */
  private static final int AT_A_TIME = 4;

  private final Kernels kernels = Kernels.BEST;
  private final int dimension;
  private final int maxDegree;
  private final float alpha;
  private final int[] selection;

  /** Per candidate: how many kept ones it has met when it was put off to alpha; else 0. */
  private final int[] met;

  /** Candidates that nothing kept has occluded yet. */
  private final int[] open;

  private final int[] offsets;
  private final float[] between;
  private int selected;

  RobustPrune(int dimension, int maxDegree, float alpha, int capacity) {
    this.dimension = dimension;
    this.maxDegree = maxDegree;
    this.alpha = alpha;
    this.selection = new int[maxDegree];
    this.met = new int[capacity];
    this.open = new int[capacity];
    this.offsets = new int[capacity];
    this.between = new float[capacity];
  }

  /** Bytes of heap. */
  static long bytes(int maxDegree, long capacity) {
    return 4L * maxDegree + 16 * capacity;
  }

  /**
   * Selects at most {@code maxDegree} candidates.
   *
   * @param candidates {@link Candidate}s of p in ascending order, p itself not among them
   * @param count how many there are, at most the capacity
   * @param vectors the candidates' vectors, one after the other in any order
   * @param slots which of them is the i-th candidate's
   * @param out receives the ordinals that are kept, closest first
   * @return how many are kept; the closest candidate always is
   */
  int prune(long[] candidates, int count, float[] vectors, int[] slots, int[] out) {
    selected = 0;
    selectDiverse(candidates, count, vectors, slots);
    for (int j = 0; j < count && selected < maxDegree; j++) {
      if (met[j] > 0 && survives(j, Candidate.distance(candidates[j]), vectors, slots)) {
        selection[selected++] = j;
      }
    }
    Arrays.sort(selection, 0, selected);
    for (int s = 0; s < selected; s++) {
      out[s] = Candidate.ordinal(candidates[selection[s]]);
    }
    return selected;
  }

  /** The stage of factor 1: compares each candidate that is kept with all that are still open. */
  private void selectDiverse(long[] candidates, int count, float[] vectors, int[] slots) {
    Arrays.fill(met, 0, count, 0);
    for (int j = 0; j < count; j++) {
      open[j] = j;
    }
    int left = count;
    while (left > 0 && selected < maxDegree) {
      int kept = open[0];
      selection[selected++] = kept;
      for (int o = 1; o < left; o++) {
        offsets[o - 1] = slots[open[o]] * dimension;
      }
      kernels.squaredL2At(
          vectors, slots[kept] * dimension, vectors, offsets, left - 1, dimension, between);
      int still = 0;
      for (int o = 1; o < left; o++) {
        int j = open[o];
        float distance = Candidate.distance(candidates[j]);
        if (occludes(between[o - 1], distance)) {
          continue;
        }
        if (distance > between[o - 1]) {
          met[j] = selected;
        } else {
          open[still++] = j;
        }
      }
      left = still;
    }
  }

  /**
   * The stage of alpha: compares candidate j with the kept ones it has not met, a few at a time.
   */
  private boolean survives(int j, float distance, float[] vectors, int[] slots) {
    int s = met[j];
    while (s < selected) {
      int n = 0;
      for (; s < selected && n < AT_A_TIME; s++) {
        if (selection[s] < j) {
          offsets[n++] = slots[selection[s]] * dimension;
        }
      }
      kernels.squaredL2At(vectors, slots[j] * dimension, vectors, offsets, n, dimension, between);
      for (int i = 0; i < n; i++) {
        if (occludes(between[i], distance)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean occludes(float between, float distance) {
    return between == 0f || distance > alpha * between;
  }
}
