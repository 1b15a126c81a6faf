/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import java.util.Arrays;

/**
 * Keeps the k best of any number of (ordinal, distance) pairs by a total order: distance, then
 * ordinal. Distances compare as in {@link Float#compare} except that the two zeros are equal, so
 * NaN is larger than every number. Which pairs are kept does not depend on the order in which they
 * are offered.
 *
 * <p>Fill it with {@link #add}, then {@link #sort} and read. Owned by one thread; allocates nothing
 * after construction.
 */
public final class TopK {
  /** A max-heap of keys until sorted, then ascending. A key orders by distance, then ordinal. */
  private final long[] keys;

  private int size;
  private float bound;

  /** Room for the {@code k} best, k at least 1. */
  public TopK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, was " + k);
    }
    keys = new long[k];
    clear();
  }

  /** Forgets everything offered so far. */
  public void clear() {
    size = 0;
    bound = Float.POSITIVE_INFINITY;
  }

  /** Number of pairs kept: k, or fewer when fewer were offered. */
  public int size() {
    return size;
  }

  /**
   * A pair whose distance is larger than this would not be kept: the distance of the worst pair
   * when there are k of them, otherwise infinity.
   */
  public float bound() {
    return bound;
  }

  /**
   * Offers a pair.
   *
   * @param ordinal at least 0
   * @return whether it is kept for now
   */
  public boolean add(int ordinal, float distance) {
    long key = key(ordinal, distance);
    if (size < keys.length) {
      siftUp(size++, key);
      if (size < keys.length) {
        return true;
      }
    } else if (key < keys[0]) {
      siftDown(key, size);
    } else {
      return false;
    }
    bound = distanceOf(keys[0]);
    return true;
  }

  /** Orders the kept pairs, best first; call it once, after the last {@link #add}. */
  public void sort() {
    Arrays.sort(keys, 0, size);
  }

  /** Ordinal of the i-th best pair, after {@link #sort}. */
  public int ordinal(int i) {
    return (int) keys[i];
  }

  /** Distance of the i-th best pair, after {@link #sort}. */
  public float distance(int i) {
    return distanceOf(keys[i]);
  }

  private void siftUp(int from, long key) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (keys[parent] >= key) {
        break;
      }
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
  }

  /** Replaces the worst key. */
  private void siftDown(long key, int n) {
    int at = 0;
    int half = n >>> 1;
    while (at < half) {
      int child = 2 * at + 1;
      if (child + 1 < n && keys[child + 1] > keys[child]) {
        child++;
      }
      if (key >= keys[child]) {
        break;
      }
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
  }

  private static long key(int ordinal, float distance) {
    // Adding zero turns -0 into +0. Flipping the magnitude bits of negative floats makes the
    // integer order of the bits the order of the numbers.
    int bits = Float.floatToIntBits(distance + 0f);
    return ((long) (bits ^ ((bits >> 31) & 0x7fff_ffff)) << 32) | ordinal;
  }

  private static float distanceOf(long key) {
    int bits = (int) (key >> 32);
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & 0x7fff_ffff));
  }
}
