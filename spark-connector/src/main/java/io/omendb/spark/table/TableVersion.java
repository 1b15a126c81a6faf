/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The whole state of a table at one version. Immutable.
 *
 * @param tableId identity of the table, repeated in every file that belongs to it
 * @param version 1 for the first, then contiguous
 * @param parent the version before; 0 for the first
 * @param commitId identity of the commit that published it
 * @param timestampMs milliseconds since the epoch, larger than the parent's
 * @param operation what was done: {@code create}, {@code append}, {@code overwrite}, ...
 * @param schemaJson the table's schema as Spark's JSON
 * @param config how segments are built
 * @param segments in the order in which they were added
 * @param transactions newest transaction of each application
 * @param floor lowest version whose files are kept
 * @param summary facts about the commit for people
 */
public record TableVersion(
    UUID tableId,
    long version,
    long parent,
    UUID commitId,
    long timestampMs,
    String operation,
    String schemaJson,
    TableConfig config,
    List<SegmentEntry> segments,
    Map<String, Long> transactions,
    long floor,
    Map<String, String> summary)
    implements Serializable {

  private static final Pattern OPERATION = Pattern.compile("[a-z][a-z_]{0,63}");

  /**
   * Throws IllegalArgumentException when the parts contradict each other and ArithmeticException
   * when the sizes exceed 63 bits.
   */
  public TableVersion {
    Objects.requireNonNull(tableId, "tableId");
    Objects.requireNonNull(commitId, "commitId");
    Objects.requireNonNull(schemaJson, "schemaJson");
    Objects.requireNonNull(config, "config");
    segments = List.copyOf(segments);
    transactions = Map.copyOf(transactions);
    summary = Map.copyOf(summary);
    require(version >= 1, "version must be at least 1, was " + version);
    require(parent == version - 1, "parent of version " + version + " cannot be " + parent);
    require(floor >= 1 && floor <= version, "floor must be in [1, " + version + "], was " + floor);
    require(timestampMs >= 0, "timestampMs must not be negative, was " + timestampMs);
    require(
        operation != null && OPERATION.matcher(operation).matches(),
        "operation must be a lower-case word, was '" + operation + "'");
    require(
        segments.isEmpty() || config.dimension() > 0,
        "a table with segments must know its dimension");
    Set<UUID> ids = new HashSet<>();
    for (SegmentEntry segment : segments) {
      require(ids.add(segment.id()), "segment " + segment.id() + " is listed twice");
    }
    Totals.of(segments);
  }

  /** Rows that are not deleted. */
  public long rows() {
    Totals totals = Totals.of(segments);
    return totals.rows() - totals.deleted();
  }

  /** Bytes of all files that belong to this version. */
  public long bytes() {
    return Totals.of(segments).bytes();
  }

  /** Whether {@code transaction}, or a later one of the same application, is contained. */
  public boolean contains(Transaction transaction) {
    Long newest = transactions.get(transaction.appId());
    return newest != null && newest >= transaction.version();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
