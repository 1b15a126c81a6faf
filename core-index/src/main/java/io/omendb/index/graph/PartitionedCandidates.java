/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Candidates of all rows at once, without searching: the partitions of PiPNN (arXiv 2602.21247).
 * Every row is given to the nearest few of up to 1,000 random leaders, so that neighbours share
 * cells although cells have borders; cells are split into leaves of a few hundred rows; in a leaf
 * all distances are one matrix product, and each row is paired with the nearest. Both rows of a
 * pair become candidates of the other, and a row keeps the closest of its candidates.
 *
 * <p>In data of many intrinsic dimensions one partition misses too much. The nearest of a sample
 * tell whether another one, around other leaders, is worth its time.
 *
 * <p>With navigators that have outlines rows are compared by these, a fraction of the work, and the
 * distances of candidates are estimates. Whether they suffice the sample tells, too.
 *
 * <p>The candidates of all rows may be more than there is memory for. Then they are collected for
 * one part of the rows after the other. That costs time, because the partitions are made again, and
 * changes nothing else.
 *
 * <p>Used by one thread, which starts workers: for each part {@link #collect}, then {@link #read}
 * by any thread. The same rows, order and config give the same candidates at any thread count and
 * in any number of parts.
 */
final class PartitionedCandidates {
  /** Leaders that a row is given to. */
  private static final int COPIES = 6;

  /** Partitions, each around other leaders, that are tried. */
  private static final int MOST_PARTITIONS = 6;

  /** The same when rows are compared by outlines. */
  private static final int MOST_PARTITIONS_BY_OUTLINES = 2;

  /** Share of the nearest of a sample that candidates must hold before no more are tried. */
  private static final double ENOUGH_RECALL = 0.92;

  /**
   * When candidates by outlines hold less the outlines are to blame. It may be lower: what
   * estimates miss is mostly at the end of the list.
   */
  private static final double LEAST_RECALL_BY_OUTLINES = 0.85;

  /** Parts that the least memory makes necessary. */
  private static final int MOST_PARTS = 4;

  private final VectorReader vectors;
  private final boolean outlined;
  private final int[] order;
  private final int count;
  private final long seed;
  private final Phases phases;
  private final Cells[] cells;
  private final int picks;
  private final int copies;
  private final int leaderCount;
  private final float[] leaderRows;
  private final Panel leaders;
  private final ArrayGraph leaderGraph;
  private final short[] leadersOfRow;
  private final short[] firstLeader;
  private final int[] cellRows;
  private final int[] cellEnds;
  private final int[] byCell;
  private final int[] positions;
  private final Reservoirs reservoirs;
  private final int capacity;
  private final int partRows;
  private int partitions;
  private int partStart;

  /** Null until it is asked how good a partition is. */
  private CandidateRecall nearest;

  /**
   * @param graph over the first rows of {@code order} at least
   * @param order random order of all rows; the first {@code count} take part, the very first ones
   *     become the leaders
   * @param navigators one for each thread when their outlines are to be compared, else null
   * @param parts from {@link #parts}
   */
  PartitionedCandidates(
      VectorReader vectors,
      ArrayGraph graph,
      int[] order,
      int count,
      GraphConfig config,
      Navigator[] navigators,
      Phases phases,
      int parts) {
    this.vectors = vectors;
    this.outlined = navigators != null;
    this.order = order;
    this.count = count;
    this.seed = config.seed();
    this.phases = phases;
    this.leaderCount = Cells.leaderCount(count, COPIES, vectors.dimension());
    int sketched =
        outlined ? navigators[0].outlineDimension() : Sketch.dimension(vectors.dimension());
    this.leaderRows = new float[leaderCount * sketched];
    this.leaders = Panel.ofColumns(sketched, leaderCount);
    this.leaderGraph = new ArrayGraph(leaderCount, config.slackDegree());
    int[] neighbors = new int[config.slackDegree()];
    for (int i = 0; i < leaderCount; i++) {
      leaderGraph.setNeighbors(i, neighbors, graph.neighbors(order[i], neighbors, 0));
    }
    this.copies = Math.min(COPIES, leaderCount);
    this.cells = new Cells[phases.threads()];
    this.picks = picks(config);
    for (int i = 0; i < cells.length; i++) {
      cells[i] = new Cells(vectors, outlined ? navigators[i] : null, picks, copies);
    }
    this.leadersOfRow = new short[count * copies];
    this.cellRows = new int[count * copies];
    this.cellEnds = new int[leaderCount + 1];
    this.firstLeader = new short[count];
    this.byCell = new int[count];
    this.positions = new int[order.length];
    this.partRows = (int) (((long) count + parts - 1) / parts);
    this.capacity = capacity(config);
    this.reservoirs = new Reservoirs(partRows, capacity);
  }

  /** Nearest rows of its leaf that a row is paired with. */
  private static int picks(GraphConfig config) {
    return Math.max(4, config.maxDegree() / 4);
  }

  /** Candidates that a row keeps: half as many again as it may have neighbours. */
  static int capacity(GraphConfig config) {
    return Math.max(32, config.maxDegree() * 3 / 2);
  }

  /** Bytes of heap when the rows are collected in so many parts. */
  static long bytes(int size, int dimension, GraphConfig config, int threads, int parts) {
    long maxCell = size;
    int sketched = Sketch.dimension(dimension);
    return size * (6L * COPIES + 10)
        + Reservoirs.bytes((int) (((long) size + parts - 1) / parts), capacity(config))
        + CandidateRecall.bytes(dimension, picks(config), threads)
        + Sketch.bytes(dimension)
        + Panel.bytes(sketched, Cells.leaderCount(size, COPIES, dimension))
        + 4L * sketched * (Cells.leaderCount(size, COPIES, dimension) + 1)
        + 4L * dimension
        + ArrayGraph.bytes(Cells.leaderCount(size, COPIES, dimension), config.slackDegree() + 3)
        + threads * Cells.bytes(dimension, picks(config), COPIES, maxCell);
  }

  /** The fewest bytes that suffice. */
  static long leastBytes(int size, int dimension, GraphConfig config, int threads) {
    return bytes(size, dimension, config, threads, MOST_PARTS);
  }

  /** The fewest parts that fit into so many bytes. */
  static int parts(int size, int dimension, GraphConfig config, int threads, long budget) {
    int parts = 1;
    while (parts < MOST_PARTS && bytes(size, dimension, config, threads, parts) > budget) {
      parts++;
    }
    return parts;
  }

  /** Whether navigators have outlines that are less work than rows of {@code dimension} floats. */
  static boolean useful(Navigator[] navigators, int dimension) {
    int outline = navigators[0] == null ? 0 : navigators[0].outlineDimension();
    return outline > 0 && outline <= dimension / 4 * 3 && outline <= Sketch.dimension(dimension);
  }

  /** Whether candidates come with the distances of the vectors, not with estimates. */
  boolean exact() {
    return !outlined;
  }

  /**
   * Collects candidates of the rows from position {@code start} on, from as many partitions as the
   * first part needed.
   *
   * @return the position behind the last row; -1 when outlines do not suffice
   */
  int collect(int start) throws InterruptedIOException {
    partStart = start;
    reservoirs.clear();
    if (start == 0) {
      partitions = 0;
      int most = outlined ? MOST_PARTITIONS_BY_OUTLINES : MOST_PARTITIONS;
      double recall;
      do {
        collectFrom(partitions++);
        recall = recall();
      } while (recall < ENOUGH_RECALL && partitions < most);
      if (outlined && recall < LEAST_RECALL_BY_OUTLINES) {
        return -1;
      }
    } else {
      for (int partition = 0; partition < partitions; partition++) {
        collectFrom(partition);
      }
    }
    return Math.min(count, start + partRows);
  }

  private void collectFrom(int partition) throws InterruptedIOException {
    long cellSeed = seed + partition * 0x9E3779B97F4A7C15L;
    Sketch sketch = new Sketch(vectors.dimension(), cellSeed);
    for (Cells part : cells) {
      part.use(sketch);
    }
    giveToLeaders(partition);
    fillCells();
    phases.run(
        leaderCount,
        1,
        (thread, cell) ->
            cells[thread].split(cellRows, cellEnds[cell], cellEnds[cell + 1], cellSeed + cell));
    if (partition == 0) {
      sortByLeaf();
    }
    phases.run(
        leaderCount,
        1,
        (thread, cell) ->
            cells[thread].pairLeaves(cellRows, cellEnds[cell], cellEnds[cell + 1], this));
  }

  private void giveToLeaders(int partition) throws InterruptedIOException {
    // The order is random, so any run of it is a random choice.
    int first = (int) ((long) partition * leaderCount % (count - leaderCount + 1));
    float[] centre = new float[leaders.dimension];
    cells[0].packLeaders(order, first, leaderCount, leaderRows, centre, leaders);
    phases.run(
        (count + Cells.BLOCK - 1) / Cells.BLOCK,
        1,
        (thread, block) -> {
          int from = block * Cells.BLOCK;
          int n = Math.min(Cells.BLOCK, count - from);
          cells[thread].giveToLeaders(
              order, from, n, leaders, centre, copies, leadersOfRow, from * copies);
        });
  }

  /**
   * Gives every row a position next to those of the same leaf in the cell of its nearest leader.
   */
  private void sortByLeaf() throws InterruptedIOException {
    int[] starts = new int[leaderCount + 1];
    Arrays.fill(positions, -1);
    for (int i = 0; i < count; i++) {
      firstLeader[i] = leadersOfRow[i * copies];
      starts[firstLeader[i] + 1]++;
      positions[order[i]] = i;
    }
    for (int leader = 0; leader < leaderCount; leader++) {
      starts[leader + 1] += starts[leader];
    }
    phases.run(
        leaderCount,
        1,
        (thread, leader) -> {
          int next = starts[leader];
          for (int at = cellEnds[leader]; at < cellEnds[leader + 1]; at++) {
            int i = positions[Cells.row(cellRows, at)];
            if (firstLeader[i] == leader) {
              byCell[next++] = i;
            }
          }
        });
    for (int position = 0; position < count; position++) {
      positions[order[byCell[position]]] = position;
    }
  }

  private void fillCells() {
    Arrays.fill(cellEnds, 0);
    for (short leader : leadersOfRow) {
      cellEnds[leader + 1]++;
    }
    for (int cell = 0; cell < leaderCount; cell++) {
      cellEnds[cell + 1] += cellEnds[cell];
    }
    int[] next = cellEnds.clone();
    for (int i = 0; i < leadersOfRow.length; i++) {
      cellRows[next[leadersOfRow[i]]++] = order[i / copies];
    }
  }

  /** The share of the nearest of a sample of the first rows that are among their candidates. */
  private double recall() throws InterruptedIOException {
    int among = count / MOST_PARTS;
    int sampled = Math.min(CandidateRecall.sampleSize(vectors.dimension()), among);
    IntUnaryOperator position = s -> (int) ((long) s * among / sampled);
    if (nearest == null) {
      int[] sample = IntStream.range(0, sampled).map(s -> row(position.applyAsInt(s))).toArray();
      nearest = new CandidateRecall(vectors, sample, order, count, picks, phases);
    }
    long[] candidates = new long[capacity];
    int hits = 0;
    int expected = 0;
    for (int s = 0; s < sampled; s++) {
      hits += nearest.hits(s, candidates, read(position.applyAsInt(s), candidates));
      expected += nearest.expected(s);
    }
    return expected == 0 ? 1 : (double) hits / expected;
  }

  /** Whether the candidates of {@code row} are being collected. */
  boolean wants(int row) {
    int index = positions[row] - partStart;
    return index >= 0 && index < partRows;
  }

  /** Makes two rows candidates of each other. */
  void offer(int a, int b, float distance) {
    if (wants(a)) {
      reservoirs.offer(positions[a] - partStart, Candidate.pack(distance, b));
    }
    if (wants(b)) {
      reservoirs.offer(positions[b] - partStart, Candidate.pack(distance, a));
    }
  }

  /** The row at {@code position}: rows of the same leaf lie side by side. */
  int row(int position) {
    return order[byCell[position]];
  }

  /** Copies the collected candidates of the row at {@code position}; returns how many. */
  int read(int position, long[] dst) {
    return reservoirs.read(position - partStart, dst);
  }

  /**
   * Writes the nearest leader of the row at {@code position} and the leader's neighbours as they
   * were before any row was linked from here to {@code dst} from {@code at}; returns its end there.
   *
   * <p>They lead out of a tight cluster. All rows of it must know them: a prune drops an edge to
   * far away because of a row nearby that has a shorter one, if only it has been offered it.
   */
  int farCandidates(int position, int[] dst, int at) {
    int leader = firstLeader[byCell[position]];
    dst[at] = order[leader];
    return at + 1 + leaderGraph.neighbors(leader, dst, at + 1);
  }

  /** Puts the order of {@link #row} in place of the random one. */
  void sortOrder() {
    for (int position = 0; position < count; position++) {
      byCell[position] = order[byCell[position]];
    }
    System.arraycopy(byCell, 0, order, 0, count);
  }
}
