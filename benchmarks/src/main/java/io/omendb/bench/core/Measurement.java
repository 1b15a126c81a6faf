/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One pass over the queries.
 *
 * @param recall in [0, 1]
 * @param qps queries per second, all threads together
 * @param p50Micros median latency of a query in microseconds
 * @param p99Micros 99th percentile of the same
 * @param peakRssMb largest resident set of the process so far, in MiB
 */
record Measurement(
    double recall, double qps, double p50Micros, double p99Micros, double peakRssMb) {

  /** The median of each column over several passes. */
  static Measurement median(List<Measurement> passes) {
    return new Measurement(
        median(passes, Measurement::recall),
        median(passes, Measurement::qps),
        median(passes, Measurement::p50Micros),
        median(passes, Measurement::p99Micros),
        passes.stream().mapToDouble(Measurement::peakRssMb).max().orElseThrow());
  }

  private static double median(List<Measurement> passes, ToDoubleFunction<Measurement> column) {
    double[] sorted = passes.stream().mapToDouble(column).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** Five numbers in the order of the record. */
  String toLine() {
    return "%s %s %s %s %s".formatted(recall, qps, p50Micros, p99Micros, peakRssMb);
  }

  /** Reads what {@link #toLine} wrote. */
  static Measurement parse(String line) {
    String[] fields = line.split(" ", -1);
    return new Measurement(
        Double.parseDouble(fields[0]),
        Double.parseDouble(fields[1]),
        Double.parseDouble(fields[2]),
        Double.parseDouble(fields[3]),
        Double.parseDouble(fields[4]));
  }
}
