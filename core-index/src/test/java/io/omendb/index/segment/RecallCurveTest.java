/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.segment.RecallCurve.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecallCurveTest {
  private static final RecallCurve CURVE =
      new RecallCurve(
          List.of(
              new Point(16, 0.91f, 0.80f),
              new Point(32, 0.96f, 0.80f),
              new Point(64, 0.98f, 0.80f),
              new Point(128, 0.99f, 0.97f),
              new Point(256, 1f, 0.99f)));

  @Test
  void choosesTheSmallestListThatReachesTheTargetWithMargin() {
    assertThat(CURVE.listSizeFor(0.95, 10)).isEqualTo(64);
    assertThat(CURVE.listSizeFor(0.95, 1)).isEqualTo(64);
    assertThat(CURVE.listSizeFor(0.8, 10)).isEqualTo(16);
    assertThat(CURVE.listSizeFor(0.9, 10)).isEqualTo(32);
  }

  @Test
  void choosesTheLargestWhenNothingReachesTheTarget() {
    RecallCurve poor = new RecallCurve(List.of(new Point(16, 0.1f, 0.1f), new Point(24, 0.2f, 0f)));
    assertThat(poor.listSizeFor(0.95, 10)).isEqualTo(24);
    assertThat(CURVE.listSizeFor(1.0, 100)).isEqualTo(256);
  }

  @Test
  void growsEvenlyBetweenTenAndAHundredAndInProportionBeyond() {
    assertThat(CURVE.listSizeFor(0.95, 100)).isEqualTo(256);
    assertThat(CURVE.listSizeFor(0.95, 55)).isEqualTo((64 + 256) / 2);
    assertThat(CURVE.listSizeFor(0.95, 11)).isBetween(65, 70);
    assertThat(CURVE.listSizeFor(0.95, 1000)).isEqualTo(2560);
    int previous = 0;
    for (int k = 1; k < 500; k++) {
      int chosen = CURVE.listSizeFor(0.9, k);
      assertThat(chosen).isGreaterThanOrEqualTo(Math.max(previous, k));
      previous = chosen;
    }
  }

  @Test
  void isNeverBelowKNorAboveAnInt() {
    assertThat(RecallCurve.EXACT.listSizeFor(0.95, 7)).isEqualTo(7);
    assertThat(CURVE.listSizeFor(0.95, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }
}
