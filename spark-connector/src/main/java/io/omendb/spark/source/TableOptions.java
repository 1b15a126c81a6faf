/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.conf.OmenOption;
import io.omendb.spark.conf.OmenOptions;
import io.omendb.spark.conf.OmenSettings;
import io.omendb.spark.error.InputErrors;
import io.omendb.spark.table.TableConfig;
import io.omendb.spark.table.Transaction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** Between the options of a write and what a table stores of them. */
final class TableOptions {

  private TableOptions() {}

  /** The configuration of a new table with this schema. */
  static TableConfig config(OmenSettings settings, StructType schema) {
    int maxDegree = settings.get(OmenOptions.MAX_DEGREE);
    int buildListSize =
        settings
            .given(OmenOptions.BUILD_LIST_SIZE)
            .orElse(Math.max(OmenOptions.BUILD_LIST_SIZE.defaultValue(), maxDegree));
    if (buildListSize < maxDegree) {
      throw InputErrors.badOption(
          OmenOptions.BUILD_LIST_SIZE.name().orElseThrow(),
          Integer.toString(buildListSize),
          "at least maxDegree (" + maxDegree + ")");
    }
    return new TableConfig(
        TableSchema.vectorColumn(schema, settings.get(OmenOptions.VECTOR_COLUMN)),
        0,
        settings.get(OmenOptions.METRIC),
        maxDegree,
        buildListSize,
        settings.get(OmenOptions.ALPHA),
        settings.get(OmenOptions.PQ_SUBSPACES),
        settings.get(OmenOptions.SEED),
        settings.get(OmenOptions.TARGET_RECALL),
        settings.get(OmenOptions.VECTOR_STORAGE));
  }

  /** What a table stores, under the names of the options. */
  static Map<String, String> properties(TableConfig config) {
    Map<String, String> properties = new LinkedHashMap<>();
    put(properties, OmenOptions.VECTOR_COLUMN, config.vectorColumn());
    put(properties, OmenOptions.METRIC, config.metric().optionName());
    put(properties, OmenOptions.MAX_DEGREE, config.maxDegree());
    put(properties, OmenOptions.BUILD_LIST_SIZE, config.buildListSize());
    put(properties, OmenOptions.ALPHA, config.alpha());
    put(properties, OmenOptions.PQ_SUBSPACES, config.pqSubspaces());
    put(properties, OmenOptions.VECTOR_STORAGE, config.vectorStorage().optionName());
    put(properties, OmenOptions.SEED, config.seed());
    put(properties, OmenOptions.TARGET_RECALL, config.targetRecall());
    return properties;
  }

  /** Throws OmenException when an option of an append is not what the table stores. */
  static void requireConsistent(OmenSettings settings, TableConfig stored) {
    settings
        .given(OmenOptions.VECTOR_COLUMN)
        .filter(name -> !name.equalsIgnoreCase(stored.vectorColumn()))
        .ifPresent(name -> contradiction(OmenOptions.VECTOR_COLUMN, name, stored.vectorColumn()));
    settings
        .given(OmenOptions.METRIC)
        .filter(metric -> metric != stored.metric())
        .ifPresent(
            metric ->
                contradiction(
                    OmenOptions.METRIC, metric.optionName(), stored.metric().optionName()));
    settings
        .given(OmenOptions.VECTOR_STORAGE)
        .filter(storage -> storage != stored.vectorStorage())
        .ifPresent(
            storage ->
                contradiction(
                    OmenOptions.VECTOR_STORAGE,
                    storage.optionName(),
                    stored.vectorStorage().optionName()));
    require(settings, OmenOptions.MAX_DEGREE, stored.maxDegree());
    require(settings, OmenOptions.BUILD_LIST_SIZE, stored.buildListSize());
    require(settings, OmenOptions.ALPHA, stored.alpha());
    require(settings, OmenOptions.PQ_SUBSPACES, stored.pqSubspaces());
    require(settings, OmenOptions.SEED, stored.seed());
    require(settings, OmenOptions.TARGET_RECALL, stored.targetRecall());
  }

  /** The transaction of a write that may be repeated. */
  static Optional<Transaction> transaction(OmenSettings settings) {
    Optional<String> appId = settings.given(OmenOptions.TXN_APP_ID);
    Optional<Long> version = settings.given(OmenOptions.TXN_VERSION);
    if (appId.isPresent() != version.isPresent()) {
      OmenOption<?> missing = appId.isPresent() ? OmenOptions.TXN_VERSION : OmenOptions.TXN_APP_ID;
      throw InputErrors.badOption(missing.name().orElseThrow(), "", missing.range());
    }
    return appId.map(id -> new Transaction(id, version.orElseThrow()));
  }

  private static <T> void require(OmenSettings settings, OmenOption<T> option, T stored) {
    settings
        .given(option)
        .filter(value -> !value.equals(stored))
        .ifPresent(value -> contradiction(option, value, stored));
  }

  private static void contradiction(OmenOption<?> option, Object given, Object stored) {
    throw InputErrors.contradictsTable(
        option.name().orElseThrow(), given.toString(), stored.toString());
  }

  private static void put(Map<String, String> properties, OmenOption<?> option, Object value) {
    properties.put(option.name().orElseThrow(), value.toString());
  }
}
