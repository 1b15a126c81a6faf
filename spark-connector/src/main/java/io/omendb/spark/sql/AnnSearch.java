/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.spark.error.QueryErrors;
import io.omendb.spark.join.NotSearchable;
import io.omendb.spark.join.Scala;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StringType;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/**
 * The table function {@code ann_search}: the rows of a table nearest to one vector, with {@code
 * _distance}, the value of Spark's own vector function for the table's metric, and {@code _rank}
 * from 1. It is a join whose left side is one row.
 */
public final class AnnSearch {
  private static final String NAME = "ann_search";

  private AnnSearch() {}

  /** What a session needs to know the function. */
  public static Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, LogicalPlan>>
      description() {
    Function1<Seq<Expression>, LogicalPlan> builder =
        arguments -> plan(new AnnSearchArguments(asJava(arguments)));
    String usage =
        AnnSearchArguments.SIGNATURE
            + " - Returns the rows of an OmenDB table nearest to a vector, with _distance and"
            + " _rank.";
    return new Tuple3<>(
        new FunctionIdentifier(NAME),
        new ExpressionInfo(AnnSearch.class.getName(), null, NAME, usage, ""),
        builder);
  }

  private static LogicalPlan plan(AnnSearchArguments arguments) {
    SparkSession spark = (SparkSession) SparkSession.active();
    String table;
    LogicalPlan base;
    if (arguments.table() instanceof FunctionTableSubqueryArgumentExpression given) {
      table = "the given table";
      base = given.plan();
    } else {
      table = "'" + arguments.text("table") + "'";
      base = load(spark, arguments.text("table")).queryExecution().analyzed();
    }
    AttributeReference query = Scala.attribute("query_vector", RankedJoin.VECTOR);
    Expression cast = queryVector(arguments.queryVector());
    LogicalPlan left = new Project(Scala.seq(List.of(Scala.as(cast, query))), new OneRowRelation());
    try {
      RankedJoin search = RankedJoin.over(base);
      if (arguments.filter() != null) {
        Dataset<Row> rows = Dataset.ofRows(spark, base).filter(arguments.filter());
        search = RankedJoin.over(rows.queryExecution().analyzed());
      }
      return search.plan(left, 1, query, arguments.numResults(), true, false, arguments.listSize());
    } catch (NotSearchable e) {
      throw QueryErrors.notSearchable(NAME, table, e.getMessage());
    }
  }

  private static Dataset<Row> load(SparkSession spark, String table) {
    boolean path = table.indexOf('/') >= 0 || table.indexOf(':') >= 0;
    return !path && spark.catalog().tableExists(table)
        ? spark.table(table)
        : spark.read().format("omendb").load(table);
  }

  private static Expression queryVector(Expression given) {
    if (given.containsPattern(TreePattern.OUTER_REFERENCE())) {
      throw QueryErrors.badArgument(
          "query_vector", "one vector; for a column of vectors use NEAREST BY", given.sql());
    }
    if (!Cast.canCast(given.dataType(), RankedJoin.VECTOR)
        || given.dataType() instanceof StringType) {
      throw QueryErrors.badArgument(
          "query_vector",
          "an array of numbers",
          given.sql() + " of type " + given.dataType().sql());
    }
    return RankedJoin.castToFloats(given);
  }
}
