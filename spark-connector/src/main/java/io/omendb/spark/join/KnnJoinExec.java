/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;
import static scala.jdk.javaapi.CollectionConverters.asScala;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.physical.RoundRobinPartitioning;
import org.apache.spark.sql.execution.ShuffledRowRDD;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnsafeRowSerializer;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec$;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLShuffleReadMetricsReporter;
import org.apache.spark.sql.execution.metric.SQLShuffleWriteMetricsReporter;
import scala.collection.IterableOnce;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;
import scala.util.hashing.MurmurHash3$;

/**
 * Joins each left row with its nearest rows of the table, from within the left partition: every
 * task searches all segments and fetches the rows of its results itself. A left side with fewer
 * partitions than the cluster has cores is spread over them first.
 */
public final class KnnJoinExec extends SparkPlan {
  private static final long serialVersionUID = 1L;

  private final SparkPlan child;
  private final Expression query;
  private final transient KnnPlan plan;
  private final Seq<Attribute> output;
  private final Seq<Attribute> match;
  private final Seq<Expression> fields;
  private final Seq<Expression> label;
  private transient KnnMetrics own;
  private transient scala.collection.immutable.Map<String, SQLMetric> metrics;

  /**
   * @param child left rows
   * @param query the query vector over the columns of {@code child}
   * @param plan the table side
   * @param output of the columns of the join those that are needed
   * @param match of the right columns and extras those that are needed of each match
   * @param fields when the join gathers the fields of a match over {@code match}; empty otherwise
   * @param label names a left row in errors, over the columns of {@code child}; may be empty
   */
  public KnnJoinExec(
      SparkPlan child,
      Expression query,
      KnnPlan plan,
      Seq<Attribute> output,
      Seq<Attribute> match,
      Seq<Expression> fields,
      Seq<Expression> label) {
    this.child = child;
    this.query = query;
    this.plan = plan;
    this.output = output;
    this.match = match;
    this.fields = fields;
    this.label = label;
  }

  @Override
  public String nodeName() {
    return "OmenKnnJoin";
  }

  @Override
  public String argString(int maxFields) {
    return plan.describe() + ", query=" + query.sql();
  }

  @Override
  public Seq<Attribute> output() {
    return output;
  }

  @Override
  public AttributeSet producedAttributes() {
    List<Expression> produced = new ArrayList<>(asJava(match));
    for (Attribute attribute : asJava(output)) {
      if (!child.outputSet().contains(attribute)) {
        produced.add(attribute);
      }
    }
    return AttributeSet$.MODULE$.apply(Scala.<Expression>seq(produced));
  }

  @Override
  public Seq<SparkPlan> children() {
    return Scala.seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new KnnJoinExec(children.apply(0), query, plan, output, match, fields, label);
  }

  /** Made on first use: Spark copies nodes often, and outside of sessions. */
  @Override
  public synchronized scala.collection.immutable.Map<String, SQLMetric> metrics() {
    if (metrics == null) {
      SparkContext spark = sparkContext();
      own = KnnMetrics.create(spark);
      Map<String, SQLMetric> all = new HashMap<>(own.byName());
      all.putAll(asJava(SQLShuffleWriteMetricsReporter.createShuffleWriteMetrics(spark)));
      all.putAll(asJava(SQLShuffleReadMetricsReporter.createShuffleReadMetrics(spark)));
      metrics = scala.collection.immutable.Map$.MODULE$.from(asScala(all));
    }
    return metrics;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    metrics();
    KnnRows rows = rows();
    Broadcast<KnnTable> table =
        sparkContext()
            .broadcast(
                plan.table(session(), rows.hasValue()), ClassTag$.MODULE$.apply(KnnTable.class));
    return spread(child.execute())
        .mapPartitions(
            new JoinPartition(table, rows, own), false, ClassTag$.MODULE$.apply(InternalRow.class));
  }

  private KnnRows rows() {
    AttributeSet lefts = child.outputSet();
    List<Attribute> left = new ArrayList<>();
    List<Attribute> others = new ArrayList<>();
    for (Attribute attribute : asJava(output)) {
      (lefts.contains(attribute) ? left : others).add(attribute);
    }
    List<Attribute> matched = asJava(match);
    int rights = plan.outputCount();
    return new KnnRows(
        child.output(),
        query,
        left,
        new ArrayList<>(matched.subList(0, rights)),
        new ArrayList<>(matched.subList(rights, matched.size())),
        fields.isEmpty() ? List.of() : others,
        fields,
        label);
  }

  private RDD<InternalRow> spread(RDD<InternalRow> left) {
    int partitions = left.getNumPartitions();
    int cores = sparkContext().defaultParallelism();
    if (partitions == 0 || partitions >= cores || plan.fewQueries()) {
      return left;
    }
    Serializer serializer = new UnsafeRowSerializer(child.output().size(), null);
    return new ShuffledRowRDD(
        ShuffleExchangeExec$.MODULE$.prepareShuffleDependency(
            left, child.output(), new RoundRobinPartitioning(cores), serializer, metrics()),
        metrics());
  }

  /** One left partition; static, so that tasks do not carry the plan. */
  private static final class JoinPartition
      extends AbstractFunction1<Iterator<InternalRow>, Iterator<InternalRow>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<KnnTable> table;
    private final KnnRows rows;
    private final KnnMetrics metrics;

    JoinPartition(Broadcast<KnnTable> table, KnnRows rows, KnnMetrics metrics) {
      this.table = table;
      this.rows = rows;
      this.metrics = metrics;
    }

    @Override
    public Iterator<InternalRow> apply(Iterator<InternalRow> left) {
      return left.hasNext() ? new KnnIterator(left, table.value(), rows, metrics) : left;
    }
  }

  @Override
  public int productArity() {
    return 7;
  }

  /** The constructor's arguments in order: Spark copies nodes by reflection. */
  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> child;
      case 1 -> query;
      case 2 -> plan;
      case 3 -> output;
      case 4 -> match;
      case 5 -> fields;
      case 6 -> label;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object that) {
    return that instanceof KnnJoinExec;
  }

  @Override
  public boolean equals(Object that) {
    return this == that
        || (that instanceof KnnJoinExec join
            && productIterator().sameElements((IterableOnce) join.productIterator()));
  }

  @Override
  public int hashCode() {
    return MurmurHash3$.MODULE$.productHash(this);
  }
}
