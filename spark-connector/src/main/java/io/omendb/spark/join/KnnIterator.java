/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import io.omendb.spark.exec.QueryBlock;
import io.omendb.spark.exec.RowVectors;
import io.omendb.spark.exec.TopKMerger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FloatType;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/**
 * The joined rows of one left partition: takes left rows block by block, searches for all of a
 * block, then emits. Blocks start small, so that a query with a limit does little in vain.
 */
final class KnnIterator extends AbstractIterator<InternalRow> {
  private static final int FIRST_BLOCK = 1024;

  /** Of a join that takes all rows within reach, as many as they may be. */
  private static final int FIRST_RANGE_BLOCK = 64;

  private static final int LAST_BLOCK = 16_384;
  private static final int BLOCK_GROWTH = 16;

  /** Bounds of a block: results, floats of query vectors, bytes of left rows. */
  private static final int MOST_RESULTS = 1 << 20;

  private static final int MOST_FLOATS = 8 << 20;
  private static final long MOST_BYTES = 64L << 20;

  private final Iterator<InternalRow> left;
  private final KnnTable table;
  private final KnnMetrics metrics;
  private final BlockSearch search;
  private final ResultChunk chunk;
  private final QueryBlock block;
  private final TopKMerger merger = new TopKMerger();
  private final UnsafeProjection toQuery;

  /** Reads queries that are no arrays of floats; null otherwise. */
  private final RowVectors vectors;

  private final UnsafeProjection toLeft;
  private final UnsafeProjection toOutput;

  /** Makes the struct of a match when the matches of a left row are gathered; null otherwise. */
  private final UnsafeProjection toMatch;

  private final KnnRows shape;
  private final List<UnsafeRow> leftRows = new ArrayList<>();
  private final GenericInternalRow noColumns;
  private final GenericInternalRow extra;
  private final int valueAt;
  private final int rankAt;
  private final JoinedRow withExtra = new JoinedRow();
  private final JoinedRow joined = new JoinedRow();
  private final GenericInternalRow gathered = new GenericInternalRow(1);
  private final int most;
  private int size;
  private int row;
  private int next;

  KnnIterator(Iterator<InternalRow> left, KnnTable table, KnnRows shape, KnnMetrics metrics) {
    this.left = left;
    this.table = table;
    this.metrics = metrics;
    this.search = new BlockSearch(table, metrics, TaskContext.get());
    this.chunk = new ResultChunk(table);
    this.block = new QueryBlock(table.dimension(), table.spec().function().metric());
    DataType type = shape.query().dataType();
    this.vectors = type instanceof ArrayType ? null : RowVectors.of(type).orElseThrow();
    this.toQuery = UnsafeProjection.create(shape.queryExpressions(), shape.input());
    this.toLeft = UnsafeProjection.create(shape.leftExpressions(), shape.input());
    this.shape = shape;
    this.toMatch = shape.gathers() ? UnsafeProjection.create(shape.fields(), shape.match()) : null;
    this.toOutput = UnsafeProjection.create(shape.outputExpressions(), shape.output());
    this.noColumns = new GenericInternalRow(shape.right().size());
    List<Attribute> extras = shape.extras();
    this.extra = new GenericInternalRow(extras.size());
    int value = -1;
    int rank = -1;
    for (int i = 0; i < extras.size(); i++) {
      if (extras.get(i).dataType() instanceof FloatType) {
        value = i;
      } else {
        rank = i;
      }
    }
    this.valueAt = value;
    this.rankAt = rank;
    boolean ranges = table.spec().ranges();
    int results = ranges ? LAST_BLOCK : MOST_RESULTS / table.spec().k();
    int floats = MOST_FLOATS / Math.max(1, table.dimension());
    this.most = Math.max(1, Math.min(LAST_BLOCK, Math.min(results, floats)));
    this.size = ranges ? FIRST_RANGE_BLOCK : FIRST_BLOCK;
  }

  @Override
  public boolean hasNext() {
    try {
      while (true) {
        if (row < chunk.end()) {
          if (next < leaving(chunk.size(row))) {
            return true;
          }
          row++;
          next = 0;
        } else if (row < block.rows()) {
          long start = System.nanoTime();
          chunk.load(block, merger, row);
          metrics.fetchTime().add(System.nanoTime() - start);
        } else if (left.hasNext()) {
          nextBlock();
        } else {
          return false;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often a left row with {@code matches} matches leaves. */
  private int leaving(int matches) {
    return toMatch != null ? 1 : Math.max(matches, table.spec().outer() ? 1 : 0);
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int i = next++;
    metrics.rows().add(1);
    if (toMatch != null) {
      return toOutput.apply(joined.apply(leftRows.get(row), gathered()));
    }
    return toOutput.apply(joined.apply(leftRows.get(row), match(i)));
  }

  /** One column, the array of all matches of the row. */
  private InternalRow gathered() {
    Object[] matches = new Object[chunk.size(row)];
    for (int i = 0; i < matches.length; i++) {
      matches[i] = toMatch.apply(match(i)).copy();
    }
    gathered.update(0, new GenericArrayData(matches));
    return gathered;
  }

  /** Right columns and extras of the i-th match of the row; NULLs when there is none. */
  private InternalRow match(int i) {
    boolean matched = i < chunk.size(row);
    InternalRow columns = matched ? chunk.columns(row, i) : null;
    if (valueAt >= 0) {
      extra.update(valueAt, matched ? chunk.value(row, i) : null);
    }
    if (rankAt >= 0) {
      extra.update(rankAt, matched ? i + 1 : null);
    }
    return withExtra.apply(columns == null ? noColumns : columns, extra);
  }

  private void nextBlock() throws IOException {
    block.clear();
    leftRows.clear();
    row = 0;
    next = 0;
    long bytes = 0;
    String misfit = null;
    int rows = Math.min(size, most);
    while (left.hasNext() && block.rows() < rows && bytes < MOST_BYTES) {
      InternalRow leftRow = left.next();
      UnsafeRow query = toQuery.apply(leftRow);
      if (vectors != null) {
        block.add(vectors.read(query, 0, null));
      } else {
        block.add(query.isNullAt(0) ? null : query.getArray(0));
      }
      if (misfit == null && block.otherDimension() >= 0) {
        misfit = label(leftRow);
      }
      UnsafeRow kept = toLeft.apply(leftRow).copy();
      bytes += kept.getSizeInBytes();
      leftRows.add(kept);
    }
    search.search(block, merger, misfit);
    size = Math.min(LAST_BLOCK, size * BLOCK_GROWTH);
    if (table.spec().ranges()) {
      long results = merger.total(block.count() + block.oddCount());
      size = (int) Math.max(1, Math.min(size, (long) MOST_RESULTS * rows / Math.max(1, results)));
    }
    chunk.clear();
  }

  /** How errors name a left row; empty when they cannot. */
  private String label(InternalRow leftRow) {
    if (shape.label().isEmpty()) {
      return "";
    }
    UnsafeRow label = UnsafeProjection.create(shape.label(), shape.input()).apply(leftRow);
    return label.isNullAt(0) ? "" : label.getUTF8String(0).toString();
  }
}
