/* Licensed under the Apache License, Version 2.0; see LICENSE. */

/**
 * Distances: metrics, the arithmetic behind them, scoring and keeping the nearest. Smaller is
 * closer, everywhere. Only {@link io.omendb.index.vector.Metric} is for users of the library; the
 * other types are public for the rooms beside this one.
 */
package io.omendb.index.vector;
