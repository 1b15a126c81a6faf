/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.bench.process.WorkerProcess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An engine in its own process, seen from the one that measures. Owned by one thread. */
final class EngineProcess implements Closeable {
  private final String name;
  private final WorkerProcess worker;
  private double buildSeconds;
  private long fileBytes;
  private String widthName;

  /** What all engines are given. */
  record Task(Path base, Path queries, int queryCount, Path truth, String metric, int k) {}

  EngineProcess(EngineChoice engine, Task task, String heap, Path work) throws IOException {
    this.name = engine.label();
    Path directory = Files.createDirectories(work.resolve(name));
    List<String> arguments =
        List.of(
            engine.name(),
            task.base().toString(),
            task.queries().toString(),
            String.valueOf(task.queryCount()),
            task.truth().toString(),
            task.metric(),
            String.valueOf(task.k()),
            directory.toString());
    worker = new WorkerProcess(name, engine.command(heap, arguments), work.resolve(name + ".log"));
  }

  void build(int threads) throws IOException {
    String[] fields = worker.ask("build", threads).split(" ", -1);
    buildSeconds = Double.parseDouble(fields[0]);
    fileBytes = Long.parseLong(fields[1]);
    widthName = fields[2];
  }

  void warm(int width, double seconds) throws IOException {
    worker.ask("warm", width, seconds);
  }

  Measurement measure(int width, int threads) throws IOException {
    return Measurement.parse(worker.ask("measure", width, threads));
  }

  String name() {
    return name;
  }

  double buildSeconds() {
    return buildSeconds;
  }

  long fileBytes() {
    return fileBytes;
  }

  String setting(int width) {
    return widthName + "=" + width;
  }

  @Override
  public void close() throws IOException {
    worker.close();
  }
}
