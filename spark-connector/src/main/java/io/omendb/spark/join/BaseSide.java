/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import io.omendb.spark.source.OmenScan;
import io.omendb.spark.source.OmenTable;
import io.omendb.spark.table.TableVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.PipeOperator;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.ResolvedHint;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.catalyst.plans.logical.WithCTE;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;

/**
 * A right side read as what it is: a table, a condition on its rows, and an expression over its
 * columns for each output column. Made from any stack of deterministic projections and filters,
 * aliases, views, hints and common table expressions over one OmenDB relation.
 */
public final class BaseSide {
  private final Map<Long, LogicalPlan> definitions;
  private final List<Expression> outputs = new ArrayList<>();
  private final List<Expression> filters = new ArrayList<>();
  private Expression vector;
  private LogicalPlan leaf;

  private BaseSide(Map<Long, LogicalPlan> definitions) {
    this.definitions = definitions;
  }

  /**
   * Reads a right side.
   *
   * @param right the plan
   * @param vector the expression over its output that is ranked by
   * @param definitions common table expressions in scope, by id
   * @throws NotSearchable with the reason when the index cannot answer for this plan
   */
  public static BaseSide of(
      LogicalPlan right, Expression vector, Map<Long, LogicalPlan> definitions)
      throws NotSearchable {
    BaseSide side = new BaseSide(definitions);
    side.outputs.addAll(asJava(right.output()));
    side.vector = vector;
    side.descend(right);
    side.checkVector();
    for (Expression expression : side.filters) {
      checkEvaluable(expression);
    }
    for (Expression expression : side.outputs) {
      checkEvaluable(expression);
    }
    return side;
  }

  /** The relation: {@link DataSourceV2Relation}, after the scan is built its scan relation. */
  public LogicalPlan leaf() {
    return leaf;
  }

  /** For each output column of the right side its expression over the columns of the leaf. */
  List<Expression> outputs() {
    return outputs;
  }

  /** Conditions over the columns of the leaf that a row must all satisfy. */
  List<Expression> filters() {
    return filters;
  }

  /** The version of the table that is read. */
  public TableVersion snapshot() {
    return leaf instanceof DataSourceV2ScanRelation scan
        ? ((OmenScan) scan.scan()).snapshot()
        : ((OmenTable) ((DataSourceV2Relation) leaf).table()).snapshot();
  }

  private void descend(LogicalPlan plan) throws NotSearchable {
    if (plan instanceof SubqueryAlias
        || plan instanceof View
        || plan instanceof ResolvedHint
        || plan instanceof PipeOperator) {
      descend(asJava(plan.children()).get(0));
    } else if (plan instanceof Project project) {
      Map<ExprId, Expression> definitionOf = new HashMap<>();
      for (NamedExpression named : asJava(project.projectList())) {
        definitionOf.put(
            named.exprId(), named instanceof Alias alias ? alias.child() : (Expression) named);
      }
      substitute(definitionOf);
      descend(project.child());
    } else if (plan instanceof Filter filter) {
      filters.add(filter.condition());
      descend(filter.child());
    } else if (plan instanceof WithCTE with) {
      for (CTERelationDef definition : asJava(with.cteDefs())) {
        definitions.put(definition.id(), definition.child());
      }
      descend(with.plan());
    } else if (plan instanceof CTERelationRef reference) {
      LogicalPlan definition = definitions.get(reference.cteId());
      if (definition == null || reference.recursive()) {
        throw new NotSearchable(
            "its right side is a common table expression that cannot be read from here");
      }
      Map<ExprId, Expression> definitionOf = new HashMap<>();
      List<Attribute> inner = asJava(definition.output());
      List<Attribute> outer = asJava(reference.output());
      for (int i = 0; i < outer.size(); i++) {
        definitionOf.put(outer.get(i).exprId(), inner.get(i));
      }
      substitute(definitionOf);
      descend(definition);
    } else if (isTable(plan)) {
      leaf = plan;
    } else {
      throw new NotSearchable("its right side contains the operator " + plan.nodeName());
    }
  }

  private void substitute(Map<ExprId, Expression> definitionOf) {
    outputs.replaceAll(e -> substitute(e, definitionOf));
    filters.replaceAll(e -> substitute(e, definitionOf));
    vector = substitute(vector, definitionOf);
  }

  private static Expression substitute(Expression in, Map<ExprId, Expression> definitionOf) {
    return in.transformUp(
        Scala.rewrite(
            e -> e instanceof AttributeReference a ? definitionOf.get(a.exprId()) : null));
  }

  /** Whether {@code plan} is the relation of an OmenDB table. */
  public static boolean isTable(LogicalPlan plan) {
    return (plan instanceof DataSourceV2Relation relation && relation.table() instanceof OmenTable)
        || (plan instanceof DataSourceV2ScanRelation scan && scan.scan() instanceof OmenScan);
  }

  private void checkVector() throws NotSearchable {
    Expression e = vector;
    while (e instanceof Cast cast && isNumbers(cast.dataType())) {
      e = cast.child();
    }
    String column = snapshot().config().vectorColumn();
    if (!(e instanceof AttributeReference attribute) || !attribute.name().equals(column)) {
      throw new NotSearchable(
          "its right vector is " + vector.sql() + ", the index is on column '" + column + "'");
    }
  }

  private static boolean isNumbers(DataType type) {
    return type instanceof ArrayType array
        && (array.elementType() instanceof FloatType || array.elementType() instanceof DoubleType);
  }

  private static void checkEvaluable(Expression expression) throws NotSearchable {
    if (!expression.deterministic()) {
      throw new NotSearchable("its right side is not deterministic: " + expression.sql());
    }
    if (expression.containsPattern(TreePattern.PLAN_EXPRESSION())) {
      throw new NotSearchable("its right side contains a subquery: " + expression.sql());
    }
    if (expression.containsPattern(TreePattern.PYTHON_UDF())) {
      throw new NotSearchable("its right side calls a Python function: " + expression.sql());
    }
  }
}
