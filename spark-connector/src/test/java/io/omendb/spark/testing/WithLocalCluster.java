/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a SparkSession whose two executors are processes of their own, with 1 GiB each. It
 * takes the place of the shared session while the class runs.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LocalCluster.class)
public @interface WithLocalCluster {
  /** Cores of an executor and of a task: {@code spark.task.cpus}. */
  int cpusPerTask() default 1;
}
