/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.segment.Neighbors;
import java.util.Arrays;

/**
 * The k nearest rows of each query of a block, over segments that are merged one after another.
 * Takes memory for the rows that are found, not for all that k allows. Ties go to the segment
 * merged first, within a segment to the lower ordinal. Reused for block after block; owned by one
 * thread.
 */
public final class TopKMerger {
  private int k;
  private int[] sizes = new int[0];
  private int[] starts = new int[0];
  private int[] rooms = new int[0];
  private int end;
  private float[] distances = new float[0];
  private int[] segments = new int[0];
  private int[] ordinals = new int[0];

  /** Forgets everything and makes room for {@code queries} queries with {@code k} rows each. */
  public void reset(int queries, int k) {
    reset(queries, k, k);
  }

  /**
   * Forgets everything.
   *
   * @param k rows that are kept per query
   * @param room rows of every query for which room is made now; those who find more get it then
   */
  public void reset(int queries, int k, int room) {
    this.k = k;
    end = Math.multiplyExact(queries, room);
    if (sizes.length < queries) {
      sizes = new int[queries];
      starts = new int[queries];
      rooms = new int[queries];
    } else {
      Arrays.fill(sizes, 0, queries, 0);
    }
    Arrays.fill(rooms, 0, queries, room);
    for (int query = 0; query < queries; query++) {
      starts[query] = query * room;
    }
    if (distances.length < end) {
      distances = new float[end];
      segments = new int[end];
      ordinals = new int[end];
    }
  }

  /** Gives a query room for {@code size} rows, behind all others, and takes its rows along. */
  private void grow(int query, int size) {
    int room = (int) Math.max(size, Math.min(k, 2L * rooms[query]));
    int start = end;
    end = Math.addExact(end, room);
    if (distances.length < end) {
      int length = (int) Math.max(end, Math.min(Integer.MAX_VALUE - 8L, 2L * distances.length));
      distances = Arrays.copyOf(distances, length);
      segments = Arrays.copyOf(segments, length);
      ordinals = Arrays.copyOf(ordinals, length);
    }
    System.arraycopy(distances, starts[query], distances, start, sizes[query]);
    System.arraycopy(segments, starts[query], segments, start, sizes[query]);
    System.arraycopy(ordinals, starts[query], ordinals, start, sizes[query]);
    starts[query] = start;
    rooms[query] = room;
  }

  /** Offers the answer of one segment to a query, ascending by distance. */
  public void merge(int query, int segment, Neighbors found) {
    int base = starts[query];
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
    if (old + fresh > rooms[query]) {
      grow(query, old + fresh);
      base = starts[query];
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

  /** Rows found for the first {@code queries} queries together. */
  public long total(int queries) {
    long total = 0;
    for (int query = 0; query < queries; query++) {
      total += sizes[query];
    }
    return total;
  }

  /** Segment of the i-th nearest row of a query. */
  public int segment(int query, int i) {
    return segments[starts[query] + i];
  }

  /** Ordinal in its segment of the i-th nearest row of a query. */
  public int ordinal(int query, int i) {
    return ordinals[starts[query] + i];
  }

  /** Distance of the i-th nearest row of a query, in the convention of the metric. */
  public float distance(int query, int i) {
    return distances[starts[query] + i];
  }
}
