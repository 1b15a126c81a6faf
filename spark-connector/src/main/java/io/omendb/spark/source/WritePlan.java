/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.table.Change;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableConfig;
import io.omendb.spark.table.TableVersion;
import io.omendb.spark.table.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.types.StructType;

/**
 * What one write will do, decided on the driver before any task runs.
 *
 * @param kind what becomes of the rows that are there
 * @param root directory of the table, as a qualified Hadoop path
 * @param tableId identity of the table
 * @param base the version that was read for the decision; null when there was no table
 * @param schema the schema that the table will have
 * @param config how segments are built; the dimension is 0 when no row is known
 * @param limits where tasks end a segment
 * @param transaction makes the write repeatable
 */
record WritePlan(
    Kind kind,
    String root,
    UUID tableId,
    TableVersion base,
    StructType schema,
    TableConfig config,
    SegmentLimits limits,
    Optional<Transaction> transaction) {

  enum Kind {
    CREATE,
    APPEND,
    OVERWRITE
  }

  static WritePlan create(
      String root,
      StructType schema,
      TableConfig config,
      SegmentLimits limits,
      Optional<Transaction> transaction) {
    return new WritePlan(
        Kind.CREATE, root, UUID.randomUUID(), null, schema, config, limits, transaction);
  }

  static WritePlan append(
      String root, TableVersion base, SegmentLimits limits, Optional<Transaction> transaction) {
    return new WritePlan(
        Kind.APPEND,
        root,
        base.tableId(),
        base,
        TableSchema.storedSchema(base),
        base.config(),
        limits,
        transaction);
  }

  static WritePlan overwrite(
      String root,
      TableVersion base,
      StructType schema,
      TableConfig config,
      SegmentLimits limits,
      Optional<Transaction> transaction) {
    return new WritePlan(
        Kind.OVERWRITE, root, base.tableId(), base, schema, config, limits, transaction);
  }

  /** The change to commit. {@code dimension} is not looked at when there are no segments. */
  Change change(int dimension, List<SegmentEntry> segments, Map<String, String> summary) {
    TableConfig known = segments.isEmpty() ? config : config.withDimension(dimension);
    return switch (kind) {
      case CREATE ->
          new Change.Create(tableId, schema.json(), known, segments, transaction, summary);
      case APPEND -> new Change.Append(base, dimension, segments, transaction, summary);
      case OVERWRITE ->
          new Change.Overwrite(base, schema.json(), known, segments, transaction, summary);
    };
  }
}
