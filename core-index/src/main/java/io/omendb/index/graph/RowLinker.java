/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.Scorer;
import io.omendb.index.vector.VectorReader;
import java.util.Arrays;

/**
 * The per-row work of a Vamana build and its scratch memory: find a row's candidates, prune them to
 * its out-neighbours, prune a list that back-edges have overfilled. One per thread.
 *
 * <p>Candidate vectors are gathered into one block before a prune, which compares each of them with
 * many others.
 */
final class RowLinker implements Scorer {
  private final Kernels kernels = Kernels.BEST;
  private final VectorReader vectors;
  private final ArrayGraph graph;
  private final GraphConfig config;
  private final Navigator navigator;
  private final int dimension;
  private final BeamSearch beam;
  private final RobustPrune prune;
  private final int[] entry = new int[1];
  private final float[] query;

  /** Holds the vectors of rows that are compared; a search uses its array for its own. */
  private final RowCache cache;

  private final float[] block;

  /** Rows that are looked at, and which vector of the block is that of each. */
  private final int[] ordinals;

  private final int[] places;

  private final int[] offsets;
  private final int[] slots;
  private final float[] distances;
  private final long[] seen = new long[16];
  private final long[] pool;
  private final int[] selected;
  private final int[] known;

  /**
   * @param navigator distances that searches walk by; null for those of the vectors
   */
  RowLinker(VectorReader vectors, ArrayGraph graph, GraphConfig config, Navigator navigator) {
    this.navigator = navigator;
    this.vectors = vectors;
    this.graph = graph;
    this.config = config;
    this.dimension = vectors.dimension();
    this.beam = new BeamSearch(graph.size(), config.slackDegree(), config.buildListSize());
    int capacity = capacity(config);
    this.query = new float[dimension];
    this.cache = new RowCache(vectors, capacity);
    this.prune = new RobustPrune(dimension, config.maxDegree(), config.alpha(), capacity);
    this.block = cache.rows();
    this.places = new int[capacity];
    this.ordinals = new int[capacity];
    this.offsets = new int[capacity];
    this.slots = new int[capacity];
    this.distances = new float[capacity];
    this.pool = new long[2 * capacity];
    this.selected = new int[config.maxDegree()];
    this.known = new int[config.slackDegree()];
  }

  /** Most candidates that enter a prune: the closest ones of whatever was found. */
  private static int capacity(GraphConfig config) {
    int searched = Math.max(2 * config.buildListSize(), 2 * config.slackDegree());
    return config.builder() == GraphBuilder.INCREMENTAL
        ? searched
        : Math.max(searched, PartitionedCandidates.capacity(config) + 2 * config.slackDegree() + 1);
  }

  /** Bytes of one thread's scratch. */
  static long bytes(int size, int dimension, GraphConfig config) {
    long capacity = capacity(config);
    return BeamSearch.bytes(size, config.slackDegree(), config.buildListSize())
        + 4L * dimension
        + RowCache.bytes(dimension, (int) capacity)
        + RobustPrune.bytes(config.maxDegree(), capacity)
        + 36L * capacity
        + 4L * config.maxDegree()
        + 4L * config.slackDegree();
  }

  /**
   * Squared L2 from the query. All rows are copied before the first is scored: the copies do not
   * wait for each other, so their cache misses overlap.
   */
  @Override
  public void distances(int[] ords, int n, float[] out) {
    cache.clear();
    vectors.prefetch(ords, 0, n);
    for (int i = 0; i < n; i++) {
      vectors.read(ords[i], block, i * dimension);
    }
    kernels.squaredL2Rows(query, 0, block, 0, n, dimension, out);
  }

  /** The vector of {@code row}, until the next call of any method. */
  float[] read(int row) {
    vectors.read(row, query, 0);
    return query;
  }

