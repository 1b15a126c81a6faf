/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/**
 * The nodes one search has seen: a bitmap that is emptied by rewinding only the words it touched,
 * so that a search costs what it visits and not what the graph holds. Owned by one thread.
 */
final class VisitedSet {
  private final long[] words;

  /** Words that are not zero; one slot more than words, for the write that does not count. */
  private final int[] touched;

  private int touchedCount;

  VisitedSet(int size) {
    this.words = new long[(int) (((long) size + 63) >>> 6)];
    this.touched = new int[words.length + 1];
  }

  /** Bytes of a set over {@code size} nodes. */
  static long bytes(int size) {
    return (((long) size + 63) >>> 6) * (Long.BYTES + Integer.BYTES);
  }

  /** Number of nodes the set has room for. */
  int capacity() {
    return words.length << 6;
  }

  /**
   * Adds the first {@code count} nodes and moves those that were not in the set to the front. Free
   * of branches, because which nodes are new is as unpredictable as a coin.
   *
   * @return how many were new
   */
  int addAll(int[] nodes, int count) {
    int fresh = 0;
    for (int i = 0; i < count; i++) {
      int node = nodes[i];
      int word = node >>> 6;
      long before = words[word];
      words[word] = before | (1L << node);
      touched[touchedCount] = word;
      touchedCount += 1 - (int) ((before | -before) >>> 63);
      nodes[fresh] = node;
      fresh += (int) (~before >>> node) & 1;
    }
    return fresh;
  }

  boolean contains(int node) {
    return ((words[node >>> 6] >>> node) & 1) != 0;
  }

  void clear() {
    for (int i = 0; i < touchedCount; i++) {
      words[touched[i]] = 0L;
    }
    touchedCount = 0;
  }
}
