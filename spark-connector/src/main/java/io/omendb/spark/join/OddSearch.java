/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import io.omendb.index.segment.Neighbors;
import io.omendb.index.segment.Segment;
import java.util.BitSet;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;

/**
 * Ranks every row of a segment with Spark's own function, one call per row. Only for queries that
 * hold NaN or infinity or whose squares leave the range of float, where the answer is whatever that
 * function's arithmetic says.
 */
final class OddSearch {
  private record Ranked(int ordinal, float key) {}

  /** The order in which the worst comes first. */
  private static final Comparator<Ranked> WORST_FIRST =
      Comparator.<Ranked>comparingDouble(Ranked::key).thenComparingInt(Ranked::ordinal).reversed();

  private OddSearch() {}

  /** Writes the k best rows to {@code out}; rows on which the function is NULL are none. */
  static void search(
      VectorFunction function,
      Segment segment,
      float[] query,
      int k,
      BitSet accept,
      Neighbors out) {
    UnsafeArrayData left = UnsafeArrayData.fromPrimitiveArray(query);
    float[] vector = new float[query.length];
    PriorityQueue<Ranked> best = new PriorityQueue<>(WORST_FIRST);
    for (int row = 0; row < segment.info().rows(); row++) {
      if (accept != null && !accept.get(row)) {
        continue;
      }
      segment.readVector(row, vector);
      Float value = function.value(left, UnsafeArrayData.fromPrimitiveArray(vector));
      if (value != null) {
        best.add(new Ranked(row, key(function, value)));
        if (best.size() > k) {
          best.poll();
        }
      }
    }
    out.clear();
    best.stream()
        .sorted(WORST_FIRST.reversed())
        .forEach(ranked -> out.add(ranked.ordinal(), ranked.key()));
  }

  /** Smaller is closer; Spark orders NaN above infinity. */
  private static float key(VectorFunction function, float value) {
    if (function == VectorFunction.L2_DISTANCE) {
      return value;
    }
    return Float.isNaN(value) ? Float.NEGATIVE_INFINITY : -value;
  }
}
