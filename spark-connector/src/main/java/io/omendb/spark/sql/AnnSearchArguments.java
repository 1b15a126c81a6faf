/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import io.omendb.spark.error.QueryErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;

/** The arguments of one call of {@code ann_search}, given by position or by name. */
final class AnnSearchArguments {
  static final String SIGNATURE =
      "ann_search(table => 'path or name', query_vector => array(...), num_results => 10,"
          + " filter => 'condition', list_size => 0)";

  private static final List<String> NAMES =
      List.of("table", "query_vector", "num_results", "filter", "list_size");

  private final Map<String, Expression> given = new HashMap<>();

  AnnSearchArguments(List<Expression> arguments) {
    List<String> free = new ArrayList<>(NAMES);
    for (Expression argument : arguments) {
      String name;
      Expression value = argument;
      if (argument instanceof NamedArgumentExpression named) {
        name = named.key().toLowerCase(Locale.ROOT);
        value = named.value();
        if (!NAMES.contains(name)) {
          throw QueryErrors.unknownArgument("'" + named.key() + "'", SIGNATURE);
        }
        if (!free.remove(name)) {
          throw QueryErrors.badArgument(name, "given once", "given twice");
        }
      } else if (given.size() < NAMES.size() && free.remove(NAMES.get(given.size()))) {
        name = NAMES.get(given.size());
      } else {
        throw QueryErrors.unknownArgument(argument.sql() + " at this position", SIGNATURE);
      }
      given.put(name, value);
    }
  }

  /** The table, a text or {@code TABLE(..)}. */
  Expression table() {
    return required("table");
  }

  Expression queryVector() {
    return required("query_vector");
  }

  int numResults() {
    return integer("num_results", 10, 1, 100_000);
  }

  /** Beam width; 0 when not given. */
  int listSize() {
    return integer("list_size", 0, 0, 1_000_000);
  }

  /** The condition; null when not given. */
  String filter() {
    return given.containsKey("filter") ? text("filter") : null;
  }

  private Expression required(String name) {
    if (!given.containsKey(name)) {
      throw QueryErrors.missingArgument(name, SIGNATURE);
    }
    return given.get(name);
  }

  /** The text of an argument. */
  String text(String name) {
    Object value = constant(name);
    if (value == null || value instanceof Number) {
      throw QueryErrors.badArgument(name, "a text", given.get(name).sql());
    }
    return value.toString();
  }

  private int integer(String name, int otherwise, int min, int max) {
    if (!given.containsKey(name)) {
      return otherwise;
    }
    Object value = constant(name);
    String range = "an integer in [" + min + ", " + max + "]";
    if (!(value instanceof Integer || value instanceof Long || value instanceof Short)
        || ((Number) value).longValue() < min
        || ((Number) value).longValue() > max) {
      throw QueryErrors.badArgument(name, range, given.get(name).sql());
    }
    return ((Number) value).intValue();
  }

  private Object constant(String name) {
    Expression argument = given.get(name);
    if (argument instanceof FunctionTableSubqueryArgumentExpression || !argument.foldable()) {
      throw QueryErrors.badArgument(name, "a constant", argument.sql());
    }
    return argument.eval(null);
  }
}
