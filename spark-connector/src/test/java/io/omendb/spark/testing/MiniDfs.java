/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real HDFS of one NameNode and two DataNodes in this JVM, started at first use and shared by all
 * test classes. With {@code @ExtendWith(MiniDfs.class)} a test takes it as a parameter of type
 * {@link MiniDFSCluster}. Who stops or restricts a part of it puts that right again.
 */
public final class MiniDfs implements ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(MiniDfs.class);

  /** A directory of {@code cluster} that does not exist yet, with scheme and authority. */
  public static String newDirectory(MiniDFSCluster cluster) {
    return cluster.getURI() + "/" + UUID.randomUUID();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == MiniDFSCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Running.class, key -> new Running(), Running.class)
        .cluster;
  }

  private static final class Running
      implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    private final Path directory;
    private final MiniDFSCluster cluster;

    Running() {
      try {
        directory = Files.createTempDirectory("omendb-dfs");
        cluster =
            new MiniDFSCluster.Builder(new Configuration(), directory.toFile())
                .numDataNodes(2)
                .build();
        cluster.waitActive();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      cluster.shutdown();
      FileUtil.fullyDelete(directory.toFile());
    }
  }
}
