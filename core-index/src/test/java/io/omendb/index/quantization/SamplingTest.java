/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplingTest {
  @Test
  void drawsDistinctOrdinalsInOrder() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 1; n < 40; n++) {
      for (int count = 0; count <= n; count++) {
        int[] drawn = Sampling.ordinals(n, count, random);
        assertThat(drawn).hasSize(count).doesNotHaveDuplicates().isSorted();
        for (int ordinal : drawn) {
          assertThat(ordinal).isBetween(0, n - 1);
        }
      }
    }
  }

  @Test
  void drawsEveryOrdinalEquallyOften() {
    SplittableRandom random = new SplittableRandom(2);
    int[] hits = new int[10];
    for (int i = 0; i < 20_000; i++) {
      for (int drawn : Sampling.ordinals(10, 3, random)) {
        hits[drawn]++;
      }
    }
    for (int hit : hits) {
      assertThat(hit).isCloseTo(6000, within(300));
    }
  }
}
