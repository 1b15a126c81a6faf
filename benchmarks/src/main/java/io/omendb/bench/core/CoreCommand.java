/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import io.omendb.bench.data.Fvecs;
import io.omendb.bench.data.GroundTruth;
import io.omendb.bench.data.Ivecs;
import io.omendb.bench.process.WorkDirectory;
import io.omendb.bench.report.Report;
import io.omendb.bench.report.Result;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures indexes on .fvecs files. Engines are built one after the other, each in its own process;
 * then every round measures every width on every engine in turn, so that a slow minute of the
 * machine hits all of them alike. The report has the median of the rounds.
 */
@Command(
    name = "core",
    description = "Measures build, size, recall and speed of vector indexes on .fvecs files.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class CoreCommand implements Callable<Integer> {
  /**
   * Seconds that an engine searches before each pass that counts: the caches are then its own, and
   * threads of the engine before, which may spin for a while, have come to rest.
   */
  private static final double SETTLE_SECONDS = 0.25;

  @Option(names = "--base", required = true, description = "Vectors to index, .fvecs.")
  Path base;

  @Option(names = "--queries", required = true, description = "Queries, .fvecs.")
  Path queries;

  @Option(
      names = "--truth",
      description = "Exact neighbours of the queries, .ivecs; computed when not given.")
  Path truth;

  @Option(names = "--metric", defaultValue = "l2", description = "l2, cosine or inner_product.")
  String metric;

  @Option(names = "--k", defaultValue = "10", description = "Neighbours per query.")
  int k;

  @Option(
      names = "--engines",
      split = ",",
      defaultValue = "omendb,jvector,hnswlib",
      description =
          "Of omendb, omendb-int8 (vectors of bytes), omendb-product (product quantization),"
              + " omendb-memory (no codes, all on the heap), jvector (mapped file and PQ),"
              + " jvector-memory, lucene, hnswlib (Java), and native-hnswlib, native-faiss,"
              + " native-diskannpy, which need benchmarks/python/setup. NAME@25 runs on the JDK that --jdk calls 25.")
  List<String> engines;

  @Option(names = "--jdk", description = "A JDK for NAME@VERSION engines, such as 25=/opt/jdk-25.")
  Map<String, Path> jdks = Map.of();

  @Option(names = "--threads", defaultValue = "1", description = "Search threads.")
  int threads;

  @Option(names = "--build-threads", description = "Build threads; all cores when not given.")
  int buildThreads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--widths",
      split = ",",
      defaultValue = "10,16,24,32,48,64,96,128,192,256",
      description = "Beam widths to search with (L, rerankK, ef); none below k is used.")
  List<Integer> widths;

  @Option(names = "--rounds", defaultValue = "3", description = "Passes per engine and width.")
  int rounds;

  @Option(names = "--warm-up", defaultValue = "5", description = "Seconds per engine.")
  double warmUpSeconds;

  @Option(
      names = "--limit",
      description = "Use only the first so many queries; all when not given.")
  Integer limit;

  @Option(names = "--heap", defaultValue = "4g", description = "Largest heap of every engine.")
  String heap;

  @Option(names = "--out", description = "Also write the report here, as CSV.")
  Path out;

  @Override
  public Integer call() throws Exception {
    Metric.fromName(metric);
    List<EngineChoice> choices = new ArrayList<>();
    for (String engine : engines) {
      choices.add(EngineChoice.parse(engine, jdks));
    }
    try (WorkDirectory work = new WorkDirectory()) {
      EngineProcess.Task task = prepare(work.path());
      List<EngineProcess> processes = new ArrayList<>();
      try {
        for (EngineChoice choice : choices) {
          processes.add(new EngineProcess(choice, task, heap, work.path()));
        }
        List<Result> results = measure(processes);
        System.out.print(Report.table(results));
        if (out != null) {
          Report.writeCsv(out, results);
        }
      } finally {
        for (EngineProcess process : processes) {
          process.close();
        }
      }
    }
    return 0;
  }

  /** Checks that the three files belong together and computes the truth when it is not given. */
  private EngineProcess.Task prepare(Path work) throws IOException {
    int count;
    try (Fvecs b = Fvecs.open(base);
        Fvecs q = Fvecs.open(queries)) {
      require(
          b.dimension() == q.dimension(),
          "base has dimension " + b.dimension() + " but queries have " + q.dimension() + ".");
      require(k >= 1 && k <= b.size(), "--k must be from 1 to " + b.size() + ", was " + k + ".");
      require(threads >= 1 && buildThreads >= 1, "threads must be at least 1.");
      require(
          rounds >= 1 && (limit == null || limit >= 1), "--rounds and --limit must be at least 1.");
      count = limit == null ? q.size() : Math.min(limit, q.size());
    }
    Path answers = truth;
    if (answers == null) {
      say("computing the exact neighbours of %,d queries ...", count);
      answers = work.resolve("truth.ivecs");
      Ivecs.write(
          answers, GroundTruth.of(base, Fvecs.readAll(queries, count), k, Metric.fromName(metric)));
    } else {
      int[][] rows = Ivecs.readAll(answers);
      require(
          rows.length >= count && rows[0].length >= k,
          "%s has %d rows of %d neighbours, but %d of %d are needed."
              .formatted(answers, rows.length, rows[0].length, count, k));
    }
    return new EngineProcess.Task(base, queries, count, answers, metric, k);
  }

  private List<Result> measure(List<EngineProcess> processes) throws IOException {
    int vectors;
    try (Fvecs b = Fvecs.open(base)) {
      vectors = b.size();
    }
    for (EngineProcess process : processes) {
      say("%s: building %,d vectors on %d threads ...", process.name(), vectors, buildThreads);
      process.build(buildThreads);
      say("%s: built in %.1f s", process.name(), process.buildSeconds());
    }
    List<Integer> used = widths.stream().map(w -> Math.max(w, k)).distinct().sorted().toList();
    for (EngineProcess process : processes) {
      process.warm(used.get(used.size() / 2), warmUpSeconds);
    }
    List<List<List<Measurement>>> passes = new ArrayList<>();
    processes.forEach(p -> passes.add(used.stream().map(w -> newPasses()).toList()));
    for (int round = 1; round <= rounds; round++) {
      say("round %d of %d ...", round, rounds);
      for (int w = 0; w < used.size(); w++) {
        for (int i = 0; i < processes.size(); i++) {
          int e = (i + round) % processes.size();
          processes.get(e).warm(used.get(w), SETTLE_SECONDS);
          passes.get(e).get(w).add(processes.get(e).measure(used.get(w), threads));
        }
      }
    }
    List<Result> results = new ArrayList<>();
    for (int e = 0; e < processes.size(); e++) {
      for (int w = 0; w < used.size(); w++) {
        EngineProcess process = processes.get(e);
        Measurement m = Measurement.median(passes.get(e).get(w));
        results.add(
            new Result(
                process.name(),
                process.buildSeconds(),
                vectors,
                process.fileBytes(),
                process.setting(used.get(w)),
                m.recall(),
                m.qps(),
                m.p50Micros(),
                m.p99Micros(),
                m.peakRssMb()));
      }
    }
    return results;
  }

  private static List<Measurement> newPasses() {
    return new ArrayList<>();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  private static void say(String format, Object... args) {
    System.err.println("bench: " + String.format(Locale.ROOT, format, args));
  }
}
