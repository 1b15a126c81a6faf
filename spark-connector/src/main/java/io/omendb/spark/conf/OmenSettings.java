/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.conf;

import io.omendb.spark.error.InputErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The options of one read or write together with the settings of its session. Names that do not
 * exist were refused when it was made. Driver only; immutable.
 */
public final class OmenSettings {

  private static final String CONF_PREFIX = "spark.omendb.";

  /**
   * Names that Spark adds to the options of every data source, and those that its catalog adds to
   * the options of a table that was created with a location.
   */
  private static final Set<String> OF_SPARK =
      Set.of(
          "path",
          "comment",
          "collation",
          "external",
          "is_managed_location",
          "location",
          "owner",
          "provider");

  /** Under this prefix Spark's catalog repeats the options that a table was created with. */
  private static final String REPEATED = "option.";

  private final Map<String, String> options;
  private final SparkSession spark;

  private OmenSettings(Map<String, String> options, SparkSession spark) {
    this.options = options;
    this.spark = spark;
  }

  /**
   * The settings of one read or write.
   *
   * @param scope {@link OmenOption.Scope#READ} or {@link OmenOption.Scope#WRITE}
   * @param options as the user gave them; names in any case
   * @throws io.omendb.spark.error.OmenException for a name that does not exist, or not there
   */
  public static OmenSettings of(
      OmenOption.Scope scope, Map<String, String> options, SparkSession spark) {
    Map<String, String> lowerCase = new HashMap<>();
    for (Map.Entry<String, String> option : options.entrySet()) {
      String name = option.getKey().toLowerCase(Locale.ROOT);
      if (!OF_SPARK.contains(name) && !name.startsWith(REPEATED)) {
        requireKnown(option.getKey(), namesIn(scope));
      }
      lowerCase.put(name, option.getValue());
    }
    requireKnownSettings(spark);
    return new OmenSettings(lowerCase, spark);
  }

  /** Refuses settings of the session that start like ours and do not exist. */
  public static void requireKnownSettings(SparkSession spark) {
    for (String key : CollectionConverters.asJava(spark.conf().getAll()).keySet()) {
      if (key.startsWith(CONF_PREFIX)) {
        requireKnown(key, settingNames());
      }
    }
  }

  /** The value given as an option; empty when it was not. */
  public <T> Optional<T> given(OmenOption<T> option) {
    return option
        .name()
        .filter(name -> options.containsKey(name.toLowerCase(Locale.ROOT)))
        .map(name -> option.parse(name, options.get(name.toLowerCase(Locale.ROOT))));
  }

  /** The value given as an option, else by the session's setting, else the default. */
  public <T> T get(OmenOption<T> option) {
    return given(option)
        .orElseGet(() -> option.confKey().isPresent() ? option.of(spark) : option.defaultValue());
  }

  private static List<String> namesIn(OmenOption.Scope scope) {
    List<String> names = new ArrayList<>();
    for (OmenOption<?> option : OmenOptions.all()) {
      if (option.in(scope)) {
        option.name().ifPresent(names::add);
      }
    }
    return names;
  }

  private static List<String> settingNames() {
    List<String> names = new ArrayList<>();
    for (OmenOption<?> option : OmenOptions.all()) {
      option.confKey().ifPresent(names::add);
    }
    return names;
  }

  private static void requireKnown(String name, List<String> known) {
    String nearest = null;
    int nearestDistance = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance =
          editDistance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance == 0) {
        return;
      }
      if (distance < nearestDistance) {
        nearest = candidate;
        nearestDistance = distance;
      }
    }
    // Further away than half of the letters it is another word, not a misspelling.
    boolean similar = nearestDistance <= name.length() / 2;
    throw InputErrors.unknownOption(name, similar ? Optional.of(nearest) : Optional.empty());
  }

  /** Levenshtein distance. */
  private static int editDistance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
