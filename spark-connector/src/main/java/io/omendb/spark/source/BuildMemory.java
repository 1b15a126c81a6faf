/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.SegmentBuilder;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * Heap that the build of one task may take.
 *
 * @param bytes the task's share
 * @param threads of a build
 * @param limits set by the user
 */
record BuildMemory(long bytes, int threads, SegmentLimits limits) {

  /** Share of the heap that is left to builds; the rest is for Spark's own memory and for rows. */
  private static final double HEAP_SHARE = 0.5;

  static BuildMemory ofTask(TaskContext task, SegmentLimits limits) {
    long share = (long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE / concurrentTasks(task));
    long bytes = limits.maxBytes() > 0 ? limits.maxBytes() : share;
    return new BuildMemory(bytes, Math.max(1, task.cpus()), limits);
  }

  /** Rows after which a segment must end: the most whose build stays below the share. */
  int maxRows(IndexConfig config) {
    int fits = 1;
    int tooMany = limits.maxRows();
    if (SegmentBuilder.estimatedMemory(config, tooMany, threads) <= bytes) {
      return tooMany;
    }
    while (tooMany - fits > 1) {
      int middle = fits + (tooMany - fits) / 2;
      if (SegmentBuilder.estimatedMemory(config, middle, threads) <= bytes) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return fits;
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
