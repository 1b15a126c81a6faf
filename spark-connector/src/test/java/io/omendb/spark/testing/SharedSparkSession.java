/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Resolves the parameters of {@link WithSpark}. */
final class SharedSparkSession implements ParameterResolver {

  private static SparkSession running;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return session();
  }

  /** The session; a new one when {@link LocalCluster} needed its place. */
  private static synchronized SparkSession session() {
    if (running == null || running.sparkContext().isStopped()) {
      running = builder("local[2]").getOrCreate();
    }
    return running;
  }

  /** Stops the session, because a JVM has room for one Spark application. */
  static synchronized void stop() {
    if (running != null) {
      running.stop();
      running = null;
    }
  }

  static SparkSession.Builder builder(String master) {
    try {
      return SparkSession.builder()
          .master(master)
          .appName("omendb-tests")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "2")
          .config(
              "spark.sql.warehouse.dir",
              Files.createTempDirectory("omendb-warehouse").toUri().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
