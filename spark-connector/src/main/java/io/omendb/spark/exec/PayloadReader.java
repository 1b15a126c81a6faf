/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;

/**
 * Reads rows of segments: the vector column from the segment file, the other columns from its
 * Parquet file, {@code _segment} and {@code _ordinal} from neither. Made on the driver for a set of
 * columns, used in tasks; immutable and shared by threads.
 */
public final class PayloadReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final StructType schema;

  private PayloadReader(StructType schema) {
    this.schema = schema;
  }

  /**
   * A reader of {@code required} columns.
   *
   * @param tableSchema all columns of the table
   * @param vectorColumn name of its vector column
   * @param required columns to read, nested fields pruned at will; may hold the metadata columns
   * @param pushed filters with which {@link #scan} may leave out rows; rows that do not satisfy
   *     them may be returned all the same
   */
  public static PayloadReader of(
      SparkSession spark,
      StructType tableSchema,
      String vectorColumn,
      StructType required,
      Filter[] pushed) {
    return new PayloadReader(required);
  }

  /** The required columns in the order in which rows hold them. */
  public StructType schema() {
    return schema;
  }

  /** All rows of a segment that the pushed filters do not rule out, with their ordinals. */
  public PayloadRows scan(SegmentFile file) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * The rows at {@code ordinals[0 .. count)}, which ascend strictly. Reads only the row groups that
   * hold them; pushed filters play no part.
   */
  public PayloadRows fetch(SegmentFile file, int[] ordinals, int count) throws IOException {
    throw new UnsupportedOperationException();
  }
}
