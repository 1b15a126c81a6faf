/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.index.segment.IndexConfig;
import io.omendb.index.vector.Metric;
import io.omendb.spark.error.InputErrors;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.exec.RowVectors;
import io.omendb.spark.table.TableConfig;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Decides whether the vector of a row can be indexed, and says of a row that it cannot. */
final class VectorCheck {

  private static final int SHOWN_COLUMNS = 3;
  private static final int SHOWN_CHARACTERS = 40;

  private final StructType rows;
  private final int vectorOrdinal;
  private final RowVectors vectors;
  private final String column;
  private final Metric metric;
  private final int partition;
  private final int stored;
  private int dimension;

  VectorCheck(SegmentWriterFactory write, int partition) {
    this.rows = write.rows();
    this.vectorOrdinal = write.vectorOrdinal();
    this.vectors = write.vectors();
    this.column = write.config().vectorColumn();
    this.metric = write.config().metric();
    this.partition = partition;
    TableConfig config = write.config();
    this.stored = config.dimension();
    this.dimension = stored;
  }

  /** Dimension of the vectors so far, or of the table; 0 when neither is known. */
  int dimension() {
    return dimension;
  }

  /**
   * The vector of a row.
   *
   * @param number of the row in its partition, from 0
   * @param reused returned when it has the right length
   * @throws OmenException when it cannot be indexed
   */
  float[] read(InternalRow row, long number, float[] reused) {
    float[] vector = vectors.read(row, vectorOrdinal, reused);
    if (vector == null) {
      boolean whole = row.isNullAt(vectorOrdinal);
      throw bad(
          row,
          number,
          whole ? "is null" : "has an element that is null",
          whole
              ? "Filter such rows out, for instance with %s IS NOT NULL.".formatted(column)
              : "Replace or filter out vectors with missing elements.");
    }
    if (dimension == 0) {
      requireIndexable(row, number, vector.length);
      dimension = vector.length;
    } else if (vector.length != dimension) {
      throw bad(
          row,
          number,
          "has dimension %d where %s %d"
              .formatted(
                  vector.length,
                  stored > 0 ? "the table has" : "the first row of the partition has",
                  dimension),
          "All vectors of a table have one dimension; filter the others out, for instance with"
              + " size(%s) = %d.".formatted(column, dimension));
    }
    int position = RowVectors.firstNonFinite(vector);
    if (position >= 0) {
      throw bad(
          row,
          number,
          "has %s at position %d".formatted(vector[position], position),
          "Every element must be a finite 32-bit float; replace or filter out such vectors.");
    }
    if (metric == Metric.COSINE) {
      requireDirection(row, number, vector);
    }
    return vector;
  }

  private void requireIndexable(InternalRow row, long number, int length) {
    if (length == 0) {
      throw bad(row, number, "is empty", "Filter such rows out.");
    }
    if (length > IndexConfig.MAX_DIMENSION) {
      throw bad(
          row,
          number,
          "has dimension " + length,
          "The largest dimension is " + IndexConfig.MAX_DIMENSION + "; reduce the dimension.");
    }
  }

  /** The index normalises vectors in floats. */
  private void requireDirection(InternalRow row, long number, float[] vector) {
    double squared = 0;
    for (float x : vector) {
      squared += (double) x * x;
    }
    if (squared == 0) {
      throw bad(
          row,
          number,
          "is all zeros, which has no direction to compare by cosine",
          "Filter such rows out, or use the metric l2 or inner_product.");
    }
    if (squared < Float.MIN_NORMAL || squared > Float.MAX_VALUE) {
      throw bad(
          row,
          number,
          "has the length %.3g, whose square no 32-bit float holds".formatted(Math.sqrt(squared)),
          "Scale the vectors; their cosines stay the same.");
    }
  }

  private OmenException bad(InternalRow row, long number, String problem, String remedy) {
    return InputErrors.badVector(
        "Row %d of partition %d%s".formatted(number, partition, firstColumns(row)),
        column,
        problem,
        remedy);
  }

  /** What makes the row recognisable: the first numbers and texts. */
  private String firstColumns(InternalRow row) {
    List<String> shown = new ArrayList<>();
    StructField[] fields = rows.fields();
    for (int i = 0; i < fields.length && shown.size() < SHOWN_COLUMNS; i++) {
      DataType type = fields[i].dataType();
      if (type instanceof NumericType || type instanceof StringType) {
        String text = String.valueOf(row.get(i, type));
        boolean whole = text.length() <= SHOWN_CHARACTERS;
        shown.add(
            fields[i].name() + "=" + (whole ? text : text.substring(0, SHOWN_CHARACTERS) + "..."));
      }
    }
    return shown.isEmpty() ? "" : " (" + String.join(", ", shown) + ")";
  }
}
