/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/**
 * The nearest-neighbour join: one logical node, one physical node and the strategy between them.
 * Every door that asks for neighbours builds the same {@link io.omendb.spark.join.KnnJoin}.
 */
package io.omendb.spark.join;