  /** Gives {@code row}, which nothing leads to yet, its out-neighbours. */
  void link(int row) {
    search(row);
    if (navigator == null) {
      replaceNeighbors(row, expanded());
    } else if (beam.hops() <= ordinals.length) {
      for (int i = 0; i < beam.hops(); i++) {
        ordinals[i] = Candidate.ordinal(beam.expanded(i));
      }
      compare(0, beam.hops());
      replaceNeighborsByCompared(row, beam.hops());
    } else {
      replaceNeighbors(row, scoreExpanded());
    }
  }

  /** Puts the closest nodes that the search expanded into the pool; returns how many. */
  private int expanded() {
    int count = 0;
    for (int i = 0; i < beam.hops(); i++) {
      if (count == pool.length) {
        count = keepClosest(count);
      }
      pool[count++] = beam.expanded(i);
    }
    return count;
  }

  /** As {@link #expanded}, when what the search knows are estimates. */
  private int scoreExpanded() {
    int count = 0;
    for (int i = 0; i < beam.hops(); ) {
      count = makeRoom(count);
      int n = 0;
      while (i < beam.hops() && n < ordinals.length) {
        ordinals[n++] = Candidate.ordinal(beam.expanded(i++));
      }
      count = score(n, count);
    }
    return count;
  }

  /**
   * Gives the row at {@code position} its out-neighbours out of its candidates, those of its leader
   * and the neighbours it has already.
   */
  void link(PartitionedCandidates candidates, int position) {
    int row = candidates.row(position);
    vectors.read(row, query, 0);
    int near = candidates.read(position, pool);
    for (int i = 0; i < near; i++) {
      ordinals[i] = Candidate.ordinal(pool[i]);
    }
    int compared = 0;
    if (candidates.exact()) {
      for (; compared < near; compared++) {
        pool[compared] = Candidate.pack(Candidate.distance(pool[compared]), compared);
      }
    }
    int end = candidates.farCandidates(position, ordinals, near);
    end += graph.neighbors(row, ordinals, end);
    int count = keepNew(row, near, end);
    compare(compared, count);
    replaceNeighborsByCompared(row, count);
  }

  /**
   * Adds the back-edges of {@code group} to its target, pruning when it would have more than {@code
   * most} neighbours.
   */
  void linkBack(BackEdges edges, int group, int most) {
    int target = edges.target(group);
    int degree = graph.neighbors(target, known);
    int start = edges.start(group);
    int end = edges.end(group);
    int fresh = 0;
    for (int i = start; i < end; i++) {
      fresh += isKnown(edges.source(i), degree) ? 0 : 1;
    }
    if (degree + fresh <= most) {
      for (int i = start; i < end; i++) {
        if (!isKnown(edges.source(i), degree)) {
          graph.append(target, edges.source(i));
        }
      }
      return;
    }
    vectors.read(target, query, 0);
    if (degree + fresh <= ordinals.length) {
      System.arraycopy(known, 0, ordinals, 0, degree);
      takeUnknown(edges, start, end, degree, degree);
      compare(0, degree + fresh);
      replaceNeighborsByCompared(target, degree + fresh);
      return;
    }
    int count = score(graph.neighbors(target, ordinals), 0);
    for (int i = start; i < end; i += ordinals.length) {
      count = makeRoom(count);
      int to = Math.min(end, i + ordinals.length);
      count = score(takeUnknown(edges, i, to, degree, 0), count);
    }
    replaceNeighbors(target, count);
  }

  /** Writes the sources that are not known yet to the ordinals from {@code at} on. */
  private int takeUnknown(BackEdges edges, int from, int to, int degree, int at) {
    int end = at;
    for (int i = from; i < to; i++) {
      if (!isKnown(edges.source(i), degree)) {
        ordinals[end++] = edges.source(i);
      }
    }
    return end - at;
  }

  private boolean isKnown(int node, int degree) {
    for (int e = 0; e < degree; e++) {
      if (known[e] == node) {
        return true;
      }
    }
    return false;
  }

  /** Brings the list of {@code row} down to the degree bound. */
  void trim(int row) {
    if (graph.degree(row) > config.maxDegree()) {
      vectors.read(row, query, 0);
      int degree = graph.neighbors(row, ordinals);
      compare(0, degree);
      replaceNeighborsByCompared(row, degree);
    }
  }

