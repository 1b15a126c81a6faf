/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/**
 * The nodes one search has seen: a bitmap that is emptied by rewinding only the words it touched,
 * so that a search costs what it visits and not what the graph holds. Owned by one thread.
 */
final class VisitedSet {
  private final long[] words;
  private final int[] touched;
  private int touchedCount;

  VisitedSet(int size) {
    this.words = new long[(int) (((long) size + 63) >>> 6)];
    this.touched = new int[words.length];
  }

  /** Bytes of a set over {@code size} nodes. */
  static long bytes(int size) {
    return (((long) size + 63) >>> 6) * (Long.BYTES + Integer.BYTES);
  }

  /** Number of nodes the set has room for. */
  int capacity() {
    return words.length << 6;
  }

  /** Adds {@code node}; false when it was there already. */
  boolean add(int node) {
    int word = node >>> 6;
    long before = words[word];
    long after = before | (1L << node);
    if (before == after) {
      return false;
    }
    if (before == 0L) {
      touched[touchedCount++] = word;
    }
    words[word] = after;
    return true;
  }

  void clear() {
    for (int i = 0; i < touchedCount; i++) {
      words[touched[i]] = 0L;
    }
    touchedCount = 0;
  }
}
