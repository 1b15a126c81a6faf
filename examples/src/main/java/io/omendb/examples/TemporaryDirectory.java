/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that is deleted with everything in it when the example ends, well or not. */
final class TemporaryDirectory implements AutoCloseable {
  private final Path path;

  /** Makes a new directory in the system's directory for temporary files. */
  TemporaryDirectory(String example) throws IOException {
    path = Files.createTempDirectory("omendb-" + example);
  }

  Path path() {
    return path;
  }

  /** Where {@code name} would be, as Spark takes paths. */
  String resolve(String name) {
    return path.resolve(name).toString();
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
