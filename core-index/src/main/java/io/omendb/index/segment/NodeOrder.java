/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.MappedFile;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat.SectionId;
import java.util.BitSet;

/**
 * Which row each node of a graph is. Nodes are numbered so that near ones lie side by side in CODES
 * and GRAPH, and a walk stays on few pages of memory; rows keep the order in which they were added.
 * Thread-safe as {@link MappedVectors}.
 */
final class NodeOrder {
  /** Every node has the number of its row. */
  static final NodeOrder ROWS = new NodeOrder(null, 0, false, 0);

  /** Null when nodes have the numbers of their rows. */
  private final MappedFile file;

  private final long base;
  private final boolean narrow;
  private final int size;

  /** The node of each row, made when it is first asked for. */
  private volatile int[] nodes;

  private NodeOrder(MappedFile file, long base, boolean narrow, int size) {
    this.file = file;
    this.base = base;
    this.narrow = narrow;
    this.size = size;
  }

  /**
   * Reads NODE_ROWS.
   *
   * @param section null when the file has none
   * @param graph GRAPH or GRAPH24
   */
  static NodeOrder of(MappedFile file, Section section, Section graph, int rows) {
    return section == null
        ? ROWS
        : new NodeOrder(file, section.offset(), graph.id() == SectionId.GRAPH24, rows);
  }

  /** The row of a node. */
  int row(int node) {
    if (file == null) {
      return node;
    }
    return narrow
        ? file.getUnsigned24(base + 3L * node)
        : file.getInt(base + (long) Integer.BYTES * node);
  }

  /** The node of a row. The first call for a segment takes some milliseconds per million rows. */
  int node(int row) {
    return file == null ? row : nodes()[row];
  }

  /**
   * The nodes of a set of rows.
   *
   * @param dst receives them; left alone when nodes have the numbers of their rows
   * @return {@code dst} or {@code rows}
   */
  BitSet nodes(BitSet rows, BitSet dst) {
    if (file == null) {
      return rows;
    }
    int[] nodes = nodes();
    dst.clear();
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      dst.set(nodes[row]);
    }
    return dst;
  }

  private int[] nodes() {
    int[] known = nodes;
    if (known == null) {
      known = new int[size];
      for (int node = 0; node < size; node++) {
        known[row(node)] = node;
      }
      nodes = known;
    }
    return known;
  }
}
