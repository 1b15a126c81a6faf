/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.Closeable;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows of one segment in ascending order of their ordinals. A row is valid until the next call;
 * copy it to keep it. Owned by one thread.
 */
public interface PayloadRows extends Iterator<InternalRow>, Closeable {

  /** Position in its segment of the row that {@link #next} returned last. */
  int ordinal();
}
