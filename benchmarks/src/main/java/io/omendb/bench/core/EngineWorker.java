/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.bench.data.Fvecs;
import io.omendb.bench.data.Ivecs;
import io.omendb.bench.process.WorkerLoop;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;

/** The JVM that one engine lives in; {@link EngineProcess} talks to it. */
public final class EngineWorker {
  private final Engine engine;
  private final Path base;
  private final Metric metric;
  private final Path directory;
  private final SearchRun run;

  private EngineWorker(Engine engine, Path base, Metric metric, Path directory, SearchRun run) {
    this.engine = engine;
    this.base = base;
    this.metric = metric;
    this.directory = directory;
    this.run = run;
  }

  /** Arguments: engine, base, queries, number of queries, truth, metric, k, working directory. */
  public static void main(String[] args) throws IOException {
    run(Engine.named(args[0]), args);
  }

  /** The same for an engine that this module does not know by name. */
  public static void run(Engine unopened, String[] args) throws IOException {
    try (Engine engine = unopened) {
      float[][] queries = Fvecs.readAll(Path.of(args[2]), Integer.parseInt(args[3]));
      int[][] truth = Ivecs.readAll(Path.of(args[4]));
      SearchRun run = new SearchRun(engine, queries, truth, Integer.parseInt(args[6]));
      EngineWorker worker =
          new EngineWorker(
              engine, Path.of(args[1]), Metric.fromName(args[5]), Path.of(args[7]), run);
      WorkerLoop.run(worker::handle);
    }
  }

  private String handle(String[] words) throws Exception {
    switch (words[0]) {
      case "build" -> {
        long start = System.nanoTime();
        engine.build(base, metric, Integer.parseInt(words[1]), directory);
        double seconds = (System.nanoTime() - start) / 1e9;
        return seconds + " " + engine.fileBytes() + " " + engine.widthName();
      }
      case "warm" -> {
        run.warm(Integer.parseInt(words[1]), Double.parseDouble(words[2]));
        return "";
      }
      case "measure" -> {
        return run.measure(Integer.parseInt(words[1]), Integer.parseInt(words[2])).toLine();
      }
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    }
  }
}
