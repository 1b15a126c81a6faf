/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory that is deleted with everything in it. */
public final class WorkDirectory implements Closeable {
  private final Path path;

  public WorkDirectory() throws IOException {
    path = Files.createTempDirectory("omendb-bench");
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(path)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
