/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * One row of a report; NaN where a column does not apply.
 *
 * @param engine name on the command line
 * @param buildSeconds wall time of the build
 * @param vectors in the base
 * @param fileBytes on disk, vectors included
 * @param setting what was searched with
 * @param recall in [0, 1]
 * @param qps queries per second
 * @param p50Micros median latency of one query in microseconds
 * @param p99Micros 99th percentile of the same
 * @param peakRssMb largest resident set of the engine's process, in MiB
 */
public record Result(
    String engine,
    double buildSeconds,
    long vectors,
    long fileBytes,
    String setting,
    double recall,
    double qps,
    double p50Micros,
    double p99Micros,
    double peakRssMb) {

  /** Names of the columns, in the order of {@link #cells}. */
  public static final List<String> COLUMNS =
      List.of(
          "engine",
          "build_s",
          "build_vec_per_s",
          "file_bytes",
          "bytes_per_vector",
          "setting",
          "recall",
          "qps",
          "p50_us",
          "p99_us",
          "peak_rss_mb");

  /** The row as text, empty where a column does not apply. */
  public List<String> cells() {
    return List.of(
        engine,
        number("%.2f", buildSeconds),
        number("%.0f", buildSeconds > 0 ? vectors / buildSeconds : Double.NaN),
        String.valueOf(fileBytes),
        number("%.1f", (double) fileBytes / vectors),
        setting,
        number("%.4f", recall),
        number(qps < 100 ? "%.2f" : "%.0f", qps),
        number("%.1f", p50Micros),
        number("%.1f", p99Micros),
        number("%.0f", peakRssMb));
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }
}
