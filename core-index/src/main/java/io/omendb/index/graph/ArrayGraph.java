/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/**
 * A graph in heap arrays: one record per node, its degree followed by its neighbours.
 *
 * <p>Records are fixed-width, {@code capacity + 1} ints, and lie in pages of 2^16 nodes, because
 * one array could not address {@code size * (capacity + 1)} ints of a large segment. There is no
 * other per-node memory: {@link #bytes} is the footprint.
 *
 * <p>Reading is thread-safe while nobody writes. Writers of different nodes do not disturb each
 * other; {@link VamanaBuilder} separates reads and writes by its phases.
 */
public final class ArrayGraph implements Graph {
  private static final int PAGE_SHIFT = 16;

  private final int size;
  private final int capacity;
  private final int stride;
  private final int pageShift;
  private final int[][] pages;
  private int maxDegree;
  private int entryPoint = -1;

  /**
   * A graph without edges.
   *
   * @param size number of nodes
   * @param capacity out-degree that a record has room for
   */
  public ArrayGraph(int size, int capacity) {
    this(size, capacity, PAGE_SHIFT);
  }

  ArrayGraph(int size, int capacity, int pageShift) {
    this.size = size;
    this.capacity = capacity;
    this.maxDegree = capacity;
    this.stride = capacity + 1;
    this.pageShift = pageShift;
    int pageNodes = 1 << pageShift;
    this.pages = new int[(int) (((long) size + pageNodes - 1) >>> pageShift)][];
    for (int page = 0; page < pages.length; page++) {
      pages[page] = new int[Math.min(pageNodes, size - (page << pageShift)) * stride];
    }
  }

  /** Heap that a graph of this shape occupies, in bytes. */
  public static long bytes(int size, int capacity) {
    return 4L * size * (capacity + 1);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int maxDegree() {
    return maxDegree;
  }

  @Override
  public int entryPoint() {
    return entryPoint;
  }

  /** Sets the node that every search starts from. */
  public void setEntryPoint(int node) {
    entryPoint = node;
  }

  @Override
  public int neighbors(int node, int[] dst) {
    return neighbors(node, dst, 0);
  }

  /** Copies the out-neighbours of {@code node} to {@code dst} from {@code offset}. */
  int neighbors(int node, int[] dst, int offset) {
    int[] page = pages[node >>> pageShift];
    int record = record(node);
    int degree = page[record];
    System.arraycopy(page, record + 1, dst, offset, degree);
    return degree;
  }

  /**
   * Replaces the out-neighbours of {@code node}.
   *
   * @param neighbors ordinals; the first {@code degree} of them are copied
   */
  public void setNeighbors(int node, int[] neighbors, int degree) {
    if (degree > maxDegree) {
      throw new IllegalArgumentException(
          "degree of node " + node + " must be at most " + maxDegree + ", was " + degree);
    }
    int[] page = pages[node >>> pageShift];
    int record = record(node);
    System.arraycopy(neighbors, 0, page, record + 1, degree);
    page[record] = degree;
  }

  /** Out-degree of {@code node}. */
  int degree(int node) {
    return pages[node >>> pageShift][record(node)];
  }

  /** The {@code index}-th out-neighbour of {@code node}. */
  int neighbor(int node, int index) {
    return pages[node >>> pageShift][record(node) + 1 + index];
  }

  /** Replaces the {@code index}-th out-neighbour of {@code node}. */
  void setNeighbor(int node, int index, int neighbor) {
    pages[node >>> pageShift][record(node) + 1 + index] = neighbor;
  }

  /** Adds an out-neighbour behind the others. The caller has checked that there is room. */
  void append(int node, int neighbor) {
    int[] page = pages[node >>> pageShift];
    int record = record(node);
    int degree = page[record];
    page[record + 1 + degree] = neighbor;
    page[record] = degree + 1;
  }

  /** Lowers the bound that {@link #maxDegree()} reports once no list is longer. */
  void limitDegree(int bound) {
    maxDegree = Math.min(bound, capacity);
  }

  private int record(int node) {
    return (node & ((1 << pageShift) - 1)) * stride;
  }
}
