/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Parallel;
import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Builds a Vamana graph (DiskANN, Subramanya et al. 2019) in the batch-parallel form of ParlayANN
 * (Manohar et al. 2024, section 3): rows are inserted in seeded random order, in rounds that double
 * up to 2 % of all rows. In a round every row searches the same graph and prunes what it found;
 * then the back-edges are grouped by target and every overfull target is pruned once. No step takes
 * a lock and no result depends on scheduling: the same rows and config give the same graph with any
 * number of threads.
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

  private final VectorReader vectors;
  private final GraphConfig config;
  private final ArrayGraph graph;
  private final int[] order;
  private final BooleanSupplier cancelled;
  private final RowLinker[] linkers;
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
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    this.vectors = vectors;
    this.config = config;
    this.graph = new ArrayGraph(vectors.size(), config.slackDegree());
    this.order = shuffled(vectors.size(), config.seed());
    this.cancelled = cancelled;
    this.linkers = new RowLinker[threads];
    for (int i = 0; i < threads; i++) {
      linkers[i] = new RowLinker(vectors, graph, config);
    }
  }

  /**
   * Heap that a build needs at its peak, in bytes, besides the vectors: with n rows of d floats, T
   * threads, S = ceil(1.3 R), C = 2 max(L, S), rounds of m = min(n / 50, 2^17) rows and p =
   * min(sqrt(n) / 4, 256) pivots
   *
   * <pre>
   *   graph        4 n (S + 1)
   *   order        4 n + 8 m + 4 d p
   *   back-edges   4 n + 12 m R
   *   repair       8 n
   *   per thread   0.19 n + 4 d (C + 1) + O(C)
   * </pre>
   */
  public static long bytes(int size, int dimension, GraphConfig config, int threads) {
    return ArrayGraph.bytes(size, config.slackDegree())
        + 4L * size
        + RoundOrder.bytes(size, dimension, roundLimit(size))
        + BackEdges.bytes(size, roundLimit(size) * config.maxDegree())
        + Connectivity.bytes(size)
        + threads * RowLinker.bytes(size, dimension, config);
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
    while (inserted < end) {
      insertRound(Math.min(end, inserted + Math.min(inserted, roundLimit(order.length))));
    }
    run(end, 256, (linker, i) -> linker.trim(order[i]));
    new Connectivity(graph, config.maxDegree()).repair(order, end, linkers[0]::nearest);
    graph.limitDegree(config.maxDegree());
  }

  private void insertRound(int end) throws InterruptedIOException {
    int start = inserted;
    run(end - start, 64, (linker, i) -> roundOrder.assign(i, linker.read(order[start + i])));
    roundOrder.sort(order, start, end);
    run(end - start, 16, (linker, i) -> linker.link(order[start + i]));
    backEdges.group(graph, order, start, end);
    run(backEdges.size(), 64, (linker, i) -> linker.linkBack(backEdges, i));
    inserted = end;
  }

  /** One piece of a phase; must depend neither on the thread nor on the order of the pieces. */
  private interface Step {
    void run(RowLinker linker, int index);
  }

  /** Runs steps 0 to count - 1 on all threads, in chunks, and returns when all are done. */
  private void run(int count, int chunk, Step step) throws InterruptedIOException {
    AtomicInteger nextChunk = new AtomicInteger();
    AtomicBoolean stopped = new AtomicBoolean();
    int chunks = (int) (((long) count + chunk - 1) / chunk);
    Parallel.forEach(
        linkers.length,
        Math.min(linkers.length, chunks),
        thread -> {
          for (int c = nextChunk.getAndIncrement(); c < chunks; c = nextChunk.getAndIncrement()) {
            if (stopped.get() || cancelled.getAsBoolean()) {
              stopped.set(true);
              return;
            }
            int end = (int) Math.min(count, (c + 1L) * chunk);
            for (int i = c * chunk; i < end; i++) {
              step.run(linkers[thread], i);
            }
          }
        });
    if (stopped.get()) {
      throw new InterruptedIOException(
          "the build of a graph was cancelled after " + inserted + " of " + order.length + " rows");
    }
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
