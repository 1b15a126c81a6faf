/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.FloatType;
import scala.collection.immutable.Seq;

/**
 * How a joined row is put together.
 *
 * @param input columns of a left row as it arrives
 * @param query the query vector over {@code input}
 * @param left columns of {@code input} that are kept
 * @param right columns of a result row that are kept
 * @param extras of value (FLOAT) and rank (INT) those that are kept
 * @param gathered the column of all matches of a left row, which then leaves once; empty otherwise
 * @param fields the fields of a match over {@code right} and {@code extras}; empty otherwise
 * @param label names a left row in errors, over {@code input}; may be empty
 */
record KnnRows(
    Seq<Attribute> input,
    Expression query,
    List<Attribute> left,
    List<Attribute> right,
    List<Attribute> extras,
    List<Attribute> gathered,
    Seq<Expression> fields,
    Seq<Expression> label)
    implements Serializable {

  /** Whether the matches of a left row leave together. */
  boolean gathers() {
    return !gathered.isEmpty();
  }

  /** Left, right and extra columns in this order; left columns and the matches when gathered. */
  Seq<Attribute> output() {
    List<Attribute> output = new ArrayList<>(left);
    output.addAll(gathers() ? gathered : asJava(match()));
    return Scala.seq(output);
  }

  /** Right and extra columns in this order. */
  Seq<Attribute> match() {
    List<Attribute> match = new ArrayList<>(right);
    match.addAll(extras);
    return Scala.seq(match);
  }

  /** Whether the value of the vector function is kept. */
  boolean hasValue() {
    return extras.stream().anyMatch(extra -> extra.dataType() instanceof FloatType);
  }

  Seq<Expression> queryExpressions() {
    return Scala.seq(List.of(query));
  }

  Seq<Expression> leftExpressions() {
    return Scala.seq(left);
  }

  Seq<Expression> outputExpressions() {
    return Scala.<Expression>seq(asJava(output()));
  }
}
