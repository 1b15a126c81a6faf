/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

/** Counters of searches; plain fields, owned by one thread, added up by its owner. */
public final class SearchStats {
  /** Searches of one query in one segment. */
  public long searches;

  /** Walks over the graph without a filter; a filtered search may take one to look around. */
  public long walks;

  /** Walks over the graph that passed through eligible rows only; a hard query takes several. */
  public long filteredWalks;

  /** Scans of the codes of all eligible rows, with a rerank of the best. */
  public long codeScans;

  /** Comparisons of all eligible rows at full precision. */
  public long exactScans;

  /** Graph nodes whose neighbours were read. */
  public long hops;

  /** Distances estimated from codes. */
  public long estimates;

  /** Distances computed from full-precision vectors. */
  public long exactDistances;

  /** Full-precision vectors read before the rerank of a graph search; stays zero. */
  public long fullReadsBeforeRerank;

  /** Adds the counters of {@code other} to these. */
  public void add(SearchStats other) {
    searches += other.searches;
    walks += other.walks;
    filteredWalks += other.filteredWalks;
    codeScans += other.codeScans;
    exactScans += other.exactScans;
    hops += other.hops;
    estimates += other.estimates;
    exactDistances += other.exactDistances;
    fullReadsBeforeRerank += other.fullReadsBeforeRerank;
  }
}
