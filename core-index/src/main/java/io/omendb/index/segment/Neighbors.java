/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

/**
 * The answer to one search: ordinals and distances, nearest first, ties by ordinal. A reusable
 * buffer owned by one thread.
 */
public final class Neighbors {
  private int[] ordinals;
  private float[] distances;
  private int size;

  public Neighbors(int capacity) {
    ordinals = new int[capacity];
    distances = new float[capacity];
  }

  /** Number of neighbours found; less than k only when fewer rows were eligible. */
  public int size() {
    return size;
  }

  /** Ordinal in its segment of the i-th nearest row. */
  public int ordinal(int i) {
    return ordinals[i];
  }

  /**
   * Distance of the i-th nearest row in the convention of {@link io.omendb.index.vector.Metric}.
   */
  public float distance(int i) {
    return distances[i];
  }

  /** Forgets the answer. */
  public void clear() {
    size = 0;
  }

  /** Appends a neighbour; the caller appends in ascending order. */
  public void add(int ordinal, float distance) {
    if (size == ordinals.length) {
      int capacity = Math.max(16, size * 2);
      ordinals = java.util.Arrays.copyOf(ordinals, capacity);
      distances = java.util.Arrays.copyOf(distances, capacity);
    }
    ordinals[size] = ordinal;
    distances[size++] = distance;
  }
}
