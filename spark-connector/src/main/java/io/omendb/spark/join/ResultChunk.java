/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.spark.exec.PayloadRows;
import io.omendb.spark.exec.QueryBlock;
import io.omendb.spark.exec.SegmentCache;
import io.omendb.spark.exec.SegmentFile;
import io.omendb.spark.exec.SegmentHandle;
import io.omendb.spark.exec.TopKMerger;
import java.io.IOException;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * The results of some successive left rows of a block: which rows they are and what their columns
 * hold. A table row that several left rows share is fetched once. Owned by one task.
 */
final class ResultChunk {
  /** Results per chunk; bounds the rows that are held at once. */
  private static final int MOST_RESULTS = 1 << 18;

  /** Bytes of fetched rows per chunk, by estimate. */
  private static final long MOST_BYTES = 64L << 20;

  /** How much larger than its Parquet file a payload is taken to be in memory. */
  private static final int INFLATION = 4;

  /** Bytes of a row object and its place in the chunk. */
  private static final long ROW_OVERHEAD = 96;

  private final KnnTable table;
  private final UnsafeProjection project;
  private final int most;
  private int end;
  private int[] starts = new int[0];
  private long[] refs = new long[0];
  private float[] values = new float[0];
  private long[] distinct = new long[0];
  private UnsafeRow[] rows = new UnsafeRow[0];
  private int first;
  private int distinctCount;

  ResultChunk(KnnTable table) {
    this.table = table;
    this.most = mostResults(table);
    this.project =
        table.reader() == null ? null : UnsafeProjection.create(table.outputs(), table.columns());
  }

  /** Forgets all results. */
  void clear() {
    end = 0;
  }

  /** Takes the results of left rows from {@code from} on, as many as a chunk holds. */
  void load(QueryBlock block, TopKMerger merger, int from) throws IOException {
    first = from;
    end = from;
    int count = 0;
    starts = Arrays.copyOf(starts, Math.max(starts.length, block.rows() - from + 1));
    while (end < block.rows() && (count == 0 || count < most)) {
      int query = block.query(end);
      int found = query < 0 ? 0 : merger.size(query);
      starts[end - from] = count;
      if (refs.length < count + found) {
        refs = Arrays.copyOf(refs, Math.max(count + found, 2 * refs.length));
      }
      for (int i = 0; i < found; i++) {
        refs[count++] = ((long) merger.segment(query, i) << 32) | merger.ordinal(query, i);
      }
      end++;
    }
    starts[end - from] = count;
    if (table.ranked()) {
      rank(block, count);
    }
    fetch(count);
  }

  /** Results whose rows, none of them shared, may be held at once. */
  private static int mostResults(KnnTable table) {
    long payload = 0;
    long tableRows = 1;
    for (SegmentFile file : table.files()) {
      tableRows += file.entry().rows();
      payload += file.entry().payload() == null ? 0 : file.entry().payload().bytes();
    }
    long perRow = ROW_OVERHEAD;
    boolean variable = false;
    for (Attribute column : asJava(table.columns())) {
      if (column.name().equals(table.vectorColumn())) {
        perRow += 8L * table.dimension();
      } else if (UnsafeRow.isFixedLength(column.dataType())) {
        perRow += column.dataType().defaultSize();
      } else {
        variable = true;
      }
    }
    perRow += variable ? INFLATION * payload / tableRows : 0;
    return (int) Math.max(1, Math.min(MOST_RESULTS, MOST_BYTES / perRow));
  }

  /** Replaces distances by the values of Spark's function and orders each left row by them. */
  private void rank(QueryBlock block, int count) throws IOException {
    values = new float[count];
    float[] buffer = new float[table.dimension()];
    float[] vector = new float[table.dimension()];
    VectorFunction function = table.spec().function();
    SegmentHandle[] open = new SegmentHandle[table.files().size()];
    try {
      for (int row = first; row < end; row++) {
        int number = block.query(row);
        if (number < 0) {
          continue;
        }
        float[] query = buffer;
        if (number < block.count()) {
          System.arraycopy(block.vectors(), number * query.length, query, 0, query.length);
        } else {
          query = block.odd(number - block.count());
        }
        for (int at = starts[row - first]; at < starts[row - first + 1]; at++) {
          read(open, refs[at], vector);
          values[at] = SparkValues.value(function, query, vector);
          sink(function, starts[row - first], at);
        }
      }
    } finally {
      for (SegmentHandle handle : open) {
        if (handle != null) {
          handle.close();
        }
      }
    }
  }

  private void read(SegmentHandle[] open, long ref, float[] vector) throws IOException {
    int s = (int) (ref >>> 32);
    if (open[s] == null) {
      open[s] = SegmentCache.acquire(table.files().get(s), table.conf().value());
    }
    try {
      open[s].segment().readVector((int) ref, vector);
    } catch (InternalError e) {
      throw open[s].unreadable(e);
    }
  }

  /** Moves the result at {@code at} before those that are farther by Spark's value. */
  private void sink(VectorFunction function, int start, int at) {
    int sign = function == VectorFunction.L2_DISTANCE ? 1 : -1;
    while (at > start && sign * Float.compare(values[at - 1], values[at]) > 0) {
      long ref = refs[at];
      refs[at] = refs[at - 1];
      refs[at - 1] = ref;
      float value = values[at];
      values[at] = values[at - 1];
      values[--at] = value;
    }
  }

  private void fetch(int count) throws IOException {
    if (project == null) {
      return;
    }
    distinct = Arrays.copyOf(refs, count);
    Arrays.sort(distinct);
    distinctCount = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || distinct[i] != distinct[i - 1]) {
        distinct[distinctCount++] = distinct[i];
      }
    }
    rows = new UnsafeRow[distinctCount];
    int[] ordinals = new int[distinctCount];
    for (int from = 0; from < distinctCount; ) {
      int segment = (int) (distinct[from] >>> 32);
      int to = from;
      while (to < distinctCount && (int) (distinct[to] >>> 32) == segment) {
        ordinals[to - from] = (int) distinct[to++];
      }
      try (PayloadRows fetched =
          table.reader().fetch(table.files().get(segment), ordinals, to - from)) {
        for (int i = from; i < to; i++) {
          rows[i] = project.apply(fetched.next()).copy();
        }
      }
      from = to;
    }
  }

  /** First left row after the chunk. */
  int end() {
    return end;
  }

  /** Results of a left row. */
  int size(int row) {
    return starts[row - first + 1] - starts[row - first];
  }

  /** Right columns of the i-th result of a left row; null when no column is needed. */
  UnsafeRow columns(int row, int i) {
    return project == null
        ? null
        : rows[Arrays.binarySearch(distinct, 0, distinctCount, refs[starts[row - first] + i])];
  }

  /** Value of the vector function of the i-th result of a left row. */
  float value(int row, int i) {
    return values[starts[row - first] + i];
  }
}
