/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.segment.Neighbors;
import java.util.Arrays;

/**
 * The k nearest rows of each query of a block, over segments that are merged one after another.
 * Ties go to the segment merged first, within a segment to the lower ordinal. Reused for block
 * after block; owned by one thread.
 */
public final class TopKMerger {
  private int k;
  private int[] sizes = new int[0];
  private float[] distances = new float[0];
  private int[] segments = new int[0];
  private int[] ordinals = new int[0];

  /** Forgets everything and makes room for {@code queries} queries with {@code k} rows each. */
  public void reset(int queries, int k) {
    this.k = k;
    int slots = Math.multiplyExact(queries, k);
    if (sizes.length < queries) {
      sizes = new int[queries];
    } else {
      Arrays.fill(sizes, 0, queries, 0);
    }
    if (distances.length < slots) {
      distances = new float[slots];
      segments = new int[slots];
      ordinals = new int[slots];
    }
  }

  /** Offers the answer of one segment to a query, ascending by distance. */
  public void merge(int query, int segment, Neighbors found) {
    int base = query * k;
    int have = sizes[query];
    // How many of each list are among the k nearest of both.
    int old = 0;
    int fresh = 0;
    while (old + fresh < k && (old < have || fresh < found.size())) {
      if (fresh == found.size()
          || (old < have && Float.compare(distances[base + old], found.distance(fresh)) <= 0)) {
        old++;
      } else {
        fresh++;
      }
    }
    sizes[query] = old + fresh;
    // Backwards, so that no entry is overwritten before it is moved.
    for (int at = base + old + fresh - 1; fresh > 0; at--) {
      if (old > 0 && Float.compare(distances[base + old - 1], found.distance(fresh - 1)) > 0) {
        old--;
        distances[at] = distances[base + old];
        segments[at] = segments[base + old];
        ordinals[at] = ordinals[base + old];
      } else {
        fresh--;
        distances[at] = found.distance(fresh);
        segments[at] = segment;
        ordinals[at] = found.ordinal(fresh);
      }
    }
  }

  /** Rows found for a query, at most k. */
  public int size(int query) {
    return sizes[query];
  }

  /** Segment of the i-th nearest row of a query. */
  public int segment(int query, int i) {
    return segments[query * k + i];
  }

  /** Ordinal in its segment of the i-th nearest row of a query. */
  public int ordinal(int query, int i) {
    return ordinals[query * k + i];
  }

  /** Distance of the i-th nearest row of a query, in the convention of the metric. */
  public float distance(int query, int i) {
    return distances[query * k + i];
  }
}
