/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import java.io.Serializable;

/**
 * Where a task ends a segment and starts the next.
 *
 * @param maxRows rows per segment, at least 1
 * @param maxBytes heap that the build of one segment may take; 0 for the task's share of the heap
 */
record SegmentLimits(int maxRows, long maxBytes) implements Serializable {}
