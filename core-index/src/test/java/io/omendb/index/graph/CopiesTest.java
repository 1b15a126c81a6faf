/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CopiesTest {
  @Test
  void copiesOfEarlierRowsMoveBehindAndTheOrderStays() throws Exception {
    Rows rows = Rows.integers(3000, 3, 8, 1);
    for (int i = 0; i < rows.values().length; i += 7) {
      rows.values()[i] = rows.values()[i] == 0 ? -0f : rows.values()[i];
    }
    int[] order = new int[3000];
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    int[] expected = new int[2800];
    Set<List<Float>> seen = new HashSet<>();
    int kept = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < 2800; i++) {
        boolean first = seen.add(key(rows, order[i]));
        if (pass == 0 && first) {
          expected[kept++] = order[i];
        }
      }
    }
    int[] before = order.clone();

    int different = new Copies(rows, new Phases(3, () -> false)).moveBehind(order, 2800);

    assertThat(different).isEqualTo(kept).isLessThan(600);
    for (int i = 0; i < kept; i++) {
      assertThat(order[i]).isEqualTo(expected[i]);
    }
    for (int i = 2800; i < 3000; i++) {
      assertThat(order[i]).isEqualTo(before[i]);
    }
    assertThat(order).containsExactlyInAnyOrder(before);
  }

  private static List<Float> key(Rows rows, int row) {
    float[] v = new float[3];
    rows.read(row, v, 0);
    return List.of(v[0] + 0f, v[1] + 0f, v[2] + 0f);
  }
}
