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
  private final List<UnsafeRow> leftRows = new ArrayList<>();
  private final GenericInternalRow noColumns;
  private final GenericInternalRow extra;
  private final int valueAt;
  private final int rankAt;
  private final JoinedRow withExtra = new JoinedRow();
  private final JoinedRow joined = new JoinedRow();
  private final int most;
  private int size = FIRST_BLOCK;
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
    this.most =
        Math.max(
            1,
            Math.min(
                LAST_BLOCK,
                Math.min(
                    MOST_RESULTS / table.spec().k(),
                    MOST_FLOATS / Math.max(1, table.dimension()))));
  }

  @Override
  public boolean hasNext() {
    try {
      while (true) {
        if (row < chunk.end()) {
          if (next < Math.max(chunk.size(row), table.spec().outer() ? 1 : 0)) {
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

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int i = next++;
    boolean matched = i < chunk.size(row);
    InternalRow columns = matched ? chunk.columns(row, i) : null;
    if (valueAt >= 0) {
      extra.update(valueAt, matched ? chunk.value(row, i) : null);
    }
    if (rankAt >= 0) {
      extra.update(rankAt, matched ? i + 1 : null);
    }
    metrics.rows().add(1);
    withExtra.apply(columns == null ? noColumns : columns, extra);
    return toOutput.apply(joined.apply(leftRows.get(row), withExtra));
  }

  private void nextBlock() throws IOException {
    block.clear();
    leftRows.clear();
    row = 0;
    next = 0;
    long bytes = 0;
    int rows = Math.min(size, most);
    while (left.hasNext() && block.rows() < rows && bytes < MOST_BYTES) {
      InternalRow leftRow = left.next();
      UnsafeRow query = toQuery.apply(leftRow);
      if (vectors != null) {
        block.add(vectors.read(query, 0, null));
      } else {
        block.add(query.isNullAt(0) ? null : query.getArray(0));
      }
      UnsafeRow kept = toLeft.apply(leftRow).copy();
      bytes += kept.getSizeInBytes();
      leftRows.add(kept);
    }
    size = Math.min(LAST_BLOCK, size * BLOCK_GROWTH);
    search.search(block, merger);
    chunk.clear();
  }
}
