/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts and stops what {@link WithLocalCluster} promises. */
final class LocalCluster implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

  private SparkSession spark;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    SharedSparkSession.endWith(context);
    SharedSparkSession.stop();
    // Executors get their classes from SPARK_DIST_CLASSPATH; Spark wants the folder all the same.
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    int cpus = context.getRequiredTestClass().getAnnotation(WithLocalCluster.class).cpusPerTask();
    spark =
        SharedSparkSession.builder("local-cluster[2," + cpus + ",1024]")
            .config("spark.task.cpus", cpus)
            .getOrCreate();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    spark.stop();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return spark;
  }
}
