/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TopKTest {

  @Property(tries = 500)
  void keepsThePrefixOfTheSortedPairs(
      @ForAll("distances") List<Float> distances, @ForAll @IntRange(min = 1, max = 40) int k) {
    TopK best = new TopK(k);
    for (int round = 0; round < 2; round++) {
      best.clear();
      for (int i = 0; i < distances.size(); i++) {
        best.add(i, distances.get(i));
      }
      best.sort();
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < distances.size(); i++) {
        expected.add(i);
      }
      // A stable sort leaves equals in the order of their ordinals; -0 equals 0.
      expected.sort(Comparator.comparingDouble(i -> distances.get(i) + 0.0));
      expected = expected.subList(0, Math.min(k, expected.size()));
      assertThat(best.size()).isEqualTo(expected.size());
      for (int rank = 0; rank < best.size(); rank++) {
        assertThat(best.ordinal(rank)).isEqualTo(expected.get(rank));
        float distance = distances.get(expected.get(rank)) + 0f;
        assertThat(Float.compare(best.distance(rank), distance)).isZero();
      }
    }
  }

  @Property(tries = 300)
  void whatIsKeptDoesNotDependOnTheOrderOfOffers(
      @ForAll("distances") List<Float> distances, @ForAll @IntRange(min = 1, max = 40) int k) {
    TopK forward = new TopK(k);
    TopK backward = new TopK(k);
    for (int i = 0; i < distances.size(); i++) {
      forward.add(i, distances.get(i));
      int j = distances.size() - 1 - i;
      backward.add(j, distances.get(j));
    }
    assertThat(Float.compare(forward.bound(), backward.bound())).isZero();
    forward.sort();
    backward.sort();
    for (int rank = 0; rank < forward.size(); rank++) {
      assertThat(forward.ordinal(rank)).isEqualTo(backward.ordinal(rank));
    }
  }

  @Property(tries = 300)
  void aDistanceAboveTheBoundIsNeverKept(
      @ForAll("distances") List<Float> distances, @ForAll @IntRange(min = 1, max = 10) int k) {
    TopK best = new TopK(k);
    for (int i = 0; i < distances.size(); i++) {
      boolean above = distances.get(i) > best.bound();
      boolean kept = best.add(i, distances.get(i));
      assertThat(above && kept).isFalse();
    }
  }

  @Provide
  Arbitrary<List<Float>> distances() {
    return Arbitraries.oneOf(
            Arbitraries.floats(),
            Arbitraries.integers().between(-3, 3).map(i -> (float) i),
            Arbitraries.of(
                0f,
                -0f,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                Float.NaN,
                Float.MIN_VALUE,
                -Float.MIN_VALUE))
        .list()
        .ofMaxSize(120);
  }

  @Test
  void boundIsInfiniteUntilFullAndThenTheWorstKept() {
    TopK best = new TopK(2);
    assertThat(best.bound()).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(best.add(5, 1f)).isTrue();
    assertThat(best.bound()).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(best.add(Integer.MAX_VALUE, 2f)).isTrue();
    assertThat(best.bound()).isEqualTo(2f);
    assertThat(best.add(7, 3f)).isFalse();
    assertThat(best.add(7, -4f)).isTrue();
    assertThat(best.bound()).isEqualTo(1f);
    best.clear();
    assertThat(best.size()).isZero();
    assertThat(best.bound()).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Test
  void refusesToKeepNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TopK(0)).withMessageContaining("0");
  }
}
