/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is measured is what it says. */
class KernelBenchmarksTest {
  @ParameterizedTest
  @CsvSource({"scalar, 1", "best, 1", "scalar, 100", "best, 100"})
  void everyBenchmarkComputesAtAnyDimension(String kernels, int dimension) {
    KernelBenchmarks benchmarks = new KernelBenchmarks();
    benchmarks.kernels = kernels;
    benchmarks.dimension = dimension;
    benchmarks.fill();
    float[] l2 = benchmarks.squaredL2().clone();
    float[] dot = benchmarks.dot().clone();
    assertThat(l2).hasSize(KernelBenchmarks.ROWS).doesNotContain(0f);
    assertThat(dot).isNotEqualTo(l2);
    assertThat(benchmarks.squaredL2At()).doesNotContain(0f);
    assertThat(benchmarks.hammingOneBit()).doesNotContain(0f);
    assertThat(benchmarks.squaredL2Int8()).doesNotContain(0f);
    // Nothing is below a threshold that is larger than every product.
    assertThat(benchmarks.tile()).isZero();
    benchmarks.pqTable();
    assertThat(benchmarks.pqEstimates()).doesNotContain(0f);
    assertThat(benchmarks.transformTurn()).doesNotContain(0f);
    assertThat(benchmarks.transformProducts()).doesNotContain(0f);
  }

  @Test
  void limitsCountWhatTheyDo() {
    MachineLimits limits = new MachineLimits();
    assertThat(MachineLimits.fmaOperations()).isGreaterThan(4 * 24 * 4096 - 1);
    assertThat(MachineLimits.bytesRead("readMemory")).isCloseTo(256 << 20, within(0.0));
    limits.sums = new float[12 * 16];
    // The fixed point of x * 0.999 + 0.001 is 1, and 4096 steps come near.
    assertThat(limits.fma()[0]).isCloseTo(1f, within(0.05f));
  }

  @Test
  void wrongArgumentsAreRefused() {
    CommandLine command = new CommandLine(new KernelsCommand());
    command.setExecutionExceptionHandler(
        (e, line, parsed) -> e instanceof IllegalArgumentException ? 2 : 1);
    assertThat(command.execute("--dimensions", "0")).isEqualTo(2);
    assertThat(command.execute("--seconds", "0")).isEqualTo(2);
  }
}
