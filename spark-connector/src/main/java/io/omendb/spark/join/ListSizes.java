/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import io.omendb.index.segment.RecallCurve;
import io.omendb.index.segment.VectorStorage;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableVersion;
import java.util.Arrays;
import java.util.Locale;

/**
 * How wide each segment of a table is searched: the beam width that was asked for, else the one
 * whose recall, measured when the segment was built, reaches the target of the search or the table.
 * Immutable.
 */
final class ListSizes {
  /** Widest beam that is derived. */
  private static final int MOST = 4096;

  /**
   * Costs of a core: an entry of the beam, comparing a row beside its arithmetic, and arithmetic in
   * the blocked search. They decide nothing but speed.
   */
  private static final double HOP_NANOS = 1500;

  private static final double ROW_NANOS = 0.5;
  private static final double MULTIPLICATIONS_PER_NANO = 15;

  private final TableVersion table;
  private final KnnSpec spec;
  private final int[] sizes;

  /**
   * @param requested beam width for every segment; 0 to derive it
   */
  ListSizes(TableVersion table, KnnSpec spec, int requested) {
    this.table = table;
    this.spec = spec;
    this.sizes = new int[table.segments().size()];
    if (spec.approximate() && spec.function().metric() == table.config().metric()) {
      for (int s = 0; s < sizes.length; s++) {
        SegmentEntry segment = table.segments().get(s);
        if (segment.graph()) {
          sizes[s] = requested > 0 ? Math.max(requested, spec.beamK()) : derived(segment);
        }
      }
    }
  }

  /**
   * The measured width that reaches the target. When none does, the widest is doubled as often as
   * the error must halve, unless comparing every row costs less than that walk.
   */
  private int derived(SegmentEntry segment) {
    double target = target();
    int listSize = segment.recall().listSizeFor(target, spec.beamK());
    double recall = recall(segment.recall(), listSize);
    if (recall >= target || segment.recall().points().isEmpty()) {
      return listSize;
    }
    double halvings = Math.log((1 - recall) / Math.max(1e-3, 1 - target)) / Math.log(2);
    long wider = Math.min(MOST, (long) (listSize * Math.pow(2, Math.ceil(halvings))));
    int dimension = table.config().dimension();
    double walk = wider * (HOP_NANOS + dimension);
    double scan = segment.rows() * (ROW_NANOS + dimension / MULTIPLICATIONS_PER_NANO);
    return scan < walk ? 0 : (int) wider;
  }

  private double target() {
    return spec.targetRecall() > 0 ? spec.targetRecall() : table.config().targetRecall();
  }

  /** For each segment the beam width; 0 where every row is compared. */
  int[] perSegment() {
    return sizes.clone();
  }

  /** Widths and recall as EXPLAIN shows them. */
  String describe() {
    int narrowest = Integer.MAX_VALUE;
    int widest = 0;
    double found = 0;
    for (int s = 0; s < sizes.length; s++) {
      SegmentEntry segment = table.segments().get(s);
      double recall = 1;
      if (sizes[s] > 0) {
        narrowest = Math.min(narrowest, sizes[s]);
        widest = Math.max(widest, sizes[s]);
        recall = recall(segment.recall(), sizes[s]);
      }
      found += recall * segment.liveRows();
    }
    if (widest == 0) {
      return "search=exact";
    }
    return String.format(
        Locale.ROOT,
        "listSize=%s, targetRecall=%s, expectedRecall=%.3f, rerank=%s",
        widest > narrowest ? narrowest + ".." + widest : widest,
        target(),
        found / Math.max(1, table.rows()),
        table.config().vectorStorage() == VectorStorage.INT8 ? "int8" : "full precision");
  }

  /** Recall at the widest measured list size that is not wider, else at the narrowest measured. */
  private double recall(RecallCurve curve, int listSize) {
    double recall = 0;
    for (RecallCurve.Point point : curve.points()) {
      if (recall == 0 || point.listSize() <= listSize) {
        recall = spec.beamK() <= 10 ? point.recallAt10() : point.recallAt100();
      }
    }
    return recall;
  }

  @Override
  public boolean equals(Object that) {
    return that instanceof ListSizes other && Arrays.equals(sizes, other.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }
}
