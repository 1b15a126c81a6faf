/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Scorer;
import java.util.Arrays;

/**
 * Greedy best-first search over a graph with a bounded, sorted beam (GreedySearch of DiskANN,
 * Subramanya et al. 2019, algorithm 1).
 *
 * <p>Each hop expands the closest unexpanded candidate of the beam, scores its unvisited neighbours
 * in one call and lets those in that are closer than the worst of a full beam. The search ends when
 * every candidate of the beam has been expanded.
 *
 * <p>The object is the scratch memory and the answer of the last search: one per thread, and a
 * search allocates nothing once the arrays have grown to the largest list size in use.
 */
public final class BeamSearch {
  private final VisitedSet visited;
  private final int[] neighbors;
  private final float[] distances;
  private long[] beam;
  private int beamSize;
  private long[] expanded = new long[256];
  private int hops;
  private int distanceCount;

  /**
   * Scratch for graphs of at most {@code size} nodes and degree {@code maxDegree}.
   *
   * @param listSize beam width to make room for; a wider search grows the beam
   */
  public BeamSearch(int size, int maxDegree, int listSize) {
    this.visited = new VisitedSet(size);
    this.neighbors = new int[maxDegree];
    this.distances = new float[maxDegree];
    this.beam = new long[listSize];
  }

  /** Bytes of the scratch for such searches, without what long walks add. */
  static long bytes(int size, int maxDegree, int listSize) {
    return VisitedSet.bytes(size) + 8L * maxDegree + 24L * listSize;
  }

  /**
   * Searches {@code graph}; the answer stays readable until the next search.
   *
   * @param graph no larger than the scratch
   * @param scorer distances from the query; smaller is closer
   * @param entryPoints nodes to start from; the first {@code entryCount} are used, repeats are
   *     ignored
   * @param listSize beam width L, at least 1: the number of candidates that are kept
   * @return the number of candidates found, at most {@code listSize}
   */
  public int search(Graph graph, Scorer scorer, int[] entryPoints, int entryCount, int listSize) {
    if (listSize < 1) {
      throw new IllegalArgumentException("listSize must be at least 1, was " + listSize);
    }
    if (graph.size() > visited.capacity() || graph.maxDegree() > neighbors.length) {
      throw new IllegalArgumentException(
          "graph of "
              + graph.size()
              + " nodes and degree "
              + graph.maxDegree()
              + " does not fit scratch for "
              + visited.capacity()
              + " nodes and degree "
              + neighbors.length);
    }
    if (beam.length < listSize) {
      beam = new long[listSize];
    }
    visited.clear();
    beamSize = 0;
    hops = 0;
    distanceCount = 0;
    for (int from = 0; from < entryCount; from += neighbors.length) {
      int count = Math.min(neighbors.length, entryCount - from);
      System.arraycopy(entryPoints, from, neighbors, 0, count);
      scoreUnvisited(scorer, count, listSize);
    }
    int position = 0;
    while (position < beamSize) {
      long candidate = beam[position];
      if ((candidate & Candidate.MARK) != 0) {
        position++;
        continue;
      }
      beam[position] = candidate | Candidate.MARK;
      recordExpanded(candidate);
      int degree = graph.neighbors(Candidate.ordinal(candidate), neighbors);
      position = Math.min(position + 1, scoreUnvisited(scorer, degree, listSize));
    }
    return beamSize;
  }

  /** Candidates found by the last search. */
  public int size() {
    return beamSize;
  }

  /** Ordinal of the {@code i}-th closest candidate; ties in distance come in ordinal order. */
  public int ordinal(int i) {
    return Candidate.ordinal(beam[i]);
  }

  /** Distance of the {@code i}-th closest candidate. */
  public float distance(int i) {
    return Candidate.distance(beam[i]);
  }

  /** Nodes whose neighbours the last search read. */
  public int hops() {
    return hops;
  }

  /** Distances the last search computed. */
  public int distances() {
    return distanceCount;
  }

  /** The {@code i}-th expanded node as a {@link Candidate}, in order of expansion, below hops. */
  long expanded(int i) {
    return expanded[i];
  }

  private void recordExpanded(long candidate) {
    if (hops == expanded.length) {
      expanded = Arrays.copyOf(expanded, 2 * hops);
    }
    expanded[hops++] = candidate;
  }

  /** Scores what is new among the neighbours; returns the lowest beam position that changed. */
  private int scoreUnvisited(Scorer scorer, int count, int listSize) {
    int fresh = visited.addAll(neighbors, count);
    if (fresh == 0) {
      return Integer.MAX_VALUE;
    }
    scorer.distances(neighbors, fresh, distances);
    distanceCount += fresh;
    int lowest = Integer.MAX_VALUE;
    for (int i = 0; i < fresh; i++) {
      float distance = distances[i];
      if (beamSize == listSize
          && Candidate.sortable(distance) >= (int) (beam[beamSize - 1] >> 32)) {
        continue;
      }
      lowest = Math.min(lowest, insert(Candidate.pack(distance, neighbors[i]), listSize));
    }
    return lowest;
  }

  private int insert(long candidate, int listSize) {
    int low = 0;
    int high = beamSize;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (beam[middle] < candidate) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int kept = beamSize == listSize ? beamSize - 1 : beamSize;
    System.arraycopy(beam, low, beam, low + 1, kept - low);
    beam[low] = candidate;
    beamSize = kept + 1;
    return low;
  }
}
