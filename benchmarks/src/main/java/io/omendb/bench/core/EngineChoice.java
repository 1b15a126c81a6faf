/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.bench.process.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An engine and what it runs on: {@code omendb}, or {@code omendb@25} for the JDK that the command
 * line calls 25, or {@code native-faiss} for a Python process.
 *
 * @param label as on the command line
 * @param name of the engine
 * @param jdk that it runs on; null for a native engine
 */
record EngineChoice(String label, String name, Jdk jdk) {
  /** Engines that are written in Java and compiled with this module. */
  static final List<String> JAVA =
      List.of(
          "omendb",
          "omendb-int8",
          "omendb-product",
          "omendb-memory",
          "jvector",
          "jvector-memory",
          "hnswlib");

  /** Engines of the Python worker. */
  static final List<String> NATIVE = List.of("native-hnswlib", "native-faiss", "native-diskannpy");

  /** Needs a newer JDK than this module, which therefore only carries its source. */
  static final String LUCENE = "lucene";

  private static final int LUCENE_FLOOR = 21;

  /** The root of the repository: this class is loaded from benchmarks/target/classes. */
  private static final Path BENCHMARKS = Path.of(System.getProperty("bench.home", "benchmarks"));

  /**
   * Reads an engine of the command line.
   *
   * @param jdks homes of JDKs by name
   * @throws IllegalArgumentException when the engine, its JDK or its files are missing
   */
  static EngineChoice parse(String label, Map<String, Path> jdks) throws IOException {
    String[] parts = label.split("@", 2);
    String name = parts[0];
    require(
        JAVA.contains(name) || NATIVE.contains(name) || name.equals(LUCENE),
        "engine must be one of %s, %s, %s, was '%s'."
            .formatted(String.join(", ", JAVA), LUCENE, String.join(", ", NATIVE), name));
    if (NATIVE.contains(name)) {
      require(parts.length == 1, "engine '%s' does not run on a JDK.".formatted(name));
      require(
          Files.exists(python()),
          "%s needs a Python environment; make it with benchmarks/python/setup".formatted(name));
      return new EngineChoice(label, name, null);
    }
    Jdk jdk = Jdk.current();
    if (parts.length == 2) {
      require(
          jdks.containsKey(parts[1]),
          "where is the JDK of engine '%s'? Add --jdk %s=DIRECTORY.".formatted(label, parts[1]));
      jdk = Jdk.at(jdks.get(parts[1]));
    }
    require(
        !name.equals(LUCENE) || jdk.feature() >= LUCENE_FLOOR,
        "Lucene 10 needs Java %d or newer; name one with --jdk 25=DIRECTORY and the engine lucene@25."
            .formatted(LUCENE_FLOOR));
    return new EngineChoice(label, name, jdk);
  }

  /** The command of its process. */
  List<String> command(String heap, List<String> arguments) throws IOException {
    if (jdk == null) {
      List<String> command = new ArrayList<>();
      command.add(python().toString());
      command.add(BENCHMARKS.resolve("python").resolve("worker.py").toString());
      command.addAll(arguments);
      return command;
    }
    if (name.equals(LUCENE)) {
      Path source = BENCHMARKS.resolve("src/lucene/java/LuceneEngine.java");
      return jdk.command(heap, luceneJars(), source.toString(), arguments);
    }
    return jdk.command(heap, List.of(), EngineWorker.class.getName(), arguments);
  }

  private static Path python() {
    return BENCHMARKS.resolve("target/python/bin/python");
  }

  private static List<Path> luceneJars() throws IOException {
    try (Stream<Path> jars = Files.list(BENCHMARKS.resolve("target/lucene"))) {
      return jars.sorted().toList();
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
