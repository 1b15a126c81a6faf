/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeMap$;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import scala.Option;
import scala.collection.IterableOnce;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.math.BigInt;
import scala.util.hashing.MurmurHash3$;

/**
 * For each left row the k nearest rows of an OmenDB table. Output is that of Spark's own {@code
 * NearestByJoin}: left columns, then right columns, all nullable, expression ids kept; then the
 * columns of {@code extras}. Or, when it gathers, the left columns as they are and one column with
 * the array of all matches, best first: every left row leaves exactly once.
 *
 * <p>The right child is the table under projections and filters and is never executed as such: the
 * strategy reads the table out of it. It is a child nevertheless, so that Spark prunes its columns
 * and pushes its filters.
 */
public final class KnnJoin extends LogicalPlan {
  private final LogicalPlan left;
  private final LogicalPlan right;
  private final Expression query;
  private final Expression base;
  private final KnnSpec spec;
  private final Seq<Attribute> extras;
  private final Seq<Attribute> gathered;
  private final Seq<Expression> fields;
  private final Seq<Expression> label;

  /**
   * @param left rows that ask
   * @param right rows that may answer
   * @param query the left vector, ARRAY of FLOAT over the columns of {@code left}
   * @param base the right vector, the table's vector column as {@code right} names it
   * @param spec what is asked
   * @param extras empty, or two attributes that receive the value of the vector function (FLOAT)
   *     and the rank from 1 (INT)
   */
  public KnnJoin(
      LogicalPlan left,
      LogicalPlan right,
      Expression query,
      Expression base,
      KnnSpec spec,
      Seq<Attribute> extras) {
    this(left, right, query, base, spec, extras, none(), none(), none());
  }

  /**
   * As above, or a join that gathers.
   *
   * @param gathered empty, or one attribute that receives the matches, an ARRAY of STRUCT
   * @param fields the fields of that struct over the columns of {@code right} and {@code extras}
   * @param label empty, or one STRING over the columns of {@code left} by which errors name a row
   */
  public KnnJoin(
      LogicalPlan left,
      LogicalPlan right,
      Expression query,
      Expression base,
      KnnSpec spec,
      Seq<Attribute> extras,
      Seq<Attribute> gathered,
      Seq<Expression> fields,
      Seq<Expression> label) {
    this.left = left;
    this.right = right;
    this.query = query;
    this.base = base;
    this.spec = spec;
    this.extras = extras;
    this.gathered = gathered;
    this.fields = fields;
    this.label = label;
  }

  private static <T> Seq<T> none() {
    return Scala.seq(List.of());
  }

  public LogicalPlan left() {
    return left;
  }

  public LogicalPlan right() {
    return right;
  }

  public Expression query() {
    return query;
  }

  public Expression base() {
    return base;
  }

  public KnnSpec spec() {
    return spec;
  }

  public Seq<Attribute> extras() {
    return extras;
  }

  public Seq<Attribute> gathered() {
    return gathered;
  }

  public Seq<Expression> fields() {
    return fields;
  }

  public Seq<Expression> label() {
    return label;
  }

  /** Whether each left row leaves once, with all its matches in one column. */
  public boolean gathers() {
    return !gathered.isEmpty();
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> output = new ArrayList<>();
    if (gathers()) {
      output.addAll(asJava(left.output()));
      output.addAll(asJava(gathered));
      return Scala.seq(output);
    }
    for (Attribute attribute : asJava(left.output())) {
      output.add(attribute.withNullability(true));
    }
    for (Attribute attribute : asJava(right.output())) {
      output.add(attribute.withNullability(true));
    }
    output.addAll(asJava(extras));
    return Scala.seq(output);
  }

  @Override
  public AttributeSet producedAttributes() {
    List<Expression> produced = new ArrayList<>(asJava(extras));
    produced.addAll(asJava(gathered));
    return AttributeSet$.MODULE$.apply(Scala.<Expression>seq(produced));
  }

  @Override
  public Seq<LogicalPlan> children() {
    return Scala.seq(List.of(left, right));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new KnnJoin(
        children.apply(0), children.apply(1), query, base, spec, extras, gathered, fields, label);
  }

  /** At most k rows per left row; the default would multiply the sizes of both children. */
  @Override
  public Statistics stats() {
    Statistics leftStats = left.stats();
    double leftWidth = Math.max(1, width(left.output()));
    double leftRows =
        leftStats.rowCount().isDefined()
            ? leftStats.rowCount().get().doubleValue()
            : Math.max(1, leftStats.sizeInBytes().doubleValue() / leftWidth);
    double rows = gathers() ? leftRows : leftRows * spec.k();
    BigInt bytes = BigInt.javaBigInteger2bigInt(bigInteger(rows * width(output())));
    Option<BigInt> rowCount =
        leftStats.rowCount().isDefined()
            ? Option.apply(BigInt.javaBigInteger2bigInt(bigInteger(rows)))
            : Option.empty();
    return new Statistics(bytes, rowCount, AttributeMap$.MODULE$.empty(), false);
  }

  @Override
  public Option<Object> maxRows() {
    Option<Object> leftRows = left.maxRows();
    if (leftRows.isEmpty() || gathers()) {
      return leftRows;
    }
    double rows = (double) (Long) leftRows.get() * spec.k();
    return rows <= Long.MAX_VALUE ? Option.apply((long) rows) : Option.empty();
  }

  private static double width(Seq<Attribute> attributes) {
    double width = 8;
    for (Attribute attribute : asJava(attributes)) {
      width += attribute.dataType().defaultSize();
    }
    return width;
  }

  private static java.math.BigInteger bigInteger(double value) {
    return java.math.BigDecimal.valueOf(value).toBigInteger();
  }

  @Override
  public int productArity() {
    return 9;
  }

  /** The constructor's arguments in order: Spark copies nodes by reflection. */
  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> left;
      case 1 -> right;
      case 2 -> query;
      case 3 -> base;
      case 4 -> spec;
      case 5 -> extras;
      case 6 -> gathered;
      case 7 -> fields;
      case 8 -> label;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object that) {
    return that instanceof KnnJoin;
  }

  @Override
  public boolean equals(Object that) {
    return this == that
        || (that instanceof KnnJoin join
            && productIterator().sameElements((IterableOnce) join.productIterator()));
  }

  @Override
  public int hashCode() {
    return MurmurHash3$.MODULE$.productHash(this);
  }
}
