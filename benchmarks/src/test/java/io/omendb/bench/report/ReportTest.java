/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final List<Result> RESULTS =
      List.of(
          new Result("omendb", 2.0, 1_000, 656_000, "L=32", 0.98765, 5_000.4, 181.26, 402, 90.6),
          new Result(
              "spark",
              0,
              1_000,
              512_000,
              "first 5, extrapolated",
              1,
              0.912,
              Double.NaN,
              Double.NaN,
              1_200));

  @TempDir Path directory;

  @Test
  void csvHasTheAgreedColumnsAndEmptyCells() throws IOException {
    Path file = directory.resolve("out.csv");
    Report.writeCsv(file, RESULTS);
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "engine,build_s,build_vec_per_s,file_bytes,bytes_per_vector,setting,recall,qps,p50_us,p99_us,peak_rss_mb",
            "omendb,2.00,500,656000,656.0,L=32,0.9877,5000,181.3,402.0,91",
            "spark,0.00,,512000,512.0,\"first 5, extrapolated\",1.0000,0.91,,,1200");
  }

  @Test
  void tableAlignsColumns() {
    List<String> lines = Report.table(RESULTS).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("engine  build_s");
    assertThat(lines.get(1)).startsWith("omendb     2.00");
    assertThat(lines.get(2)).startsWith("spark      0.00");
  }
}
