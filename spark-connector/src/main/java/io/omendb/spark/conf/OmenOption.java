/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.conf;

import io.omendb.spark.error.InputErrors;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * One thing that a user may set: its names, its type, its range. Immutable. All of them are in
 * {@link OmenOptions}.
 *
 * @param <T> type of the value
 */
public final class OmenOption<T> {

  /** Where a value may be given. */
  public enum Scope {
    /** {@code df.write().option(..)}. */
    WRITE,
    /** {@code spark.read().option(..)}. */
    READ,
    /** Stored with the table; given when it is made. */
    TABLE,
    /** {@code spark.conf().set(..)}. */
    SESSION,
    /** {@code spark-submit --conf}; fixed while the application runs. */
    APPLICATION
  }

  private final String name;
  private final String confKey;
  private final Set<Scope> scopes;
  private final T defaultValue;
  private final String range;
  private final String doc;
  private final Function<String, T> parser;

  OmenOption(
      String name,
      String confKey,
      Set<Scope> scopes,
      T defaultValue,
      String range,
      String doc,
      Function<String, T> parser) {
    this.name = name;
    this.confKey = confKey;
    this.scopes = EnumSet.copyOf(scopes);
    this.defaultValue = defaultValue;
    this.range = range;
    this.doc = doc;
    this.parser = parser;
  }

  /** Name as an option of a read or write and as a table property; empty when it is neither. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** Name as a setting of a session or application; empty when it is neither. */
  public Optional<String> confKey() {
    return Optional.ofNullable(confKey);
  }

  /** Whether a value may be given there. */
  public boolean in(Scope scope) {
    return scopes.contains(scope);
  }

  /** The value when none is given. */
  public T defaultValue() {
    return defaultValue;
  }

  /** What values are allowed, as the end of a sentence that starts "must be". */
  public String range() {
    return range;
  }

  /** What it does, in one or two sentences. */
  public String doc() {
    return doc;
  }

  /** The value of the session's setting, else the default. Throws OmenException for a bad value. */
  public T of(SparkSession spark) {
    String text = spark.conf().get(confKey, null);
    return text == null ? defaultValue : parse(confKey, text);
  }

  /** The value of the application's setting, else the default. */
  public T of(SparkConf conf) {
    String text = conf.get(confKey, null);
    return text == null ? defaultValue : parse(confKey, text);
  }

  T parse(String key, String text) {
    try {
      return parser.apply(text.trim());
    } catch (IllegalArgumentException e) {
      throw InputErrors.badOption(key, text, range);
    }
  }
}
