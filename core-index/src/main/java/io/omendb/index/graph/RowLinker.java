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
 * <p>Candidate vectors are gathered into one contiguous block before a prune, which compares each
 * of them with many others.
 */
final class RowLinker implements Scorer {
  private final Kernels kernels = Kernels.BEST;
  private final VectorReader vectors;
  private final ArrayGraph graph;
  private final GraphConfig config;
  private final int dimension;
  private final BeamSearch beam;
  private final RobustPrune prune;
  private final int[] entry = new int[1];
  private final float[] query;
  private final float[] block;
  private final int[] ordinals;
  private final float[] distances;
  private final long[] pool;
  private final int[] selected;
  private final int[] known;

  RowLinker(VectorReader vectors, ArrayGraph graph, GraphConfig config) {
    this.vectors = vectors;
    this.graph = graph;
    this.config = config;
    this.dimension = vectors.dimension();
    this.beam = new BeamSearch(graph.size(), config.slackDegree(), config.buildListSize());
    int capacity = capacity(config);
    this.prune = new RobustPrune(dimension, config.maxDegree(), config.alpha(), capacity);
    this.query = new float[dimension];
    this.block = new float[capacity * dimension];
    this.ordinals = new int[capacity];
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
        + 4L * dimension * (capacity + 1)
        + RobustPrune.bytes(config.maxDegree(), capacity)
        + 24L * capacity
        + 4L * config.maxDegree()
        + 4L * config.slackDegree();
  }

  /**
   * Squared L2 from the query. All rows are copied before the first is scored: the copies do not
   * wait for each other, so their cache misses overlap.
   */
  @Override
  public void distances(int[] ords, int n, float[] out) {
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
    int count = 0;
    for (int i = 0; i < beam.hops(); i++) {
      if (count == pool.length) {
        count = keepClosest(count);
      }
      pool[count++] = beam.expanded(i);
    }
    replaceNeighbors(row, count);
  }

  /**
   * Gives the row at {@code position} its out-neighbours out of its candidates, those of its leader
   * and the neighbours it has already.
   */
  void link(PartitionedCandidates candidates, int position) {
    int row = candidates.row(position);
    vectors.read(row, query, 0);
    int count = candidates.read(position, pool);
    int far = candidates.farCandidates(position, ordinals);
    far += graph.neighbors(row, ordinals, far);
    replaceNeighbors(row, scoreNew(row, far, count));
  }

  /** Adds the back-edges of {@code group} to its target, pruning when they do not fit. */
  void linkBack(BackEdges edges, int group) {
    int target = edges.target(group);
    int degree = graph.neighbors(target, known);
    int start = edges.start(group);
    int end = edges.end(group);
    int fresh = 0;
    for (int i = start; i < end; i++) {
      fresh += isKnown(edges.source(i), degree) ? 0 : 1;
    }
    if (degree + fresh <= config.slackDegree()) {
      for (int i = start; i < end; i++) {
        if (!isKnown(edges.source(i), degree)) {
          graph.append(target, edges.source(i));
        }
      }
      return;
    }
    vectors.read(target, query, 0);
    int count = scoreNeighbors(target);
    for (int i = start; i < end; ) {
      if (count > pool.length - ordinals.length) {
        count = keepClosest(count);
      }
      int n = 0;
      while (i < end && n < ordinals.length) {
        int source = edges.source(i++);
        ordinals[n] = source;
        n += isKnown(source, degree) ? 0 : 1;
      }
      count = score(n, count);
    }
    replaceNeighbors(target, count);
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
      replaceNeighbors(row, scoreNeighbors(row));
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
    beam.search(graph, this, entry, 1, config.buildListSize());
  }

  private int scoreNeighbors(int row) {
    return score(graph.neighbors(row, ordinals), 0);
  }

  /** Appends the first {@code n} ordinals to the pool with their distances from the query. */
  private int score(int n, int count) {
    distances(ordinals, n, distances);
    for (int i = 0; i < n; i++) {
      pool[count++] = Candidate.pack(distances[i], ordinals[i]);
    }
    return count;
  }

  /** Scores those of the first {@code n} ordinals that are neither the row nor in the pool. */
  private int scoreNew(int row, int n, int count) {
    int fresh = 0;
    for (int i = 0; i < n; i++) {
      boolean inPool = ordinals[i] == row;
      for (int c = 0; c < count && !inPool; c++) {
        inPool = Candidate.ordinal(pool[c]) == ordinals[i];
      }
      for (int c = 0; c < fresh && !inPool; c++) {
        inPool = ordinals[c] == ordinals[i];
      }
      if (!inPool) {
        ordinals[fresh++] = ordinals[i];
      }
    }
    return score(fresh, count);
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

  private void replaceNeighbors(int row, int count) {
    int kept = keepClosest(count);
    for (int i = 0; i < kept; i++) {
      vectors.read(Candidate.ordinal(pool[i]), block, i * dimension);
    }
    graph.setNeighbors(row, selected, prune.prune(pool, kept, block, selected));
  }
}
