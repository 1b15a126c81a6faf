/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Kernels;
import io.omendb.index.vector.VectorReader;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * The per-thread work of a partitioned build: gives rows to the nearest of random leaders, splits
 * what a leader got until it is small, and compares the rows of a small cell, a leaf, with each
 * other. Rows are compared by their outlines, where there is a navigator that has them, else with
 * leaders by their sketches and in leaves as they are.
 */
final class Cells {
  /** Rows that meet the leaders at a time. */
  static final int BLOCK = 96;

  /** Rows of a leaf that a split aims at. */
  private static final int LEAF = 200;

  /** Rows from which on a cell is split. */
  private static final int MAX_LEAF = 384;

  private static final int MAX_LEADERS = 1000;

  /** Most floats of a leaf or of leaders, 16 MiB: of long vectors there are fewer. */
  private static final int MAX_FLOATS = 1 << 22;

  private final Kernels kernels = Kernels.BEST;
  private final VectorReader vectors;
  private final Navigator outlines;
  private final int dimension;
  private final int picks;
  private final int sketched;
  private final float[] row;
  private final float[] centre;
  private final float[] leaderCentre;
  private final float[] blockRows;
  private final Panel block;
  private final DistanceMatrix blockMatrix;
  private final float[] leaderRows;
  private final Panel leaders;
  private final float[] leafRows;
  private final Panel leafLeft;
  private final Panel leafRight;
  private final DistanceMatrix leafMatrix;
  private final BitSet pairs;
  private final int[] members;
  private final float[] squaredNorms;
  private Sketch sketch;
  private int[] sorted = new int[0];
  private short[] nearest = new short[0];

  /**
   * @param outlines has outlines, or is null
   * @param picks rows of its leaf that a row is paired with: the nearest ones
   * @param copies most leaders that a row is given to
   */
  Cells(VectorReader vectors, Navigator outlines, int picks, int copies) {
    this.vectors = vectors;
    this.outlines = outlines;
    this.dimension = outlines == null ? vectors.dimension() : outlines.outlineDimension();
    this.picks = picks;
    this.sketched = outlines == null ? Sketch.dimension(dimension) : dimension;
    int maxLeaders = bounded(MAX_LEADERS, sketched);
    int maxLeaf = bounded(MAX_LEAF, dimension);
    this.row = new float[vectors.dimension()];
    this.pairs = new BitSet(maxLeaf * maxLeaf);
    this.members = new int[Math.max(maxLeaf, Math.max(maxLeaders, BLOCK))];
    this.squaredNorms = new float[members.length];
    this.centre = new float[dimension];
    this.leaderCentre = new float[sketched];
    this.blockRows = new float[BLOCK * sketched];
    this.block = Panel.ofRows(sketched, BLOCK);
    this.blockMatrix = new DistanceMatrix(BLOCK, maxLeaders, copies);
    this.leaderRows = new float[maxLeaders * sketched];
    this.leaders = Panel.ofColumns(sketched, maxLeaders);
    this.leafRows = new float[maxLeaf * dimension];
    this.leafLeft = Panel.ofRows(dimension, maxLeaf);
    this.leafRight = Panel.ofColumns(dimension, maxLeaf);
    this.leafMatrix = new DistanceMatrix(maxLeaf, maxLeaf, picks);
  }

  /** Bytes of the scratch when no cell holds more than {@code maxCell} rows. */
  static long bytes(int dimension, int picks, int copies, long maxCell) {
    int sketched = Sketch.dimension(dimension);
    int maxLeaders = bounded(MAX_LEADERS, sketched);
    int maxLeaf = bounded(MAX_LEAF, dimension);
    return 4L * dimension * (2 + maxLeaf)
        + (long) maxLeaf * maxLeaf / 8
        + 8L * Math.max(maxLeaf, Math.max(maxLeaders, BLOCK))
        + 4L * sketched * (1 + BLOCK + maxLeaders)
        + Panel.bytes(sketched, BLOCK)
        + Panel.bytes(sketched, maxLeaders)
        + 2 * Panel.bytes(dimension, maxLeaf)
        + DistanceMatrix.bytes(BLOCK, maxLeaders, copies)
        + DistanceMatrix.bytes(maxLeaf, maxLeaf, picks)
        + 6 * maxCell;
  }

  /** Leaders for so many rows when each is given to {@code copies} of them. */
  static int leaderCount(int rows, int copies, int dimension) {
    long wanted = (long) rows * copies / LEAF + 1;
    int most = bounded(MAX_LEADERS, Sketch.dimension(dimension));
    return (int) Math.min(rows, Math.min(wanted, most));
  }

  /** So many rows, or fewer when they are long. */
  static int bounded(int rows, int dimension) {
    return Math.max(32, Math.min(rows, MAX_FLOATS / dimension));
  }

  /** Sets what rows are compared with leaders by. */
  void use(Sketch sketch) {
    this.sketch = sketch;
  }

  /**
   * Writes the numbers of the {@code copies} nearest leaders of each of at most {@link #BLOCK}
   * rows, nearest first, to {@code out} from {@code outFrom}.
   *
   * @param leaders from {@link #packLeaders}
   */
  void giveToLeaders(
      int[] rows,
      int from,
      int n,
      Panel leaders,
      float[] centre,
      int copies,
      short[] out,
      int outFrom) {
    System.arraycopy(rows, from, members, 0, n);
    read(n, blockRows);
    pack(blockRows, n, centre, block);
    blockMatrix.compute(block, leaders);
    for (int i = 0; i < n; i++) {
      blockMatrix.nearest(i, -1, copies);
      for (int c = 0; c < copies; c++) {
        out[outFrom + i * copies + c] = (short) blockMatrix.column(c);
      }
    }
  }

