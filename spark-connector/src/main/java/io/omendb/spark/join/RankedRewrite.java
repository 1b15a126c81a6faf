/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.Inline;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.PosExplode;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;

/**
 * Adds the value of the vector function and the rank to Spark's own plan of a nearest-by join,
 * which ends in {@code Project(Generate(inline(matches)))} with the best match first: unnested with
 * positions, the position is the rank.
 */
final class RankedRewrite {

  private RankedRewrite() {}

  /** {@code rewritten} with the columns of {@code join} including its extras. */
  static LogicalPlan withExtras(LogicalPlan rewritten, KnnJoin join) {
    Generate generate = (Generate) ((Project) rewritten).child();
    Expression matches = ((Inline) generate.generator()).child();
    DataType matchType = ((ArrayType) matches.dataType()).elementType();
    AttributeReference position = Scala.attribute("pos", DataTypes.IntegerType);
    AttributeReference match = Scala.attribute("match", matchType);
    LogicalPlan unnested =
        new Generate(
            new PosExplode(matches),
            generate.unrequiredChildIndex(),
            generate.outer(),
            Option.empty(),
            Scala.seq(List.of(position, match)),
            generate.child());

    Map<ExprId, Expression> fieldOf = new HashMap<>();
    List<NamedExpression> columns = new ArrayList<>(asJava(join.left().output()));
    List<Attribute> rights = asJava(join.right().output());
    for (int i = 0; i < rights.size(); i++) {
      Expression field = new GetStructField(match, i, Option.apply(rights.get(i).name()));
      fieldOf.put(rights.get(i).exprId(), field);
      columns.add(Scala.as(field, rights.get(i)));
    }
    Expression base =
        join.base()
            .transformUp(
                Scala.rewrite(
                    e -> e instanceof AttributeReference a ? fieldOf.get(a.exprId()) : null));
    List<Attribute> extras = asJava(join.extras());
    columns.add(Scala.as(join.spec().function().call(join.query(), base), extras.get(0)));
    Expression rank = new Add(position, new Literal(1, DataTypes.IntegerType));
    columns.add(Scala.as(rank, extras.get(1)));
    return new Project(Scala.seq(columns), unnested);
  }
}
