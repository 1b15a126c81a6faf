/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

/** Counters of searches; plain fields, owned by one thread, added up by its owner. */
public final class SearchStats {
  /** Searches of one query in one segment. */
  public long searches;

  /** Graph nodes whose neighbours were read. */
  public long hops;

  /** Distances estimated from product-quantization codes. */
  public long pqDistances;

  /** Distances computed from full-precision vectors. */
  public long exactDistances;

  /** Full-precision vectors read before the rerank of a graph search; stays zero. */
  public long fullReadsBeforeRerank;

  /** Adds the counters of {@code other} to these. */
  public void add(SearchStats other) {
    searches += other.searches;
    hops += other.hops;
    pqDistances += other.pqDistances;
    exactDistances += other.exactDistances;
    fullReadsBeforeRerank += other.fullReadsBeforeRerank;
  }
}
