/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.kernels;

import io.omendb.index.quantization.ProductQuantizer;
import io.omendb.index.vector.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the arithmetic beside the limits of the machine, with JMH, each in a JVM of its own.
 * Prints one line per kernel, implementation and dimension.
 */
@Command(
    name = "kernels",
    description =
        "Measures the distance kernels with JMH beside the machine's peak of fused multiply-adds"
            + " and the bandwidth of its caches and memory.",
    mixinStandardHelpOptions = true)
public final class KernelsCommand implements Callable<Integer> {
  private static final int ITERATIONS = 5;
  private static final String LINE = "%-14s %-9s %5s %10s %9s %9s %8s %8s";

  @Option(
      names = "--dimensions",
      split = ",",
      description = "Floats per vector, at least 1 (default: ${DEFAULT-VALUE}).",
      defaultValue = "128,784")
  private List<Integer> dimensions;

  @Option(
      names = "--seconds",
      description =
          "Time of each measurement, after a warm-up of twice that time; much less than 1 measures"
              + " code that is not compiled yet (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private double seconds;

  @Option(names = "--out", description = "File that the lines are written to as well.")
  private Path out;

  @Override
  public Integer call() throws RunnerException, IOException {
    if (!(seconds > 0) || dimensions.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException("--seconds must be above 0 and --dimensions at least 1");
    }
    List<String> lines = new ArrayList<>();
    int all = Runtime.getRuntime().availableProcessors();
    Map<String, Double> limits = limits(1);
    Map<String, Double> limitsOfAll = limits(all);
    double peak = limits.get("fma");
    double bandwidth = limits.get("readMemory");
    lines.add(Kernels.BEST.name() + ", Java " + System.getProperty("java.version"));
    limits.forEach(
        (name, limit) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%-16s %8.1f %s on one thread, %.2f times that on %d",
                    name,
                    limit,
                    name.equals("fma") ? "GFLOP/s" : "GB/s",
                    limitsOfAll.get(name) / limit,
                    all)));
    lines.add(
        String.format(
            LINE, "kernel", "kernels", "d", "ns", "GFLOP/s", "of peak", "GB/s", "of mem"));
    for (RunResult result : run(KernelBenchmarks.class, 1)) {
      lines.add(line(result, peak, bandwidth));
    }
    lines.add(
        "ns: per distance; of pqTable per table of a query, of pqEstimates per code. GB/s: bytes of"
            + " rows, codes or codebook, which lie in caches.");
    lines.forEach(System.out::println);
    if (out != null) {
      Files.write(out, lines);
    }
    return 0;
  }

  /** What so many threads do together, by the name of the benchmark: GFLOP/s or GB/s. */
  private Map<String, Double> limits(int threads) throws RunnerException {
    Map<String, Double> limits = new TreeMap<>();
    for (RunResult result : run(MachineLimits.class, threads)) {
      String name = label(result);
      double units =
          name.equals("fma") ? MachineLimits.fmaOperations() : MachineLimits.bytesRead(name);
      limits.put(name, threads * units / nanos(result));
    }
    return limits;
  }

  private List<RunResult> run(Class<?> benchmarks, int threads) throws RunnerException {
    TimeValue time = TimeValue.milliseconds(Math.max(1, Math.round(seconds * 1000 / ITERATIONS)));
    OptionsBuilder options = new OptionsBuilder();
    options
        .include("^" + benchmarks.getName().replace(".", "\\.") + "\\.")
        .warmupIterations(2 * ITERATIONS)
        .warmupTime(time)
        .measurementIterations(ITERATIONS)
        .measurementTime(time)
        .threads(threads)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
    if (benchmarks == KernelBenchmarks.class) {
      options.param("dimension", dimensions.stream().map(String::valueOf).toArray(String[]::new));
    }
    return List.copyOf(new Runner(options.build()).run());
  }

  /** Of one call: the fastest iteration, which other work on the machine disturbed least. */
  private static double nanos(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .min()
        .orElseThrow();
  }

  private static String label(RunResult result) {
    String name = result.getParams().getBenchmark();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String line(RunResult result, double peak, double bandwidth) {
    String name = label(result);
    int d = Integer.parseInt(result.getParams().getParam("dimension"));
    String implementation = result.getParams().getParam("kernels");
    Kernels kernels = implementation.equals("scalar") ? Kernels.scalar() : Kernels.BEST;
    int subspaces = ProductQuantizer.defaultSubspaces(d);
    // Units of one call, floating-point operations and bytes of one unit.
    double units = KernelBenchmarks.ROWS;
    double operations = 3.0 * d;
    double bytes = 4.0 * d;
    switch (name) {
      case "dot" -> operations = 2.0 * d;
      case "squaredL2Int8" -> bytes = d;
      case "hammingOneBit" -> {
        operations = 2.0 * KernelBenchmarks.words(d);
        bytes = 8.0 * KernelBenchmarks.words(d);
      }
      case "tile" -> {
        units = kernels.tileQueries() * (double) kernels.tileRows();
        operations = 2.0 * d;
        bytes = 4.0 * d * (kernels.tileQueries() + kernels.tileRows()) / units;
      }
      case "pqTable" -> {
        units = 1;
        operations = 3.0 * d * ProductQuantizer.CENTROIDS;
        bytes = 4.0 * d * ProductQuantizer.CENTROIDS;
      }
      case "transformTurn" -> {
        units = 1;
        operations = 2.0 * d * KernelBenchmarks.components(d);
        bytes = (double) d * KernelBenchmarks.components(d);
      }
      case "transformProducts" -> {
        operations = 2.0 * KernelBenchmarks.components(d);
        bytes = KernelBenchmarks.transformBytes(d);
      }
      case "pqEstimates" -> {
        operations = subspaces;
        bytes = subspaces;
      }
      default -> {}
    }
    double nanos = nanos(result) / units;
    return String.format(
        LINE,
        name,
        implementation,
        d,
        String.format(Locale.ROOT, "%.2f", nanos),
        String.format(Locale.ROOT, "%.1f", operations / nanos),
        String.format(Locale.ROOT, "%.0f%%", 100 * operations / nanos / peak),
        String.format(Locale.ROOT, "%.1f", bytes / nanos),
        String.format(Locale.ROOT, "%.0f%%", 100 * bytes / nanos / bandwidth));
  }
}
