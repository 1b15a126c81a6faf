/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.build;

import com.sun.management.OperatingSystemMXBean;
import io.omendb.bench.data.Fvecs;
import io.omendb.bench.process.WorkDirectory;
import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.RecallCurve;
import io.omendb.index.segment.Segment;
import io.omendb.index.segment.SegmentBuilder;
import io.omendb.index.segment.SegmentInfo;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how fast segments are built, by builder and number of threads, in one JVM: the very
 * first build, while code is still interpreted and compiled, and the median of later ones. All
 * variants take turns in every round, so that they share the disturbances of the machine.
 */
@Command(
    name = "build",
    description = "Measures builds of segments of an .fvecs file by builder and threads.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class BuildCommand implements Callable<Integer> {
  private static final int LIST_SIZE = 32;

  private static final String HEADER =
      "builder,threads,vectors_per_s,times_one_thread,cpu_us_per_vector,recall_at_32,open_ms";

  @Option(names = "--base", required = true, description = "Vectors to index, .fvecs.")
  Path base;

  @Option(names = "--metric", defaultValue = "l2", description = "l2, cosine or inner_product.")
  String metric;

  @Option(names = "--threads", split = ",", defaultValue = "1,2", description = "Threads to use.")
  List<Integer> threads;

  @Option(
      names = "--builders",
      split = ",",
      defaultValue = "partitioned",
      description = "Of partitioned and incremental.")
  List<String> builders;

  @Option(names = "--rounds", defaultValue = "3", description = "Builds of each, after the first.")
  int rounds;

  @Option(names = "--limit", description = "Use only the first so many vectors.")
  Integer limit;

  @Option(names = "--out", description = "Also write the report here, as CSV.")
  Path out;

  private static final int OPENS = 9;

  /** One builder on so many threads. */
  private record Variant(GraphBuilder builder, int threads, List<Build> builds) {
    Variant(GraphBuilder builder, int threads) {
      this(builder, threads, new ArrayList<>());
    }
  }

  /** What one build took. */
  private record Build(double seconds, double cpuSeconds, float recall, double openMillis) {}

  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || threads.stream().anyMatch(t -> t < 1)) {
      throw new IllegalArgumentException("--rounds and --threads must be at least 1.");
    }
    Metric m = Metric.fromName(metric);
    List<Variant> variants = new ArrayList<>();
    for (String builder : builders) {
      for (int t : threads) {
        variants.add(new Variant(named(builder), t));
      }
    }
    float[][] vectors = limit == null ? Fvecs.readAll(base) : Fvecs.readAll(base, limit);
    List<String> lines = new ArrayList<>();
    try (WorkDirectory work = new WorkDirectory()) {
      Path file = work.path().resolve("segment.omx");
      Variant most = variants.get(variants.size() - 1);
      Build first = build(file, vectors, m, most);
      lines.add(HEADER);
      lines.add(line("first", most, first, Double.NaN, vectors.length));
      for (int round = 0; round < rounds; round++) {
        for (Variant variant : variants) {
          variant.builds.add(build(file, vectors, m, variant));
        }
      }
    }
    for (Variant variant : variants) {
      double one =
          variants.stream()
              .filter(v -> v.builder == variant.builder && v.threads == 1)
              .mapToDouble(v -> median(v).seconds)
              .findFirst()
              .orElse(Double.NaN);
      lines.add(line("", variant, median(variant), one, vectors.length));
    }
    lines.forEach(System.out::println);
    if (out != null) {
      Files.write(out, lines);
    }
    return 0;
  }

  private static GraphBuilder named(String name) {
    return Arrays.stream(GraphBuilder.values())
        .filter(b -> b.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "builder must be partitioned or incremental, was '" + name + "'."));
  }

  private static Build build(Path file, float[][] vectors, Metric metric, Variant variant)
      throws IOException {
    System.err.printf(
        Locale.ROOT,
        "bench: building %,d vectors, %s, on %d threads ...%n",
        vectors.length,
        variant.builder,
        variant.threads);
    IndexConfig config =
        IndexConfig.defaults(vectors[0].length, metric).withBuilder(variant.builder);
    long cpu = cpuNanos();
    long start = System.nanoTime();
    SegmentInfo info;
    try (SegmentBuilder builder =
        SegmentBuilder.create(file, config, UUID.randomUUID(), UUID.randomUUID())) {
      for (float[] vector : vectors) {
        builder.add(vector);
      }
      info = builder.finish(new BuildControl(variant.threads, Long.MAX_VALUE, () -> false));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuSeconds = (cpuNanos() - cpu) / 1e9;
    double openMillis = openMillis(file);
    Files.delete(file);
    return new Build(seconds, cpuSeconds, recall(info), openMillis);
  }

  /** The median of {@value #OPENS} times that a file takes to open that was verified before. */
  private static double openMillis(Path file) throws IOException {
    double[] millis = new double[OPENS];
    for (int i = 0; i < OPENS; i++) {
      long start = System.nanoTime();
      Segment.openVerified(file).close();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    return millis[OPENS / 2];
  }

  /** Measured by the build with rows held out; 1 when there is no graph. */
  private static float recall(SegmentInfo info) {
    return info.recall().points().stream()
        .filter(point -> point.listSize() == LIST_SIZE)
        .map(RecallCurve.Point::recallAt10)
        .findFirst()
        .orElse(1f);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static Build median(Variant variant) {
    List<Build> sorted = new ArrayList<>(variant.builds);
    sorted.sort((a, b) -> Double.compare(a.seconds, b.seconds));
    return sorted.get((sorted.size() - 1) / 2);
  }

  private static String line(String prefix, Variant variant, Build build, double one, int rows) {
    return String.format(
        Locale.ROOT,
        "%s%s,%d,%.0f,%s,%.0f,%.4f,%.2f",
        prefix.isEmpty() ? "" : prefix + " ",
        variant.builder.name().toLowerCase(Locale.ROOT),
        variant.threads,
        rows / build.seconds,
        Double.isNaN(one) ? "" : String.format(Locale.ROOT, "%.2f", one / build.seconds),
        build.cpuSeconds * 1e6 / rows,
        build.recall,
        build.openMillis);
  }
}
