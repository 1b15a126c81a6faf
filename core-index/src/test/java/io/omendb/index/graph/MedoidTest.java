/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MedoidTest {
  @Test
  void isTheRowNearestToTheMean() {
    // The mean is (3, 2); rows 1 and 4 are equally near.
    Rows rows = new Rows(new float[] {0, 0, 4, 2, 10, 2, -1, 4, 2, 2}, 2);
    assertThat(Medoid.position(rows, new int[] {0, 1, 2, 3, 4})).isEqualTo(1);
    assertThat(Medoid.position(rows, new int[] {0, 4, 2, 3, 1})).isEqualTo(1);
  }

  @Test
  void looksAtASampleOnly() {
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i < 10_000 ? i : 1e9f;
    }
    int[] order = IntStream.range(0, values.length).toArray();
    assertThat(Medoid.position(new Rows(values, 1), order)).isEqualTo(4999);
  }

  @Test
  void sumsDoNotOverflow() {
    Rows rows = new Rows(new float[] {3e38f, 3.2e38f, 3.4e38f}, 1);
    assertThat(Medoid.position(rows, new int[] {0, 1, 2})).isEqualTo(1);
  }
}
