/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.vector.Kernels;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells users whose JVM computes distances in plain Java how to make it several times faster. */
public final class VectorApi {

  /** Its initialization is the once. */
  private static final class Warning {
    private static final Logger LOG = LoggerFactory.getLogger(VectorApi.class);

    static {
      adviceFor(Kernels.BEST.name()).ifPresent(LOG::warn);
    }

    private static void given() {}
  }

  private VectorApi() {}

  /** Logs one warning per JVM, when it does without the Vector API. */
  public static void warnOnceIfMissing() {
    Warning.given();
  }

  /** What to change, by the {@linkplain Kernels#name() name} of the kernels; empty for nothing. */
  static Optional<String> adviceFor(String kernels) {
    return kernels.equals("scalar")
        ? Optional.of(
            "This JVM computes distances in plain Java, several times slower than with its Vector"
                + " API. Start it with --add-modules=jdk.incubator.vector, as spark-submit, pyspark"
                + " and spark-sql do, and without -Xint or -XX:TieredStopAtLevel.")
        : Optional.empty();
  }
}
