/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/** What plan nodes are made of and Java cannot write down briefly. */
public final class Scala {

  private Scala() {}

  /** An immutable sequence of the same elements. */
  public static <T> Seq<T> seq(List<? extends T> elements) {
    return CollectionConverters.<T>asScala(List.<T>copyOf(elements)).toList();
  }

  /**
   * A partial function for {@code transform}: {@code rewrite} returns null where it is undefined.
   */
  public static <T> AbstractPartialFunction<T, T> rewrite(Function<T, T> rewrite) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(T node) {
        return rewrite.apply(node) != null;
      }

      @Override
      public <A extends T, B> B applyOrElse(A node, scala.Function1<A, B> otherwise) {
        T rewritten = rewrite.apply(node);
        return rewritten == null ? otherwise.apply(node) : cast(rewritten);
      }
    };
  }

  /** A new nullable attribute. */
  public static AttributeReference attribute(String name, DataType type) {
    return new AttributeReference(
        name, type, true, Metadata.empty(), NamedExpression$.MODULE$.newExprId(), seq(List.of()));
  }

  /** {@code value} under the name and with the id of {@code attribute}. */
  public static Alias as(Expression value, Attribute attribute) {
    return new Alias(
        value,
        attribute.name(),
        attribute.exprId(),
        attribute.qualifier(),
        Option.apply(attribute.metadata()),
        seq(List.of()));
  }

  @SuppressWarnings("unchecked")
  private static <B> B cast(Object value) {
    return (B) value;
  }
}
