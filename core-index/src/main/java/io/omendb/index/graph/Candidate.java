/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

/**
 * A node and its distance packed into one long whose natural order is (distance, ordinal), so that
 * beams and candidate lists are plain sorted {@code long[]}.
 *
 * <p>High 32 bits: the distance's bits made comparable as a signed int (the order of {@link
 * Float#compare}); then 31 bits of ordinal; then one mark, free for the holder of the list.
 */
final class Candidate {
  /** The mark bit; it is below the ordinal and therefore never decides an order. */
  static final long MARK = 1L;

  private Candidate() {}

  static long pack(float distance, int ordinal) {
    return ((long) sortable(distance) << 32) | ((long) ordinal << 1);
  }

  static int ordinal(long candidate) {
    return (int) candidate >>> 1;
  }

  static float distance(long candidate) {
    int sortable = (int) (candidate >> 32);
    return Float.intBitsToFloat(sortable ^ ((sortable >> 31) & 0x7fffffff));
  }

  /** The int whose signed order is the order of the distance. */
  static int sortable(float distance) {
    int bits = Float.floatToRawIntBits(distance);
    return bits ^ ((bits >> 31) & 0x7fffffff);
  }
}
