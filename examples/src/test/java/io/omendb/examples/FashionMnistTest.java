/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FashionMnistTest {
  @Test
  void firstImageIsAnAnkleBoot() {
    assertThat(FashionMnist.label(0)).isEqualTo(9);
  }

  @Test
  void everyLabelOccursAThousandTimes() {
    int[] counts = new int[10];
    for (int id = 0; id < FashionMnist.IMAGES; id++) {
      counts[FashionMnist.label(id)]++;
    }
    assertThat(counts).containsOnly(1_000);
  }

  @Test
  void greyValuesLieBetween0And255() {
    float[] vector = FashionMnist.vector(FashionMnist.IMAGES - 1);
    assertThat(vector).hasSize(FashionMnist.DIMENSION);
    for (float grey : vector) {
      assertThat(grey).isBetween(0f, 255f);
    }
  }

  @Test
  void nearestOfAnImageIsTheImageUnlessItIsNotAccepted() {
    float[] query = FashionMnist.vector(7);
    assertThat(FashionMnist.nearest(query, 100, 1, id -> true)).containsExactly(7);
    assertThat(FashionMnist.nearest(query, 100, 3, id -> id < 2)).containsExactlyInAnyOrder(0, 1);
  }
}
