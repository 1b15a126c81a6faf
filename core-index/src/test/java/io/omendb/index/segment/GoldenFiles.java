/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.Resealed;
import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the files under {@code golden/v1} were made. They are never made again: they stand for all
 * files of format version 1 that exist. {@link #main} is for the next version and for the files of
 * new sections, which it writes without touching those that are there.
 */
final class GoldenFiles {
  static final IndexConfig PLAIN =
      new IndexConfig(2, Metric.COSINE, 32, 100, 1.2f, 1, 42L)
          .withBuilder(GraphBuilder.INCREMENTAL);
  static final IndexConfig GRAPH =
      new IndexConfig(6, Metric.L2, 4, 12, 1.2f, 2, 42L).withBuilder(GraphBuilder.INCREMENTAL);
  static final IndexConfig INT8 =
      GRAPH.withStorage(VectorStorage.INT8).withBuilder(GraphBuilder.INCREMENTAL);
  static final IndexConfig TRANSFORM =
      new IndexConfig(6, Metric.L2, 4, 12, 1.2f, 0, 42L).withBuilder(GraphBuilder.INCREMENTAL);
  static final float[][] PLAIN_ROWS = {{1, 2}, {-3, 0.5f}, {0, 4}};

  private GoldenFiles() {}

  static float[][] graphRows() {
    float[][] rows = new float[48][6];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < 6; j++) {
        rows[i][j] = (i * 7 + j * j * 5 + i * j) % 19 - 9;
      }
    }
    return rows;
  }

  /** Writes the files to the folder named by the first argument. */
  public static void main(String[] args) throws IOException {
    Path dir = Path.of(args[0]);
    Fixtures.build(dir.resolve("nodes.omx"), graphRows(), TRANSFORM, 1);
    if (Files.exists(dir.resolve("transform.omx"))) {
      return;
    }
    Fixtures.build(dir.resolve("transform.omx"), graphRows(), TRANSFORM, 1);
    if (Files.exists(dir.resolve("graph24.omx"))) {
      return;
    }
    Fixtures.build(dir.resolve("graph24.omx"), graphRows(), GRAPH, 1);
    if (Files.exists(dir.resolve("int8.omx"))) {
      return;
    }
    Fixtures.build(dir.resolve("int8.omx"), graphRows(), INT8, 1);
    if (Files.exists(dir.resolve("plain.omx"))) {
      return;
    }
    Fixtures.build(dir.resolve("plain.omx"), PLAIN_ROWS, PLAIN, Integer.MAX_VALUE);
    Fixtures.build(dir.resolve("graph.omx"), graphRows(), GRAPH, 1);
    byte[] graph = Files.readAllBytes(dir.resolve("graph.omx"));
    Files.write(dir.resolve("too-new.omx"), new Resealed(graph).putInt(12, 2).bytes());
    graph[4096 + 77] ^= 0x20;
    Files.write(dir.resolve("corrupt.omx"), graph);
  }
}