  /** The closest node that a search for {@code row} finds. */
  int nearest(int row) {
    search(row);
    return beam.ordinal(0);
  }

  private void search(int row) {
    vectors.read(row, query, 0);
    entry[0] = graph.entryPoint();
    if (navigator != null) {
      navigator.prepare(query);
    }
    Scorer scorer = navigator != null ? navigator : this;
    beam.search(graph, scorer, entry, 1, config.buildListSize());
  }

  /** Appends the first {@code n} ordinals to the pool with their distances from the query. */
  private int score(int n, int count) {
    distances(ordinals, n, distances);
    for (int i = 0; i < n; i++) {
      pool[count++] = Candidate.pack(distances[i], ordinals[i]);
    }
    return count;
  }

  /** Keeps of {@code ordinals[known .. end)} what is neither the row nor there before. */
  private int keepNew(int row, int known, int end) {
    Arrays.fill(seen, 0L);
    for (int i = 0; i < known; i++) {
      mark(ordinals[i]);
    }
    int count = known;
    for (int i = known; i < end; i++) {
      int ordinal = ordinals[i];
      boolean there = ordinal == row;
      if (!there && !mark(ordinal)) {
        for (int c = 0; c < count && !there; c++) {
          there = ordinals[c] == ordinal;
        }
      }
      if (!there) {
        ordinals[count++] = ordinal;
      }
    }
    return count;
  }

  /** Sets the bit of an ordinal, which others share; returns whether it was clear. */
  private boolean mark(int ordinal) {
    int hash = ordinal * 0x9E3779B1;
    int word = hash >>> 28;
    long bit = 1L << (hash >>> 22);
    boolean clear = (seen[word] & bit) == 0;
    seen[word] |= bit;
    return clear;
  }

  /**
   * Reads the rows {@code ordinals[0 .. to)} and puts the numbers from {@code from} on into the
   * pool with the distances of these rows from the query.
   */
  private void compare(int from, int to) {
    cache.read(ordinals, to, places);
    for (int i = from; i < to; i++) {
      offsets[i - from] = places[i] * dimension;
    }
    kernels.squaredL2At(query, 0, block, offsets, to - from, dimension, distances);
    for (int i = from; i < to; i++) {
      pool[i] = Candidate.pack(distances[i - from], i);
    }
  }

  private int makeRoom(int count) {
    return count > pool.length - ordinals.length ? keepClosest(count) : count;
  }

  private int keepClosest(int count) {
    // Arrays.sort allocates when it finds that the front is sorted already, as it often is here.
    if (count > 1) {
      long first = pool[0];
      pool[0] = pool[count - 1];
      pool[count - 1] = first;
    }
    Arrays.sort(pool, 0, count);
    return Math.min(count, ordinals.length);
  }

  /** Prunes the closest candidates of the pool, reading their vectors. */
  private void replaceNeighbors(int row, int count) {
    int kept = keepClosest(count);
    cache.clear();
    for (int i = 0; i < kept; i++) {
      vectors.read(Candidate.ordinal(pool[i]), block, i * dimension);
      slots[i] = i;
    }
    graph.setNeighbors(row, selected, prune.prune(pool, kept, block, slots, selected));
  }

  /** Prunes the first {@code count} ordinals, whose numbers the pool holds in any order. */
  private void replaceNeighborsByCompared(int row, int count) {
    keepClosest(count);
    for (int i = 0; i < count; i++) {
      int number = Candidate.ordinal(pool[i]);
      long candidate = Candidate.pack(Candidate.distance(pool[i]), ordinals[number]);
      int at = i;
      // Of candidates as far as each other the one with the lower ordinal comes first.
      for (; at > 0 && pool[at - 1] > candidate; at--) {
        pool[at] = pool[at - 1];
        slots[at] = slots[at - 1];
      }
      pool[at] = candidate;
      slots[at] = places[number];
    }
    graph.setNeighbors(row, selected, prune.prune(pool, count, block, slots, selected));
  }
}
