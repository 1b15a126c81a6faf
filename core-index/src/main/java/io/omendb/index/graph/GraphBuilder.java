/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/** How a {@link VamanaBuilder} finds the candidates of a row's neighbours. */
public enum GraphBuilder {
  /** By a search in the graph over the rows inserted before (DiskANN). */
  INCREMENTAL,

  /**
   * In overlapping partitions, whose rows are compared with each other by dense products (PiPNN,
   * arXiv 2602.21247): several times faster. A small part of the rows is inserted incrementally
   * first. Few rows are always inserted incrementally.
   */
  PARTITIONED
}