  /**
   * Reorders {@code rows[from .. to)} so that leaves lie side by side, and marks the first row of
   * each by its complement.
   */
  void split(int[] rows, int from, int to, long seed) {
    int n = to - from;
    if (n <= bounded(MAX_LEAF, dimension)) {
      if (n > 0) {
        rows[from] = ~rows[from];
      }
      return;
    }
    int count = leaderCount(n, 1, dimension);
    chooseLeaders(rows, from, n, count, new SplittableRandom(seed));
    if (nearest.length < n) {
      nearest = new short[n];
      sorted = new int[n];
    }
    for (int i = 0; i < n; i += BLOCK) {
      giveToLeaders(rows, from + i, Math.min(BLOCK, n - i), leaders, leaderCentre, 1, nearest, i);
    }
    int[] ends = new int[count + 1];
    for (int i = 0; i < n; i++) {
      ends[nearest[i] + 1]++;
    }
    for (int c = 0; c < count; c++) {
      ends[c + 1] += ends[c];
    }
    for (int i = 0; i < n; i++) {
      sorted[ends[nearest[i]]++] = rows[from + i];
    }
    System.arraycopy(sorted, 0, rows, from, n);
    for (int c = 0; c < count; c++) {
      int start = c == 0 ? 0 : ends[c - 1];
      int size = ends[c] - start;
      if (size > n - n / 8) {
        cut(rows, from + start, from + ends[c]);
      } else if (size > 0) {
        split(rows, from + start, from + ends[c], seed * 31 + c + 1);
      }
    }
  }

  /** Moves random rows to the front of the cell and packs them as leaders about the first. */
  private void chooseLeaders(int[] rows, int from, int n, int count, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      int at = from + i + random.nextInt(n - i);
      int leader = rows[at];
      rows[at] = rows[from + i];
      rows[from + i] = leader;
    }
    packLeaders(rows, from, count, leaderRows, leaderCentre, leaders);
  }

  /**
   * Packs the rows {@code rows[from .. from + count)} as leaders about the first of them.
   *
   * @param read scratch of as many rows as {@code leaders} has room for, of its dimension, which is
   *     read until leaders are packed again
   * @param centre receives the first
   */
  void packLeaders(int[] rows, int from, int count, float[] read, float[] centre, Panel leaders) {
    System.arraycopy(rows, from, members, 0, count);
    read(count, read);
    System.arraycopy(read, 0, centre, 0, sketched);
    pack(read, count, centre, leaders);
  }

  /** Reads the first {@code n} of the members for a comparison with leaders. */
  private void read(int n, float[] dst) {
    if (outlines != null) {
      outlines.outline(members, n, dst, squaredNorms);
      return;
    }
    for (int i = 0; i < n; i++) {
      vectors.read(members[i], row, 0);
      sketch.apply(row, dst, i * sketched);
    }
  }

  /** Packs what was read last. */
  private void pack(float[] read, int n, float[] centre, Panel panel) {
    if (outlines != null) {
      panel.packOutlines(read, n, squaredNorms);
    } else {
      panel.pack(read, n, centre);
    }
  }

  /** Cuts rows that leaders do not tell apart, such as copies, into leaves as they come. */
  private void cut(int[] rows, int from, int to) {
    int step = Math.min(LEAF, bounded(MAX_LEAF, dimension));
    for (int leaf = from; leaf < to; leaf += step) {
      rows[leaf] = ~rows[leaf];
    }
  }

  /** Pairs the rows of each leaf of {@code rows[from .. to)} and offers the pairs. */
  void pairLeaves(int[] rows, int from, int to, PartitionedCandidates candidates) {
    int start = from;
    for (int i = from + 1; i <= to; i++) {
      if (i == to || rows[i] < 0) {
        pairLeaf(rows, start, i - start, candidates);
        start = i;
      }
    }
  }

  private void pairLeaf(int[] rows, int from, int n, PartitionedCandidates candidates) {
    int wanted = 0;
    for (int i = 0; i < n; i++) {
      members[i] = row(rows, from + i);
      wanted += candidates.wants(members[i]) ? 1 : 0;
    }
    if (n < 2 || wanted == 0) {
      return;
    }
    if (outlines != null) {
      outlines.outline(members, n, leafRows, squaredNorms);
    } else {
      for (int i = 0; i < n; i++) {
        vectors.read(members[i], leafRows, i * dimension);
      }
      System.arraycopy(leafRows, 0, centre, 0, dimension);
    }
    pack(leafRows, n, centre, leafLeft);
    pack(leafRows, n, centre, leafRight);
    leafMatrix.computeSymmetric(leafLeft, leafRight);
    pairs.clear();
    for (int i = 0; i < n; i++) {
      int found = leafMatrix.nearest(i, i, picks);
      for (int p = 0; p < found; p++) {
        int j = leafMatrix.column(p);
        if (pairs.get(j * n + i)) {
          // The other row was the first to pick.
          continue;
        }
        pairs.set(i * n + j);
        float distance =
            outlines != null
                ? leafMatrix.distance(p)
                : kernels.squaredL2(leafRows, i * dimension, leafRows, j * dimension, dimension);
        candidates.offer(members[i], members[j], distance);
      }
    }
  }

  /** The row at {@code at}, whether it is marked or not. */
  static int row(int[] rows, int at) {
    int marked = rows[at];
    return marked ^ (marked >> 31);
  }
}
