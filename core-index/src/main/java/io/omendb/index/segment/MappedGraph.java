/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.MappedFile;
import io.omendb.index.format.Section;
import io.omendb.index.graph.Graph;

/** The records of GRAPH, read in place. Thread-safe as {@link MappedVectors}. */
final class MappedGraph implements Graph {
  private final MappedFile file;
  private final long base;
  private final int size;
  private final int maxDegree;
  private final int entryPoint;

  MappedGraph(MappedFile file, Section section, int size, int maxDegree, int entryPoint) {
    this.file = file;
    this.base = section.offset();
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
    file.getInts(base + (long) node * maxDegree * Integer.BYTES, dst, 0, maxDegree);
    int degree = maxDegree;
    while (degree > 0 && dst[degree - 1] < 0) {
      degree--;
    }
    return degree;
  }
}
