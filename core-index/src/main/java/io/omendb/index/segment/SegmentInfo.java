/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.util.UUID;

/**
 * What is known of a finished segment file.
 *
 * @param segmentId identity of the file, repeated in its header
 * @param tableId identity of the table it was built for
 * @param config what it was built with
 * @param rows number of vectors
 * @param hasGraph false for a small segment that is searched by brute force
 * @param fileBytes length of the file
 * @param fileCrc32c CRC32C of the whole file
 * @param recall measured while building
 */
public record SegmentInfo(
    UUID segmentId,
    UUID tableId,
    IndexConfig config,
    int rows,
    boolean hasGraph,
    long fileBytes,
    int fileCrc32c,
    RecallCurve recall) {}
