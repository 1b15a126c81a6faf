/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Fashion-MNIST: 60,000 training images as base, 10,000 test images as queries, 784 floats each.
 */
@Command(
    name = "fashion-mnist",
    description =
        "60,000 x 784 grey values, 10,000 queries, from the Debian package dataset-fashion-mnist.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class FashionMnistCommand implements Callable<Integer> {
  @Option(
      names = "--source",
      defaultValue = "/usr/share/datasets/fashion-mnist",
      description =
          "Directory of the four idx files; the default is where the Debian package puts them.")
  Path source;

  @Mixin DataSetWriter writer;

  @Override
  public Integer call() throws Exception {
    float[][] base = IdxFile.readVectors(source.resolve("train-images-idx3-ubyte.gz"));
    float[][] queries = IdxFile.readVectors(source.resolve("t10k-images-idx3-ubyte.gz"));
    int d = base[0].length;
    writer.write(
        d,
        base.length,
        (i, dst) -> System.arraycopy(base[i], 0, dst, 0, d),
        queries.length,
        (i, dst) -> System.arraycopy(queries[i], 0, dst, 0, d));
    return 0;
  }
}
