/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Builds a Vamana graph (DiskANN, Subramanya et al. 2019) in the batch-parallel form of ParlayANN
 * (Manohar et al. 2024, section 3): rows are inserted in seeded random order, in rounds that double
 * up to 2 % of all rows. In a round every row searches the same graph and prunes what it found;
 * then the back-edges are grouped by target and every overfull target is pruned once. No step takes
 * a lock and no result depends on scheduling: the same rows and config give the same graph with any
 * number of threads.
 *
 * <p>With {@link GraphBuilder#PARTITIONED} only a skeleton is inserted like that. The other rows
 * get their candidates from partitions, all at once, and are pruned in the same way.
 *
 * <p>Distances are squared L2. The heap in use is the graph plus scratch, {@link #bytes}; vectors
 * are read through the reader and never kept.
 *
 * <p>Rows can be held out to measure recall before they are inserted:
 *
 * <pre>{@code
 * VamanaBuilder builder = new VamanaBuilder(vectors, config, threads, cancelled);
 * int[] queries = builder.insertAllBut(256);
 * measure(builder.graph(), queries);       // nothing leads to the rows held out
 * ArrayGraph graph = builder.finish();
 * }</pre>
 *
 * <p>Used by one thread; starts its own workers for the length of a call.
 */
public final class VamanaBuilder {
  private static final int LARGEST_ROUND = 1 << 17;

  /** Fewer rows are inserted as fast one by one; more do not fit the tables of partitions. */
  private static final int MIN_PARTITIONED = 2048;

  private static final int MAX_PARTITIONED = 1 << 28;

  /** Edges that are reversed at once when a graph is built from partitions, 4 GiB. */
  private static final int MOST_EDGES = 1 << 30;

  private final VectorReader vectors;
  private final GraphConfig config;
  private final ArrayGraph graph;
  private final int[] order;
  private final Phases phases;
  private final long memory;
  private final RowLinker[] linkers;
  private final Navigator[] navigators;
  private RoundOrder roundOrder;
  private BackEdges backEdges;
  private int inserted;

  /**
   * @param vectors rows to link, compared by squared L2; shared by all threads
   * @param config shape of the graph
   * @param threads at least 1; does not change the graph
   * @param cancelled polled every few rows; once true, the call under way ends with an
   *     InterruptedIOException and the builder is of no further use
   */
  public VamanaBuilder(
      VectorReader vectors, GraphConfig config, int threads, BooleanSupplier cancelled) {
    this(vectors, config, threads, Long.MAX_VALUE, cancelled, () -> null);
  }

  /**
   * As the other constructor.
   *
   * @param memory bytes of heap that the build may take, at least {@link #bytes}; with more than
   *     that a partitioned build is faster, and the graph is the same
   * @param navigators gives each thread what its searches walk by; null for exact distances
   */
  public VamanaBuilder(
      VectorReader vectors,
      GraphConfig config,
      int threads,
      long memory,
      BooleanSupplier cancelled,
      Supplier<Navigator> navigators) {
    this.phases = new Phases(threads, cancelled);
    this.memory = memory;
    this.vectors = vectors;
    this.config = config;
    this.graph = new ArrayGraph(vectors.size(), config.slackDegree());
    this.order = shuffled(vectors.size(), config.seed());
    this.linkers = new RowLinker[threads];
    this.navigators = new Navigator[threads];
    for (int i = 0; i < threads; i++) {
      this.navigators[i] = navigators.get();
      linkers[i] = new RowLinker(vectors, graph, config, this.navigators[i]);
    }
  }

  /**
   * Heap that suffices for a build, in bytes, besides the vectors: with n rows of d floats, T
   * threads, S = ceil(1.3 R), C = 2 max(L, S), K = max(32, 1.5 R), rounds of m = min(n / 50, 2^17)
   * rows, p = min(sqrt(n) / 4, 256) pivots and q = max(C, min(2^20 / d, 2048)) rows that are kept
   *
   * <pre>
   *   graph        4 n (S + 1)
   *   order        4 n + 8 m + 4 d p
   *   back-edges   4 n + 12 m R
   *   repair       8 n, when incremental
   *   per thread   0.19 n + 4 d (q + 1) + O(C)
   * </pre>
   *
   * and, when partitioned, with l = min(1000, n / 33) leaders
   *
   * <pre>
   *   cells        46 n
   *   candidates   n (8 K + 2) / 4, up to four times that when there is memory
   *   back-edges   12 n + 4 n R, instead of cells and candidates, when that is more
   *   leaders      8 d l + 4 l (S + 4)
   *   sample       8 d min(256, 2^22 / d)
   *   per thread   6 n + d (4 * 1,500 + 4 * 2,100) + O(1 MiB)
   * </pre>
   */
  public static long bytes(int size, int dimension, GraphConfig config, int threads) {
    long inserting = insertingBytes(size, dimension, config, threads);
    if (!partitioned(size, config)) {
      return inserting + Connectivity.bytes(size);
    }
    int edges = (int) Math.min((long) size * config.maxDegree(), MOST_EDGES);
    return inserting
        + Math.max(
            PartitionedCandidates.leastBytes(size, dimension, config, threads),
            BackEdges.bytes(size, edges));
  }

  private static long insertingBytes(int size, int dimension, GraphConfig config, int threads) {
    return ArrayGraph.bytes(size, config.slackDegree())
        + 4L * size
        + RoundOrder.bytes(size, dimension, roundLimit(size))
        + BackEdges.bytes(size, roundLimit(size) * config.maxDegree())
        + threads * RowLinker.bytes(size, dimension, config);
  }

  /** Whether a graph of so many rows is built from partitions. */
  private static boolean partitioned(int size, GraphConfig config) {
    return config.builder() == GraphBuilder.PARTITIONED
        && size >= MIN_PARTITIONED
        && size <= MAX_PARTITIONED;
  }

  /**
   * Inserts all rows but the last {@code heldOut} of the insertion order, a random sample, and
   * brings the graph over the inserted rows into its final form.
   *
   * @param heldOut at least 0 and, unless there are no rows, less than their number
   * @return the ordinals held out
   * @throws IllegalStateException when rows have been inserted already
   * @throws InterruptedIOException when cancelled
   */
  public int[] insertAllBut(int heldOut) throws InterruptedIOException {
    if (heldOut < 0 || (heldOut > 0 && heldOut >= order.length)) {
      throw new IllegalArgumentException(
          "heldOut must be in [0, " + order.length + "), was " + heldOut);
    }
    if (inserted > 0) {
      throw new IllegalStateException(inserted + " rows are in the graph; hold out before that");
    }
    insert(order.length - heldOut);
    return Arrays.copyOfRange(order, order.length - heldOut, order.length);
  }

  /** The graph as it stands: of degree R and connected after each call of this builder. */
  public ArrayGraph graph() {
    return graph;
  }

  /**
   * Inserts the rows that are left.
   *
   * @return the graph: every row is reachable from the entry point, no degree exceeds R
   * @throws InterruptedIOException when cancelled
   */
  public ArrayGraph finish() throws InterruptedIOException {
    insert(order.length);
    return graph;
  }

  /**
   * All rows, once {@link #finish} is done, in an order that keeps near ones together: those of one
   * leader when the graph was built from partitions, else those of one pivot and round. Not a copy.
   */
  public int[] nearOrder() {
    return order;
  }

  private void insert(int end) throws InterruptedIOException {
    if (end == inserted) {
      return;
    }
    if (inserted == 0) {
      roundOrder = new RoundOrder(vectors, order, roundLimit(order.length));
      backEdges = new BackEdges(order.length, roundLimit(order.length) * config.maxDegree());
      placeMedoidFirst();
      inserted = 1;
    }
    graph.limitDegree(config.slackDegree());
    if (inserted == 1 && partitioned(order.length, config)) {
      int different = new Copies(vectors, phases).moveBehind(order, end);
      insertRounds(skeletonSize(different));
      linkPartitioned(different);
      linkAllBack(different);
    }
    insertRounds(end);
    phases.run(end, 256, (thread, i) -> linkers[thread].trim(order[i]));
    new Connectivity(graph, config.maxDegree()).repair(order, end, linkers[0]::nearest);
    graph.limitDegree(config.maxDegree());
  }

  private void insertRounds(int end) throws InterruptedIOException {
    while (inserted < end) {
      insertRound(Math.min(end, inserted + Math.min(inserted, roundLimit(order.length))));
    }
  }

  private void insertRound(int end) throws InterruptedIOException {
    int start = inserted;
    phases.run(
        end - start,
        64,
        (thread, i) -> roundOrder.assign(i, linkers[thread].read(order[start + i])));
    roundOrder.sort(order, start, end);
    phases.run(end - start, 16, (thread, i) -> linkers[thread].link(order[start + i]));
    linkBack(start, end);
    inserted = end;
  }

  private void linkBack(int from, int to) throws InterruptedIOException {
    backEdges.group(graph, order, from, to);
    phases.run(
        backEdges.size(),
        64,
        (thread, i) -> linkers[thread].linkBack(backEdges, i, config.slackDegree()));
  }

  /**
   * Rows that are inserted one by one before the others are linked from partitions: they span the
   * long edges, which partitions cannot know.
   */
  private static int skeletonSize(int rows) {
    return Math.min(rows, Math.max(1000, rows / 32));
  }

  /** Links {@code order[0 .. end)}, of which the skeleton is linked already, and reorders it. */
  private void linkPartitioned(int end) throws InterruptedIOException {
    int d = vectors.dimension();
    int threads = phases.threads();
    long budget = memory - insertingBytes(order.length, d, config, threads);
    int parts = PartitionedCandidates.parts(order.length, d, config, threads, budget);
    if (!PartitionedCandidates.useful(navigators, d) || !linkPartitioned(end, navigators, parts)) {
      linkPartitioned(end, null, parts);
    }
  }

  /** As the other one; returns false, with nothing done, when outlines do not suffice. */
  private boolean linkPartitioned(int end, Navigator[] outlines, int parts)
      throws InterruptedIOException {
    PartitionedCandidates candidates =
        new PartitionedCandidates(vectors, graph, order, end, config, outlines, phases, parts);
    for (int start = 0; start < end; ) {
      int from = start;
      int to = candidates.collect(from);
      if (to < 0) {
        return false;
      }
      phases.run(to - from, 64, (thread, i) -> linkers[thread].link(candidates, from + i));
      start = to;
    }
    candidates.sortOrder();
    return true;
  }

  /**
   * Reverses the edges of {@code order[0 .. end)}, all at once unless there are too many for one
   * array, so that no list is pruned twice.
   */
  private void linkAllBack(int end) throws InterruptedIOException {
    int round = Math.min(end, MOST_EDGES / config.maxDegree());
    BackEdges all = new BackEdges(order.length, round * config.maxDegree());
    for (int from = 0; from < end; from += round) {
      all.group(graph, order, from, Math.min(end, from + round));
      phases.run(
          all.size(), 64, (thread, i) -> linkers[thread].linkBack(all, i, config.maxDegree()));
    }
    inserted = end;
  }

  /**
   * Rows of the largest round: 2 % of all, ParlayANN's bound on how stale a search may be, and few
   * enough that a round's edges stay small beside any graph.
   */
  private static int roundLimit(int size) {
    return Math.max(1, Math.min(size / 50, LARGEST_ROUND));
  }

  private void placeMedoidFirst() {
    int position = Medoid.position(vectors, order);
    int medoid = order[position];
    order[position] = order[0];
    order[0] = medoid;
    graph.setEntryPoint(medoid);
  }

  private static int[] shuffled(int size, long seed) {
    int[] order = new int[size];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
