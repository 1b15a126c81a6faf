/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.exec.PayloadRows;
import io.omendb.spark.exec.SegmentFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.BitSet;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import scala.collection.immutable.Seq;

/**
 * Which rows of each segment satisfy the condition on the right side. Spark's own evaluator
 * decides, over the columns it needs. A set is computed by the first task of an executor that asks
 * for it and kept for the others as long as the query runs. Thread-safe.
 */
final class AcceptSets implements Serializable {
  private static final long serialVersionUID = 1L;

  private final PayloadReader reader;
  private final Expression condition;
  private final Seq<Attribute> columns;
  private transient Slot[] slots;

  /**
   * Sets of rows with a true {@code condition}.
   *
   * @param reader reads {@code columns}
   * @param columns the columns of the condition, in the order of the reader
   */
  AcceptSets(PayloadReader reader, Expression condition, Seq<Attribute> columns) {
    this.reader = reader;
    this.condition = condition;
    this.columns = columns;
  }

  /** Rows of the {@code number}-th of {@code count} segments that may be neighbours; read-only. */
  BitSet of(int number, int count, SegmentFile file) throws IOException {
    Slot slot;
    synchronized (this) {
      if (slots == null) {
        slots = new Slot[count];
      }
      if (slots[number] == null) {
        slots[number] = new Slot();
      }
      slot = slots[number];
    }
    synchronized (slot) {
      if (slot.accepted == null) {
        slot.accepted = evaluate(file);
      }
      return slot.accepted;
    }
  }

  private BitSet evaluate(SegmentFile file) throws IOException {
    BitSet accepted = new BitSet(file.entry().rows());
    BasePredicate predicate = Predicate$.MODULE$.create(condition, columns);
    predicate.initialize(0);
    TaskContext task = TaskContext.get();
    try (PayloadRows rows = reader.scan(file)) {
      while (rows.hasNext()) {
        if (predicate.eval(rows.next())) {
          accepted.set(rows.ordinal());
        }
        if (task != null && (rows.ordinal() & 0xfff) == 0) {
          task.killTaskIfInterrupted();
        }
      }
    }
    return accepted;
  }

  private static final class Slot {
    private BitSet accepted;
  }
}
