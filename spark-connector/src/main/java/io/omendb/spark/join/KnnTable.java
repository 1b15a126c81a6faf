/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.join;

import io.omendb.index.vector.Metric;
import io.omendb.spark.exec.PayloadReader;
import io.omendb.spark.exec.SegmentFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.immutable.Seq;

/**
 * The table side of a join as tasks see it, broadcast once per query. Immutable but for the
 * accept-sets, which fill up.
 *
 * @param spec what is asked; k is not above the rows of the table
 * @param vectorColumn name of the vector column
 * @param dimension floats per vector; 0 when the table is empty
 * @param indexMetric what the segments were built for
 * @param files the segments
 * @param listSizes for each segment the beam width; 0 to search it exactly
 * @param accept rows that may be neighbours; null for all
 * @param reader reads {@code columns} of result rows; null when no column is needed
 * @param columns columns of the table that {@code outputs} need
 * @param outputs right columns of the result over {@code columns}
 * @param ranked whether results carry the value of the vector function
 * @param conf Hadoop settings for reading segments
 */
record KnnTable(
    KnnSpec spec,
    String vectorColumn,
    int dimension,
    Metric indexMetric,
    List<SegmentFile> files,
    int[] listSizes,
    AcceptSets accept,
    PayloadReader reader,
    Seq<Attribute> columns,
    Seq<Expression> outputs,
    boolean ranked,
    SerializableConfiguration conf)
    implements Serializable {

  /** Rows of a segment that may be neighbours; null for all. */
  BitSet accepted(int segment) throws IOException {
    return accept == null ? null : accept.of(segment, files.size(), files.get(segment));
  }
}
