/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Scorer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Greedy best-first search over a graph with a bounded, sorted beam (GreedySearch of DiskANN,
 * Subramanya et al. 2019, algorithm 1).
 *
 * <p>Each hop expands the closest unexpanded candidate of the beam, scores its unvisited neighbours
 * in one call and lets those in that are closer than the worst of a full beam. The search ends when
 * every candidate of the beam has been expanded.
 *
 * <p>With a filter only nodes that pass it enter the beam or cost a distance; a hop reaches them
 * over nodes that do not, see {@link PassingNeighbors}. Such a search may go on from one without
 * the filter, which finds the way to the query and passing nodes around it more cheaply.
 *
 * <p>The object is the scratch memory and the answer of the last search: one per thread, and a
 * search allocates nothing once the arrays have grown to the largest list size in use.
 */
public final class BeamSearch {
  private final VisitedSet visited;
  private final int maxDegree;
  private int[] neighbors;
  private float[] distances;
  private long[] beam;
  private int beamSize;
  private long[] expanded = new long[256];
  private int hops;
  private int distanceCount;

  /** Made by the first search with a filter. */
  private PassingNeighbors passing;

  /** What {@link #searchAround} keeps the nearest visited ones of; otherwise null. */
  private BitSet keeping;

  /** The nearest nodes that pass, sorted. */
  private long[] kept = new long[0];

  private int keptSize;
  private int keep;

  /** Distances that {@link #searchAround} computed. */
  private float[] seen = new float[256];

  /**
   * Scratch for graphs of at most {@code size} nodes and degree {@code maxDegree}.
   *
   * @param listSize beam width to make room for; a wider search grows the beam
   */
  public BeamSearch(int size, int maxDegree, int listSize) {
    this.visited = new VisitedSet(size);
    this.maxDegree = maxDegree;
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
    start(graph, listSize);
    for (int from = 0; from < entryCount; from += neighbors.length) {
      int count = Math.min(neighbors.length, entryCount - from);
      System.arraycopy(entryPoints, from, neighbors, 0, count);
      score(scorer, visited.addAll(neighbors, count), listSize);
    }
    return walk(graph, scorer, listSize, null);
  }

  /**
   * Searches {@code graph} for nodes that pass a filter; otherwise as {@link #search(Graph, Scorer,
   * int[], int, int)}.
   *
   * @param entryPoints those that pass are candidates; of the others the neighbours that pass are
   * @param accept nodes that pass
   * @param passing how many they are, at least 1
   */
  public int search(
      Graph graph,
      Scorer scorer,
      int[] entryPoints,
      int entryCount,
      int listSize,
      BitSet accept,
      int passing) {
    start(graph, listSize);
    PassingNeighbors reach = passingNeighbors();
    reach.start(graph, accept, passing);
    for (int i = 0; i < entryCount; i++) {
      int fresh;
      if (accept.get(entryPoints[i])) {
        neighbors[0] = entryPoints[i];
        fresh = visited.addAll(neighbors, 1);
      } else {
        hops++;
        fresh = reach.collect(entryPoints[i], visited, neighbors);
      }
      score(scorer, fresh, listSize);
    }
    walk(graph, scorer, listSize, reach);
    hops += reach.bridges();
    return beamSize;
  }

  /**
   * Searches {@code graph} as {@link #search(Graph, Scorer, int[], int, int)} does, whether nodes
   * pass the filter or not, and keeps those that do, for {@link #searchOn}.
   *
   * @param accept nodes that pass
   * @param keep how many to keep, the nearest ones, at least 1
   * @param place at least 1, at most {@code keep}
   * @return how many of the nodes whose distances were computed, passing or not, are nearer than
   *     the {@code place}-th nearest of those that pass; as many as an int can hold when fewer pass
   */
  public int searchAround(
      Graph graph,
      Scorer scorer,
      int[] entryPoints,
      int entryCount,
      int listSize,
      BitSet accept,
      int keep,
      int place) {
    if (kept.length < keep) {
      kept = new long[keep];
    }
    this.keep = keep;
    keptSize = 0;
    keeping = accept;
    try {
      search(graph, scorer, entryPoints, entryCount, listSize);
    } finally {
      keeping = null;
    }
    if (keptSize < place) {
      return Integer.MAX_VALUE;
    }
    float distance = Candidate.distance(kept[place - 1]);
    int nearer = 0;
    for (int i = 0; i < distanceCount; i++) {
      nearer += seen[i] < distance ? 1 : 0;
    }
    return nearer;
  }

