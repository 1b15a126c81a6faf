/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.index.vector.Metric;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A vector index under test. Lives in a JVM of its own; {@link Searcher}s are one per thread. */
public interface Engine extends Closeable {
  /** Search settings are the width of the beam in every engine; this is how it calls it. */
  String widthName();

  /**
   * Builds the index of an .fvecs file and makes it ready to search.
   *
   * @param threads to use; 1 keeps to the calling thread's share
   * @param directory an empty directory for its files
   */
  void build(Path base, Metric metric, int threads, Path directory) throws Exception;

  /** Bytes that the index takes on disk, vectors included; not part of the build time. */
  long fileBytes() throws IOException;

  /** A searcher with a beam of {@code width}, for one thread. */
  Searcher searcher(int width) throws IOException;

  /** Finds the neighbours of one query. */
  @FunctionalInterface
  interface Searcher {
    /** Writes the ordinals of the k nearest vectors to {@code out}, -1 where there are fewer. */
    void search(float[] query, int k, int[] out) throws IOException;
  }

  /** The engine of {@link EngineChoice#JAVA} with this name. */
  static Engine named(String name) {
    return switch (name) {
      case "omendb" -> OmenEngine.defaults();
      case "omendb-int8" -> OmenEngine.int8();
      case "omendb-product" -> OmenEngine.product();
      case "omendb-memory" -> new OmenMemoryEngine();
      case "jvector" -> new JvectorDiskEngine();
      case "jvector-memory" -> new JvectorMemoryEngine();
      case "hnswlib" -> new HnswlibEngine();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
