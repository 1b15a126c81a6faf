/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import io.omendb.bench.data.Fvecs;
import io.omendb.bench.data.GroundTruth;
import io.omendb.bench.data.Ivecs;
import io.omendb.bench.data.ParquetExport;
import io.omendb.bench.data.ParquetImport;
import io.omendb.bench.process.Jdk;
import io.omendb.bench.process.WorkDirectory;
import io.omendb.bench.process.WorkerProcess;
import io.omendb.bench.report.Report;
import io.omendb.bench.report.Result;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures joins in Spark on Parquet data. Every engine has a JVM and a session of its own and
 * saves its result as Parquet; rounds are interleaved; the report has the median of the rounds.
 * Recall is against exact neighbours that are computed without Spark.
 */
@Command(
    name = "join",
    description = "Measures joins of every query with its k nearest rows in Spark.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class JoinCommand implements Callable<Integer> {
  private static final int WARM_UP_QUERIES = 64;

  @Option(names = "--base", required = true, description = "Rows to search in, Parquet.")
  Path base;

  @Option(names = "--queries", required = true, description = "Queries, Parquet.")
  Path queries;

  @Option(
      names = "--vector",
      defaultValue = "v",
      description = "Vector column of both, ARRAY<FLOAT> or ARRAY<DOUBLE>.")
  String vector;

  @Option(names = "--metric", defaultValue = "l2", description = "l2, cosine or inner_product.")
  String metric;

  @Option(names = "--k", defaultValue = "10", description = "Neighbours per query.")
  int k;

  @Option(
      names = "--engines",
      split = ",",
      defaultValue = "omendb,omendb-exact,spark",
      description =
          "Of omendb, omendb-exact, spark (the built-in NEAREST BY), mllib-lsh, synapseml-knn,"
              + " hnswlib-spark.")
  List<String> engines;

  @Option(
      names = "--list-sizes",
      split = ",",
      defaultValue = "0",
      description = "Beam widths of omendb; 0 takes them from the table's target recall.")
  List<Integer> listSizes;

  @Option(
      names = "--segments",
      defaultValue = "0",
      description = "Segments of the table; 0 makes one per partition.")
  int segments;

  @Option(names = "--cores", description = "Cores of Spark; all when not given.")
  int cores = Runtime.getRuntime().availableProcessors();

  @Option(names = "--rounds", defaultValue = "3", description = "Joins per engine and setting.")
  int rounds;

  @Option(
      names = "--limit",
      description = "Use only the first so many queries; all when not given.")
  Integer limit;

  @Option(
      names = "--spark-limit",
      defaultValue = "20",
      description = "Queries for the engine spark, which compares each with every row.")
  int sparkLimit;

  @Option(
      names = "--peer-limit",
      defaultValue = "100",
      description = "Queries for mllib-lsh and synapseml-knn, which are slow as well.")
  int peerLimit;

  @Option(names = "--heap", defaultValue = "4g", description = "Largest heap of every engine.")
  String heap;

  @Option(names = "--out", description = "Also write the report here, as CSV.")
  Path out;

  private int vectors;
  private int queryCount;
  private double tableSeconds;
  private final List<String> leftOut = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Metric.fromName(metric);
    List<JoinEngine> used = engines.stream().map(JoinEngine::named).toList();
    require(
        k >= 1 && rounds >= 1 && (limit == null || limit >= 1) && cores >= 1,
        "--k, --rounds, --limit and --cores must be at least 1.");
    require(
        sparkLimit >= 1 && peerLimit >= 1, "--spark-limit and --peer-limit must be at least 1.");
    require(
        metric.equals(Metric.L2.optionName()) || used.stream().noneMatch(JoinEngine::isPeer),
        "mllib-lsh, synapseml-knn and hnswlib-spark are measured under --metric l2 only.");
    try (WorkDirectory work = new WorkDirectory()) {
      prepare(work.path());
      List<Result> results = measure(used, work.path());
      System.out.print(Report.table(results));
      for (String name : results.stream().map(Result::engine).distinct().toList()) {
        JoinEngine engine = JoinEngine.named(name);
        System.out.printf("%s: %d lines of user code%n", name, UserCode.lines(engine));
      }
      leftOut.forEach(System.out::println);
      if (out != null) {
        Report.writeCsv(out, results);
      }
    }
    return 0;
  }

  static Path baseParquet(Path work) {
    return work.resolve("base.parquet");
  }

  static Path queryParquet(Path work) {
    return work.resolve("queries.parquet");
  }

  static Path truth(Path work) {
    return work.resolve("truth.ivecs");
  }

  /** Numbers the rows of both sides, so that results can be compared with ordinals. */
  private void prepare(Path work) throws Exception {
    Path baseFvecs = work.resolve("base.fvecs");
    Path queryFvecs = work.resolve("queries.fvecs");
    say("reading %s and %s ...", base, queries);
    vectors = ParquetImport.read(base, vector, Integer.MAX_VALUE, baseFvecs);
    queryCount =
        ParquetImport.read(queries, vector, limit == null ? Integer.MAX_VALUE : limit, queryFvecs);
    ParquetExport.write(baseFvecs, baseParquet(work));
    ParquetExport.write(queryFvecs, queryParquet(work));
    say("computing the exact neighbours of %,d queries in %,d rows ...", queryCount, vectors);
    Ivecs.write(
        truth(work),
        GroundTruth.of(baseFvecs, Fvecs.readAll(queryFvecs), k, Metric.fromName(metric)));
  }

  /** An engine and one setting of it, with what was measured so far. */
  private record Run(
      JoinEngine engine,
      WorkerProcess worker,
      int listSize,
      int queries,
      String setting,
      double buildSeconds,
      long fileBytes,
      List<double[]> rounds) {}

  private List<Result> measure(List<JoinEngine> used, Path work) throws IOException {
    List<WorkerProcess> workers = new ArrayList<>();
    try {
      List<Run> runs = new ArrayList<>();
      for (JoinEngine engine : used) {
        try {
          WorkerProcess worker = start(engine, work);
          workers.add(worker);
          runs.addAll(build(engine, worker));
        } catch (IOException e) {
          leaveOut(engine, e);
        }
      }
      for (int round = 1; round <= rounds; round++) {
        for (Run run : List.copyOf(runs)) {
          try {
            join(run, round);
          } catch (IOException e) {
            leaveOut(run.engine(), e);
            runs.remove(run);
          }
        }
      }
      return runs.stream().map(this::result).toList();
    } finally {
      for (WorkerProcess worker : workers) {
        worker.close();
      }
    }
  }

  /** Whatever other libraries cannot do here, the rest is measured; of ours it is a failure. */
  private void leaveOut(JoinEngine engine, IOException e) throws IOException {
    if (!engine.isPeer()) {
      throw e;
    }
    leftOut.add(engine.commandName() + " is left out: " + e.getMessage());
    say("%s", leftOut.get(leftOut.size() - 1));
  }

  private void join(Run run, int round) throws IOException {
    say("round %d of %d: %s %s ...", round, rounds, run.engine().commandName(), run.setting());
    String answer = run.worker().ask("join", run.listSize(), run.queries());
    run.rounds()
        .add(Arrays.stream(answer.split(" ", -1)).mapToDouble(Double::parseDouble).toArray());
  }

  private WorkerProcess start(JoinEngine engine, Path work) throws IOException {
    String name = engine.commandName();
    if (engine.isPeer()) {
      say("%s: resolving and compiling ...", name);
      List<String> arguments =
          List.of(
              engine.peerClass(),
              String.valueOf(k),
              String.valueOf(cores),
              baseParquet(work).toString(),
              queryParquet(work).toString(),
              truth(work).toString(),
              work.resolve("result-" + name).toString());
      return new WorkerProcess(
          name, PeerProgram.command(engine, heap, arguments), work.resolve(name + ".log"));
    }
    return new WorkerProcess(
        name,
        Jdk.current()
            .command(
                heap,
                List.of(),
                JoinWorker.class.getName(),
                List.of(name, work.toString(), metric, String.valueOf(k), String.valueOf(cores))),
        work.resolve(name + ".log"));
  }

  private List<Run> build(JoinEngine engine, WorkerProcess worker) throws IOException {
    String version = worker.ask("version");
    say("%s: building on Spark %s ...", engine.commandName(), version);
    String[] built = worker.ask("build", segments).split(" ", -1);
    double seconds = Double.parseDouble(built[0]);
    if (engine.usesTable()) {
      // The engines that search a table share the one that the first of them built.
      tableSeconds = Math.max(tableSeconds, seconds);
      seconds = tableSeconds;
    }
    int most = engine == JoinEngine.SPARK ? sparkLimit : peerLimit;
    int count = engine.isSlow() ? Math.min(most, queryCount) : queryCount;
    worker.ask("warm", engine.isSlow() ? 1 : Math.min(WARM_UP_QUERIES, count));
    List<Run> runs = new ArrayList<>();
    for (int listSize : engine == JoinEngine.OMENDB ? listSizes : List.of(0)) {
      runs.add(
          new Run(
              engine,
              worker,
              listSize,
              count,
              setting(engine, listSize, count, version),
              seconds,
              Long.parseLong(built[1]),
              new ArrayList<>()));
    }
    return runs;
  }

  private String setting(JoinEngine engine, int listSize, int count, String version) {
    String setting = engine.setting(listSize);
    if (count < queryCount) {
      setting += "; first %d of %d queries".formatted(count, queryCount);
    }
    return engine.isPeer() ? setting + "; Spark " + version : setting;
  }

  private Result result(Run run) {
    double[] seconds = run.rounds().stream().mapToDouble(round -> round[0]).sorted().toArray();
    double median = (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2;
    double[] last = run.rounds().get(run.rounds().size() - 1);
    return new Result(
        run.engine().commandName(),
        run.buildSeconds(),
        vectors,
        run.fileBytes(),
        run.setting(),
        last[1],
        run.queries() / median,
        Double.NaN,
        Double.NaN,
        last[2]);
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