  /**
   * Searches on for nodes that pass, from those that {@link #searchAround} kept just before and as
   * many of them, with the same graph, scorer and filter.
   *
   * @param passing number of nodes that pass, at least 1
   * @return the number of candidates found, at most as many as were to be kept
   */
  public int searchOn(Graph graph, Scorer scorer, BitSet accept, int passing) {
    int before = hops;
    PassingNeighbors reach = passingNeighbors();
    reach.start(graph, accept, passing);
    start(graph, keep);
    beamSize = keptSize;
    System.arraycopy(kept, 0, beam, 0, beamSize);
    // All neighbours of a node that was expanded are known: it is no bridge any more, and if it
    // passes, it leads to none that there is room for beside those that were kept.
    for (int i = 0; i < before; i++) {
      int node = Candidate.ordinal(expanded[i]);
      if (!accept.get(node)) {
        markVisited(node);
      } else {
        markExpanded(expanded[i]);
      }
    }
    for (int i = 0; i < beamSize; i++) {
      markVisited(Candidate.ordinal(beam[i]));
    }
    walk(graph, scorer, keep, reach);
    hops += reach.bridges();
    return beamSize;
  }

  /** Marks a candidate where it is in the beam. */
  private void markExpanded(long candidate) {
    for (int i = 0; i < beamSize; i++) {
      if (beam[i] == candidate) {
        beam[i] |= Candidate.MARK;
        return;
      }
    }
  }

  private void markVisited(int node) {
    neighbors[0] = node;
    visited.addAll(neighbors, 1);
  }

  private int walk(Graph graph, Scorer scorer, int listSize, PassingNeighbors reach) {
    int position = 0;
    while (position < beamSize) {
      long candidate = beam[position];
      if ((candidate & Candidate.MARK) != 0) {
        position++;
        continue;
      }
      beam[position] = candidate | Candidate.MARK;
      recordExpanded(candidate);
      int node = Candidate.ordinal(candidate);
      int fresh =
          reach == null
              ? visited.addAll(neighbors, graph.neighbors(node, neighbors))
              : reach.collect(node, visited, neighbors);
      position = Math.min(position + 1, score(scorer, fresh, listSize));
    }
    return beamSize;
  }

  private void start(Graph graph, int listSize) {
    if (listSize < 1) {
      throw new IllegalArgumentException("listSize must be at least 1, was " + listSize);
    }
    if (graph.size() > visited.capacity() || graph.maxDegree() > maxDegree) {
      throw new IllegalArgumentException(
          "graph of "
              + graph.size()
              + " nodes and degree "
              + graph.maxDegree()
              + " does not fit scratch for "
              + visited.capacity()
              + " nodes and degree "
              + maxDegree);
    }
    if (beam.length < listSize) {
      beam = new long[listSize];
    }
    visited.clear();
    beamSize = 0;
    hops = 0;
    distanceCount = 0;
  }

  private PassingNeighbors passingNeighbors() {
    if (passing == null) {
      passing = new PassingNeighbors(maxDegree);
      neighbors = new int[passing.most()];
      distances = new float[passing.most()];
    }
    return passing;
  }

  /** Whether the last search computed the distance of a node, or read its neighbours. */
  public boolean visited(int node) {
    return visited.contains(node);
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

  /** Scores the first nodes of the scratch; returns the lowest beam position that changed. */
  private int score(Scorer scorer, int fresh, int listSize) {
    if (fresh == 0) {
      return Integer.MAX_VALUE;
    }
    scorer.distances(neighbors, fresh, distances);
    distanceCount += fresh;
    if (keeping != null) {
      keep(fresh);
    }
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
    int at = beamSize == listSize ? beamSize - 1 : beamSize++;
    return insert(candidate, beam, at);
  }

  /** Lets those of the first nodes of the scratch that pass into the list of what is kept. */
  private void keep(int fresh) {
    if (seen.length < distanceCount) {
      seen = Arrays.copyOf(seen, 2 * distanceCount);
    }
    System.arraycopy(distances, 0, seen, distanceCount - fresh, fresh);
    for (int i = 0; i < fresh; i++) {
      if (keeping.get(neighbors[i])) {
        long candidate = Candidate.pack(distances[i], neighbors[i]);
        if (keptSize < keep) {
          insert(candidate, kept, keptSize++);
        } else if (candidate < kept[keep - 1]) {
          insert(candidate, kept, keep - 1);
        }
      }
    }
  }

  /** Inserts into sorted {@code list[0 .. at)}, at or before {@code at}, and returns where. */
  private static int insert(long candidate, long[] list, int at) {
    while (at > 0 && list[at - 1] > candidate) {
      list[at] = list[at - 1];
      at--;
    }
    list[at] = candidate;
    return at;
  }
}
