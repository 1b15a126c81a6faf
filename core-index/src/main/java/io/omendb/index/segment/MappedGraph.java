/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.MappedFile;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.SectionId;
import io.omendb.index.graph.Graph;

/** The records of GRAPH or GRAPH24, read in place. Thread-safe as {@link MappedVectors}. */
final class MappedGraph implements Graph {
  private final MappedFile file;
  private final long base;
  private final boolean narrow;
  private final int size;
  private final int maxDegree;
  private final int entryPoint;

  MappedGraph(MappedFile file, Section section, int size, int maxDegree, int entryPoint) {
    this.file = file;
    this.base = section.offset();
    this.narrow = section.id() == SectionId.GRAPH24;
    this.size = size;
    this.maxDegree = maxDegree;
    this.entryPoint = entryPoint;
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

  @Override
  public int neighbors(int node, int[] dst) {
    int none;
    if (narrow) {
      file.getUnsigned24(base + (long) node * maxDegree * 3, dst, maxDegree);
      none = SegmentFormat.NO_NEIGHBOR24;
    } else {
      file.getInts(base + (long) node * maxDegree * Integer.BYTES, dst, 0, maxDegree);
      none = SegmentFormat.NO_NEIGHBOR;
    }
    int degree = maxDegree;
    while (degree > 0 && dst[degree - 1] == none) {
      degree--;
    }
    return degree;
  }

  @Override
  public void prefetch(int[] nodes, int from, int to) {
    file.prefetch(base, maxDegree * (narrow ? 3 : Integer.BYTES), nodes, from, to);
  }
}
