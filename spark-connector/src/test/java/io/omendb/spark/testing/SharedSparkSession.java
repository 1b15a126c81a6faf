/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Resolves the parameters of {@link WithSpark}. */
final class SharedSparkSession implements ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedSparkSession.class);

  private static SparkSession running;
  private static Path warehouse;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    endWith(context);
    return session();
  }

  /**
   * Stops Spark when the last test has run: its threads keep a JVM alive until it is halted, which
   * skips what Spark and Hadoop do at exit, such as deleting temporary files.
   */
  static void endWith(ExtensionContext context) {
    context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(End.class);
  }

  static final class End implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    @Override
    public void close() throws IOException {
      stop();
      // Deletes the temporary indexes even if threads of others, such as HDFS, let no JVM end.
      FileSystem.get(new Configuration()).close();
      if (warehouse != null) {
        FileUtil.fullyDelete(warehouse.toFile());
      }
    }
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

  static synchronized SparkSession.Builder builder(String master) {
    try {
      if (warehouse == null) {
        warehouse = Files.createTempDirectory("omendb-warehouse");
      }
      return SparkSession.builder()
          .master(master)
          .appName("omendb-tests")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "2")
          .config("spark.sql.warehouse.dir", warehouse.toUri().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
