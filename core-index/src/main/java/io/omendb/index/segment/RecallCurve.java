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

  /**
   * One measurement.
   *
   * @param listSize beam width
   * @param recallAt10 recall of searches for 10 neighbours with this list size, in [0, 1]
   * @param recallAt100 recall of searches for 100, whose beam is at least 100 wide, in [0, 1]
   */
  public record Point(int listSize, float recallAt10, float recallAt100) implements Serializable {}

  /** Of a segment without a graph. */
  public static final RecallCurve EXACT = new RecallCurve(List.of());

  private static final int NEAR = 10;
  private static final int FAR = 100;

  public RecallCurve {
    points = List.copyOf(points);
  }

  /**
   * The list size to search with for {@code k} neighbours: the smallest measured one whose recall
   * reaches {@code targetRecall} with a margin, half of the error that is allowed, for sampling and
   * for queries that are not quite like the rows; the largest measured one when none does.
   *
   * <p>Recall was measured at 10 and at 100 neighbours. Up to 10 the first decides, between them
   * the list size grows evenly with k, and beyond 100 in proportion to it.
   *
   * @param targetRecall in [0, 1]
   * @param k at least 1
   * @return at least {@code k}
   */
  public int listSizeFor(double targetRecall, int k) {
    if (points.isEmpty()) {
      return k;
    }
    double goal = targetRecall + (1 - targetRecall) / 2;
    long near = largest();
    long far = Math.max(near, FAR);
    for (int i = points.size() - 1; i >= 0; i--) {
      Point point = points.get(i);
      if (point.recallAt10() >= goal) {
        near = point.listSize();
      }
      if (point.recallAt100() >= goal) {
        // A search for 100 had a beam of at least 100.
        far = Math.max(point.listSize(), FAR);
      }
    }
    far = Math.max(near, far);
    long chosen;
    if (k <= NEAR) {
      chosen = near;
    } else if (k <= FAR) {
      chosen = near + ceil((far - near) * (k - NEAR), FAR - NEAR);
    } else {
      chosen = ceil(far * k, FAR);
    }
    return (int) Math.min(Integer.MAX_VALUE, Math.max(k, chosen));
  }

  private static long ceil(long dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private int largest() {
    return points.get(points.size() - 1).listSize();
  }
}
