/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import java.util.Arrays;

/**
 * The closest candidates seen of each of a range of nodes: per node a sorted list of at most {@code
 * capacity} {@link Candidate}s, which is what bounds the memory of a partitioned build.
 *
 * <p>What a list holds depends on the set of candidates offered and not on their order, provided
 * that a pair always comes with the same distance; so threads may offer in any order. Offers are
 * thread-safe, reads are once nobody offers any more.
 */
final class Reservoirs {
  private static final int PAGE_SHIFT = 14;
  private static final int LOCKS = 1 << 10;

  private final int capacity;
  private final long[][] pages;
  private final short[] counts;
  private final Object[] locks = new Object[LOCKS];

  /** Empty lists of {@code size} nodes. */
  Reservoirs(int size, int capacity) {
    this.capacity = capacity;
    this.counts = new short[size];
    int pageNodes = 1 << PAGE_SHIFT;
    this.pages = new long[(int) (((long) size + pageNodes - 1) >>> PAGE_SHIFT)][];
    for (int page = 0; page < pages.length; page++) {
      pages[page] = new long[Math.min(pageNodes, size - (page << PAGE_SHIFT)) * capacity];
    }
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /** Bytes of the lists of {@code size} nodes. */
  static long bytes(int size, int capacity) {
    return size * (8L * capacity + 2) + 24L * LOCKS;
  }

  /** Empties all lists. */
  void clear() {
    Arrays.fill(counts, (short) 0);
  }

  /** Offers a {@link Candidate} to the {@code index}-th list. */
  void offer(int index, long candidate) {
    long[] page = pages[index >>> PAGE_SHIFT];
    int from = start(index);
    synchronized (locks[index & (LOCKS - 1)]) {
      int count = counts[index];
      if (count == capacity && candidate >= page[from + count - 1]) {
        return;
      }
      int at = Arrays.binarySearch(page, from, from + count, candidate);
      if (at >= 0) {
        return;
      }
      at = -at - 1;
      int kept = Math.min(count, capacity - 1);
      System.arraycopy(page, at, page, at + 1, from + kept - at);
      page[at] = candidate;
      counts[index] = (short) (kept + 1);
    }
  }

  /** Copies the {@code index}-th list to {@code dst}, closest first; returns its length. */
  int read(int index, long[] dst) {
    System.arraycopy(pages[index >>> PAGE_SHIFT], start(index), dst, 0, counts[index]);
    return counts[index];
  }

  private int start(int index) {
    return (index & ((1 << PAGE_SHIFT) - 1)) * capacity;
  }
}
