/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.io.Serializable;
import java.util.List;

/**
 * Recall measured at build: for each list size, the share of the exact nearest neighbours of
 * held-out rows that the search returned. Empty for a segment without a graph, whose search is
 * exact.
 *
 * @param points in ascending order of list size
 */
public record RecallCurve(List<Point> points) implements Serializable {

  /** Recall at 10 and at 100 neighbours when searching with {@code listSize}, each in [0, 1]. */
  public record Point(int listSize, float recallAt10, float recallAt100) implements Serializable {}

  public static final RecallCurve EXACT = new RecallCurve(List.of());

  public RecallCurve {
    points = List.copyOf(points);
  }

  /**
   * The smallest measured list size whose recall reaches {@code targetRecall} with a margin for
   * sampling error; the largest measured one when none does. Never below {@code k}.
   */
  public int listSizeFor(double targetRecall, int k) {
    int chosen = k;
    double goal = targetRecall + (1 - targetRecall) / 2;
    for (Point point : points) {
      chosen = point.listSize();
      if ((k <= 10 ? point.recallAt10() : point.recallAt100()) >= goal) {
        break;
      }
    }
    return Math.max(
        k, k <= 100 ? chosen : (int) Math.min(Integer.MAX_VALUE, (long) chosen * k / 100));
  }
}
