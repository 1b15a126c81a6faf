/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.spark.error.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What one commit does to a table. A change names the version it was planned on and can be applied
 * to a later one when {@link ConflictRules} allow it. Immutable.
 */
public sealed interface Change {

  /** Identity of the table; the segments of the change were built for it. */
  UUID tableId();

  /** The version the change was planned on; 0 when there was no table. */
  long base();

  /** The word that the version file records. */
  String operation();

  /** Segments whose files were written for this change. */
  List<SegmentEntry> added();

  /** Makes the commit repeatable when present. */
  Optional<Transaction> transaction();

  /** Facts for people, recorded beside those that the log adds itself. */
  Map<String, String> summary();

  /**
   * The state that results on top of {@code head}, null when there is no table. Throws
   * OmenException when the change does not fit the head.
   */
  Content applyTo(TableVersion head);

  /** The parts of a version that a change decides. */
  record Content(String schemaJson, TableConfig config, List<SegmentEntry> segments) {}

  /** Makes a table, with or without rows. {@code config.dimension()} is known if it has rows. */
  record Create(
      UUID tableId,
      String schemaJson,
      TableConfig config,
      List<SegmentEntry> added,
      Optional<Transaction> transaction,
      Map<String, String> summary)
      implements Change {

    @Override
    public long base() {
      return 0;
    }

    @Override
    public String operation() {
      return ConflictRules.CREATE;
    }

    @Override
    public Content applyTo(TableVersion head) {
      return new Content(schemaJson, config, added);
    }
  }

  /**
   * Adds rows.
   *
   * @param planned the version the rows were checked against
   * @param dimension floats per vector of the added segments; not looked at when there are none
   */
  record Append(
      TableVersion planned,
      int dimension,
      List<SegmentEntry> added,
      Optional<Transaction> transaction,
      Map<String, String> summary)
      implements Change {

    @Override
    public UUID tableId() {
      return planned.tableId();
    }

    @Override
    public long base() {
      return planned.version();
    }

    @Override
    public String operation() {
      return ConflictRules.APPEND;
    }

    @Override
    public Content applyTo(TableVersion head) {
      TableConfig config = head.config();
      if (!added.isEmpty() && config.dimension() == 0) {
        config = config.withDimension(dimension);
      } else if (!added.isEmpty() && config.dimension() != dimension) {
        throw Errors.dimensionMismatch(config.vectorColumn(), config.dimension(), dimension);
      }
      List<SegmentEntry> segments = new ArrayList<>(head.segments());
      segments.addAll(added);
      return new Content(head.schemaJson(), config, segments);
    }
  }

  /**
   * Replaces all rows, and with them the schema and the configuration. Earlier versions keep
   * theirs.
   *
   * @param planned the version that is replaced
   */
  record Overwrite(
      TableVersion planned,
      String schemaJson,
      TableConfig config,
      List<SegmentEntry> added,
      Optional<Transaction> transaction,
      Map<String, String> summary)
      implements Change {

    @Override
    public UUID tableId() {
      return planned.tableId();
    }

    @Override
    public long base() {
      return planned.version();
    }

    @Override
    public String operation() {
      return ConflictRules.OVERWRITE;
    }

    @Override
    public Content applyTo(TableVersion head) {
      return new Content(schemaJson, config, added);
    }
  }
}
