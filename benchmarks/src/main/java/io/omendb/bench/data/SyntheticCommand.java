/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Clustered vectors of low intrinsic dimension, the same for the same arguments everywhere. */
@Command(
    name = "synthetic",
    description = "Clustered vectors of low intrinsic dimension, made from a seed.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class SyntheticCommand implements Callable<Integer> {
  @Option(names = "--n", defaultValue = "1000000", description = "Vectors in the base.")
  int n;

  @Option(names = "--queries", defaultValue = "10000", description = "Queries.")
  int queries;

  @Option(names = "--d", defaultValue = "128", description = "Floats per vector.")
  int d;

  @Option(names = "--intrinsic", defaultValue = "16", description = "Intrinsic dimension.")
  int intrinsic;

  @Option(names = "--seed", defaultValue = "1", description = "Of every random choice.")
  long seed;

  @Mixin DataSetWriter writer;

  @Override
  public Integer call() throws Exception {
    if (n < 1 || queries < 1 || d < 1 || intrinsic < 1 || intrinsic > d) {
      throw new IllegalArgumentException(
          "--n, --queries, --d and --intrinsic must be at least 1, and --intrinsic at most --d.");
    }
    SyntheticVectors vectors = new SyntheticVectors(d, intrinsic, seed);
    // Queries come from the same distribution, far behind any base.
    long firstQuery = 1L << 40;
    writer.write(d, n, vectors::vector, queries, (i, dst) -> vectors.vector(firstQuery + i, dst));
    return 0;
  }
}
