/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/**
 * The proximity graph of one segment: its shape ({@link io.omendb.index.graph.GraphConfig}), how it
 * is built ({@link io.omendb.index.graph.VamanaBuilder}) and how it is walked ({@link
 * io.omendb.index.graph.BeamSearch}).
 *
 * <p>The room knows vectors only through {@link io.omendb.index.vector.VectorReader} and distances
 * only through {@link io.omendb.index.vector.Scorer}; it never sees codes, files or metrics. The
 * builder works in squared L2: the caller maps other metrics to it.
 */
package io.omendb.index.graph;
