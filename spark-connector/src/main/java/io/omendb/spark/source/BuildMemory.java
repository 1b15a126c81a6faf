/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.index.segment.IndexConfig;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * Heap that the build of one task may take.
 *
 * @param bytes the task's share
 * @param limits set by the user
 */
record BuildMemory(long bytes, SegmentLimits limits) {

  /** Share of the heap that is left to builds; the rest is for Spark's own memory and for rows. */
  private static final double HEAP_SHARE = 0.5;

  static BuildMemory ofTask(TaskContext task, SegmentLimits limits) {
    long share = (long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE / concurrentTasks(task));
    long bytes = limits.maxBytes() > 0 ? limits.maxBytes() : share;
    return new BuildMemory(bytes, limits);
  }

  /** Rows after which a segment must end. */
  int maxRows(IndexConfig config) {
    // Vector, graph with slack for back edges, one quantization code per dimension at most.
    long perRow =
        (long) Float.BYTES * config.dimension()
            + 2L * Integer.BYTES * config.maxDegree()
            + config.dimension();
    return (int) Math.max(1, Math.min(limits.maxRows(), bytes / perRow));
  }

  private static int concurrentTasks(TaskContext task) {
    SparkConf conf = SparkEnv.get().conf();
    String master = conf.get("spark.master", "");
    boolean oneCoreByDefault = master.startsWith("yarn") || master.startsWith("k8s");
    int cores =
        conf.getInt(
            "spark.executor.cores",
            oneCoreByDefault ? 1 : Runtime.getRuntime().availableProcessors());
    return Math.max(1, cores / Math.max(1, task.cpus()));
  }
}
