/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.exec.SegmentFile;
import org.apache.spark.sql.connector.read.InputPartition;

/** The rows of one segment. */
record SegmentPartition(SegmentFile file) implements InputPartition {}
