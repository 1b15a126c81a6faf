/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundOrderTest {
  @Test
  void bringsRowsOfTheSamePivotTogetherAndLeavesTheOthersAlone() {
    // 64 rows have 2 pivots, the first rows of the order: 5 at 100 and 9 at 0.
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? i : 100 - i;
    }
    values[5] = 100;
    values[9] = 0;
    int[] order = IntStream.range(0, 64).toArray();
    order[0] = 5;
    order[5] = 0;
    order[1] = 9;
    order[9] = 1;
    Rows rows = new Rows(values, 1);
    RoundOrder roundOrder = new RoundOrder(rows, order, 20);
    for (int i = 0; i < 20; i++) {
      roundOrder.assign(i, new float[] {values[order[10 + i]]});
    }
    int[] before = order.clone();

    roundOrder.sort(order, 10, 30);

    int[] odd = IntStream.range(10, 30).filter(i -> i % 2 == 1).toArray();
    int[] even = IntStream.range(10, 30).filter(i -> i % 2 == 0).toArray();
    assertThat(Arrays.copyOfRange(order, 10, 20)).containsExactly(odd);
    assertThat(Arrays.copyOfRange(order, 20, 30)).containsExactly(even);
    assertThat(Arrays.copyOf(order, 10)).isEqualTo(Arrays.copyOf(before, 10));
    assertThat(Arrays.copyOfRange(order, 30, 64)).isEqualTo(Arrays.copyOfRange(before, 30, 64));
  }
}
