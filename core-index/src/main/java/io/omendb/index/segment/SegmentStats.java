/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.Section;
import io.omendb.index.format.SegmentFormat;
import io.omendb.index.format.SegmentFormat.CurvePoint;
import io.omendb.index.format.SegmentFormat.Stats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of STATS.
 *
 * @param entryPoint node at which a search starts; {@link SegmentFormat#NO_NEIGHBOR} without graph
 * @param heldOutRows queries of the measurement
 * @param recall the curve measured with them
 */
record SegmentStats(int entryPoint, int heldOutRows, RecallCurve recall) {
  /** Of a segment without a graph. */
  static final SegmentStats NO_GRAPH =
      new SegmentStats(SegmentFormat.NO_NEIGHBOR, 0, RecallCurve.EXACT);

  byte[] encode() {
    List<RecallCurve.Point> points = recall.points();
    ByteBuffer out =
        ByteBuffer.allocate(Stats.BYTES + points.size() * CurvePoint.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(Stats.ENTRY_POINT, entryPoint);
    out.putInt(Stats.HELD_OUT_ROWS, heldOutRows);
    out.putInt(Stats.CURVE_POINTS, points.size());
    int at = Stats.BYTES;
    for (RecallCurve.Point point : points) {
      out.putInt(at + CurvePoint.POINT_LIST_SIZE, point.listSize());
      out.putFloat(at + CurvePoint.POINT_RECALL_10, point.recallAt10());
      out.putFloat(at + CurvePoint.POINT_RECALL_100, point.recallAt100());
      at += CurvePoint.BYTES;
    }
    return out.array();
  }

  /**
   * Reads and checks the section.
   *
   * @param in its bytes, little-endian
   * @param rows in the segment
   * @param graph whether the segment has one
   */
  static SegmentStats decode(Path file, Section section, ByteBuffer in, int rows, boolean graph)
      throws CorruptIndexException {
    int entryPoint = in.getInt(Stats.ENTRY_POINT);
    if (graph ? entryPoint < 0 || entryPoint >= rows : entryPoint != SegmentFormat.NO_NEIGHBOR) {
      throw corrupt(file, section, Stats.ENTRY_POINT, "entry point " + entryPoint);
    }
    int heldOutRows = in.getInt(Stats.HELD_OUT_ROWS);
    if (heldOutRows < 0 || heldOutRows > rows) {
      throw corrupt(file, section, Stats.HELD_OUT_ROWS, heldOutRows + " rows held out");
    }
    int count = in.getInt(Stats.CURVE_POINTS);
    if (count != (in.limit() - Stats.BYTES) / CurvePoint.BYTES) {
      throw corrupt(file, section, Stats.CURVE_POINTS, count + " points of the recall curve");
    }
    List<RecallCurve.Point> points = new ArrayList<>(count);
    int previous = 0;
    for (int i = 0; i < count; i++) {
      int at = Stats.BYTES + i * CurvePoint.BYTES;
      int listSize = in.getInt(at + CurvePoint.POINT_LIST_SIZE);
      float recallAt10 = in.getFloat(at + CurvePoint.POINT_RECALL_10);
      float recallAt100 = in.getFloat(at + CurvePoint.POINT_RECALL_100);
      if (listSize <= previous || !share(recallAt10) || !share(recallAt100)) {
        throw corrupt(file, section, at, "point " + i + " of the recall curve");
      }
      points.add(new RecallCurve.Point(listSize, recallAt10, recallAt100));
      previous = listSize;
    }
    return new SegmentStats(entryPoint, heldOutRows, new RecallCurve(points));
  }

  private static boolean share(float x) {
    return x >= 0f && x <= 1f;
  }

  private static CorruptIndexException corrupt(
      Path file, Section section, int offset, String reason) {
    return new CorruptIndexException(
        file, section.name(), section.offset() + offset, "impossible: " + reason);
  }
}
