/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Metric;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchRunTest {
  /** Answers query x with x and x + 1. */
  private static final Engine ENGINE =
      new Engine() {
        @Override
        public String widthName() {
          return "width";
        }

        @Override
        public void build(Path base, Metric metric, int threads, Path directory) {}

        @Override
        public long fileBytes() {
          return 0;
        }

        @Override
        public Searcher searcher(int width) {
          return (query, k, out) -> {
            out[0] = (int) query[0];
            out[1] = (int) query[0] + 1;
          };
        }

        @Override
        public void close() {}
      };

  private static final float[][] QUERIES = {{0}, {1}, {2}, {3}, {4}};
  private static final int[][] TRUTH = {{0, 1}, {1, 2}, {2, 9}, {3, 4}, {4, 5}};

  @Test
  void measuresRecallWithAnyNumberOfThreads() throws Exception {
    for (int threads : new int[] {1, 2, 8}) {
      SearchRun run = new SearchRun(ENGINE, QUERIES, TRUTH, 2);
      run.warm(10, 0.001);
      Measurement measurement = run.measure(10, threads);
      assertThat(measurement.recall()).isEqualTo(0.9);
      assertThat(measurement.qps()).isPositive();
      assertThat(measurement.p99Micros()).isGreaterThanOrEqualTo(measurement.p50Micros());
    }
  }

  @Test
  void percentileIsTheSmallestValueThatCoversTheShare() {
    long[] sorted = {10, 20, 30, 40};
    assertThat(SearchRun.percentile(sorted, 0.5)).isEqualTo(20);
    assertThat(SearchRun.percentile(sorted, 0.51)).isEqualTo(30);
    assertThat(SearchRun.percentile(sorted, 0.99)).isEqualTo(40);
    assertThat(SearchRun.percentile(new long[] {7}, 0.01)).isEqualTo(7);
  }

  @Test
  void medianTakesEveryColumnByItself() {
    Measurement median =
        Measurement.median(
            List.of(
                new Measurement(0.9, 100, 5, 9, 300),
                new Measurement(0.9, 300, 1, 8, 310),
                new Measurement(0.9, 200, 3, 7, 305)));
    assertThat(median).isEqualTo(new Measurement(0.9, 200, 3, 8, 310));
    assertThat(Measurement.parse(median.toLine())).isEqualTo(median);
  }
}
