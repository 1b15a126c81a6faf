/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary directory that is deleted with everything in it, also when the process is told to
 * end.
 */
public final class WorkDirectory implements Closeable {
  private final Path path;

  public WorkDirectory() throws IOException {
    path = Files.createTempDirectory("omendb-bench");
    Runtime.getRuntime().addShutdownHook(new Thread(this::deleteWhatIsLeft));
  }

  public Path path() {
    return path;
  }

  private void deleteWhatIsLeft() {
    try {
      close();
    } catch (IOException e) {
      System.err.println("bench: could not delete " + path + ": " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(path)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
