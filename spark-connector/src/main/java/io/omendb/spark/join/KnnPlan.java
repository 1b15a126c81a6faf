/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.spark.conf.OmenOption;
import io.omendb.spark.conf.OmenOptions;
import io.omendb.spark.conf.OmenSettings;
import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.exec.SegmentFile;
import io.omendb.spark.source.OmenScan;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.QueryPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.immutable.Seq;

/** The table side of a planned join on the driver: what to read, how wide to search. Immutable. */
final class KnnPlan {
  /** Left rows that are not worth a shuffle. */
  private static final long FEW = 32;

  private final KnnSpec spec;
  private final DataSourceV2ScanRelation relation;
  private final OmenScan scan;
  private final List<Attribute> scanned;
  private final Expression condition;
  private final List<Expression> outputs;
  private final ListSizes listSizes;
  private final boolean fewQueries;

  private KnnPlan(
      KnnJoin join,
      DataSourceV2ScanRelation relation,
      Expression condition,
      List<Expression> outputs,
      int listSize) {
    this.spec = join.spec();
    this.fewQueries = join.left().maxRows().exists(rows -> (long) rows <= FEW);
    this.relation = relation;
    this.scan = (OmenScan) relation.scan();
    this.scanned = new ArrayList<>(asJava(relation.output()));
    this.condition = condition;
    this.outputs = outputs;
    this.listSizes = new ListSizes(scan.snapshot(), spec, listSize);
  }

  /** Plans {@code join} over {@code side}, whose leaf is a scan; keeps the right {@code output}. */
  static KnnPlan of(SparkSession spark, KnnJoin join, BaseSide side, AttributeSet output) {
    List<Expression> outputs = new ArrayList<>();
    List<Attribute> rights = asJava(join.right().output());
    for (int i = 0; i < rights.size(); i++) {
      if (output.contains(rights.get(i))) {
        outputs.add(side.outputs().get(i));
      }
    }
    Expression condition = side.filters().stream().reduce(And::new).orElse(null);
    DataSourceV2ScanRelation relation = (DataSourceV2ScanRelation) side.leaf();
    int listSize = join.spec().listSize();
    if (listSize == 0) {
      listSize =
          OmenSettings.of(
                  OmenOption.Scope.READ, relation.relation().options().asCaseSensitiveMap(), spark)
              .get(OmenOptions.LIST_SIZE);
    }
    return new KnnPlan(join, relation, condition, outputs, listSize);
  }

  /** Right columns of the result. */
  int outputCount() {
    return outputs.size();
  }

  /** Whether the left side is known to be so small that spreading it costs more than it gains. */
  boolean fewQueries() {
    return fewQueries;
  }

  /** What the tasks need. Looks at the session's Hadoop settings. */
  KnnTable table(SparkSession spark, boolean ranked) {
    TableVersion version = scan.snapshot();
    List<SegmentFile> files = new ArrayList<>();
    for (SegmentEntry segment : version.segments()) {
      files.add(new SegmentFile(scan.root(), version.tableId(), segment));
    }
    AcceptSets accept = null;
    if (condition != null) {
      PayloadReader reader = reader(spark, List.of(condition), scan.pushedFilters());
      accept = new AcceptSets(reader, condition, columns(reader));
    }
    PayloadReader reader = outputs.isEmpty() ? null : reader(spark, outputs, new Filter[0]);
    int k = (int) Math.min(spec.k(), Math.max(1, version.rows()));
    return new KnnTable(
        spec.withK(k),
        version.config().vectorColumn(),
        version.config().dimension(),
        version.config().metric(),
        files,
        listSizes.perSegment(),
        accept,
        reader,
        reader == null ? Scala.seq(List.of()) : columns(reader),
        Scala.<Expression>seq(outputs),
        ranked,
        new SerializableConfiguration(spark.sessionState().newHadoopConf()));
  }

  /** A reader of the columns that {@code expressions} need. */
  private PayloadReader reader(SparkSession spark, List<Expression> expressions, Filter[] pushed) {
    AttributeSet needed = AttributeSet$.MODULE$.apply(Scala.<Expression>seq(expressions));
    StructType required = new StructType();
    for (Attribute column : scanned) {
      if (needed.contains(column)) {
        required =
            required.add(
                new StructField(
                    column.name(), column.dataType(), column.nullable(), column.metadata()));
      }
    }
    TableVersion version = scan.snapshot();
    return PayloadReader.of(
        spark,
        (StructType) DataType.fromJson(version.schemaJson()),
        version.config().vectorColumn(),
        required,
        pushed);
  }

  /** The columns of a reader in the order in which it gives them. */
  private Seq<Attribute> columns(PayloadReader reader) {
    List<Attribute> columns = new ArrayList<>();
    for (String name : reader.schema().fieldNames()) {
      for (Attribute attribute : scanned) {
        if (attribute.name().equals(name)) {
          columns.add(attribute);
        }
      }
    }
    return Scala.seq(columns);
  }

  /** What EXPLAIN shows. */
  String describe() {
    TableVersion version = scan.snapshot();
    StringBuilder text = new StringBuilder();
    text.append(spec.outer() ? "LeftOuter" : "Inner");
    text.append(", index=").append(scan.root());
    text.append(", version=").append(version.version());
    text.append(", metric=").append(spec.function().metric().optionName());
    text.append(", k=").append(spec.k());
    if (spec.ranges()) {
      text.append(", within=").append(spec.reach());
    }
    text.append(", mode=").append(spec.approximate() ? "approx" : "exact");
    text.append(", ").append(listSizes.describe());
    text.append(", segments=").append(version.segments().size());
    text.append(", rows=").append(version.rows());
    if (condition != null) {
      text.append(", filter=").append(condition.sql());
    }
    return text.toString();
  }

  /** Two plans that read the same rows of the same version are equal, whatever their ids. */
  @Override
  public boolean equals(Object that) {
    return that instanceof KnnPlan plan
        && spec.equals(plan.spec)
        && scan.root().equals(plan.scan.root())
        && scan.snapshot().equals(plan.scan.snapshot())
        && listSizes.equals(plan.listSizes)
        && normalized().equals(plan.normalized());
  }

  @Override
  public int hashCode() {
    return Objects.hash(spec, scan.root(), scan.snapshot().version(), normalized());
  }

  private List<Object> normalized() {
    var input = new Project(Scala.seq(List.of()), relation).allAttributes();
    List<Object> normalized = new ArrayList<>();
    for (Attribute attribute : scanned) {
      normalized.add(attribute.name());
      normalized.add(attribute.dataType());
    }
    if (condition != null) {
      normalized.add(QueryPlan.normalizeExpressions(condition, input));
    }
    normalized.add("->");
    for (Expression output : outputs) {
      normalized.add(QueryPlan.normalizeExpressions(output, input));
    }
    return normalized;
  }

  @Override
  public String toString() {
    return describe();
  }
}
