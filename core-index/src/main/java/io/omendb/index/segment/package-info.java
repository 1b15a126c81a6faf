/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/**
 * One segment: {@link io.omendb.index.segment.SegmentBuilder} writes it, {@link
 * io.omendb.index.segment.Segment} opens it, {@link io.omendb.index.segment.SegmentSearcher} and
 * {@link io.omendb.index.segment.ExactSearch} search it, {@link
 * io.omendb.index.segment.SegmentChecker} examines it. The only package that knows both the bytes
 * and the algorithms.
 */
package io.omendb.index.segment;
