/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

/**
 * How wide to search.
 *
 * @param listSize beam width L, also the number of candidates reranked with full-precision vectors
 */
public record SearchParams(int listSize) {
  public SearchParams {
    if (listSize < 1) {
      throw new IllegalArgumentException("listSize must be at least 1, was " + listSize);
    }
  }
}
