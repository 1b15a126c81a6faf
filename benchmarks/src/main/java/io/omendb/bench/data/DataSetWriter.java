/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that every data set shares, and the writing of its files. */
final class DataSetWriter {
  @Option(
      names = "--out",
      required = true,
      description = "Directory for base.fvecs, queries.fvecs and truth.ivecs.")
  Path out;

  @Option(
      names = "--metric",
      defaultValue = "l2",
      description = "Of the exact neighbours: l2, cosine or inner_product.")
  String metric;

  @Option(
      names = "--truth-k",
      defaultValue = "100",
      description = "Exact neighbours per query; 0 writes no truth.ivecs.")
  int truthK;

  @Option(
      names = "--parquet",
      description = "Also write base.parquet and queries.parquet (id BIGINT, v ARRAY<FLOAT>).")
  boolean parquet;

  /** Writes vector i to its argument. */
  @FunctionalInterface
  interface Source {
    void vector(int i, float[] dst);
  }

  void write(int dimension, int baseSize, Source base, int querySize, Source queries)
      throws IOException {
    Metric m = Metric.fromName(metric);
    Files.createDirectories(out);
    Path baseFile = out.resolve("base.fvecs");
    Path queryFile = out.resolve("queries.fvecs");
    writeFvecs(baseFile, dimension, baseSize, base);
    writeFvecs(queryFile, dimension, querySize, queries);
    if (truthK > 0) {
      say("computing %d exact neighbours of %,d queries ...".formatted(truthK, querySize));
      Path truthFile = out.resolve("truth.ivecs");
      Ivecs.write(truthFile, GroundTruth.of(baseFile, Fvecs.readAll(queryFile), truthK, m));
      say("wrote " + truthFile);
    }
    if (parquet) {
      ParquetExport.write(baseFile, out.resolve("base.parquet"));
      ParquetExport.write(queryFile, out.resolve("queries.parquet"));
      say("wrote base.parquet and queries.parquet in " + out);
    }
  }

  private static void writeFvecs(Path file, int dimension, int size, Source source)
      throws IOException {
    float[] vector = new float[dimension];
    try (Fvecs.Writer writer = new Fvecs.Writer(file, dimension)) {
      for (int i = 0; i < size; i++) {
        source.vector(i, vector);
        writer.write(vector);
      }
    }
    say("wrote %s: %,d x %d".formatted(file, size, dimension));
  }

  private static void say(String message) {
    System.err.println("bench: " + message);
  }
}
