/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Kernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SketchTest {
  private static float[] sketch(Sketch sketch, float[] row) {
    float[] out = new float[Sketch.dimension(row.length) + 2];
    Arrays.fill(out, 99f);
    sketch.apply(row, out, 1);
    assertThat(out[0]).isEqualTo(99f);
    assertThat(out[out.length - 1]).isEqualTo(99f);
    return Arrays.copyOfRange(out, 1, out.length - 1);
  }

  @Test
  void fewCoordinatesStayAsTheyAre() {
    float[] row = Rows.gaussian(1, 511, 1).values();
    assertThat(sketch(new Sketch(511, 3), row)).isEqualTo(row);
  }

  @Test
  void distancesOfManyCoordinatesAreNearlyKept() {
    for (int d : new int[] {512, 784, 4096}) {
      Rows rows = Rows.gaussian(40, d, d);
      Sketch sketch = new Sketch(d, 5);
      int sketched = Sketch.dimension(d);
      assertThat(sketched).isLessThanOrEqualTo(d / 2);
      float[] first = Arrays.copyOf(rows.values(), d);
      for (int i = 1; i < rows.size(); i++) {
        float[] other = Arrays.copyOfRange(rows.values(), i * d, (i + 1) * d);
        float ratio =
            Kernels.BEST.squaredL2(sketch(sketch, first), 0, sketch(sketch, other), 0, sketched)
                / Kernels.BEST.squaredL2(first, 0, other, 0, d);
        // Five standard deviations.
        assertThat(ratio).isBetween(0.55f, 1.45f);
      }
    }
  }

  @Test
  void everyCoordinateCounts() {
    Sketch sketch = new Sketch(784, 6);
    for (int j = 0; j < 784; j++) {
      float[] row = new float[784];
      row[j] = 3;
      float[] sums = sketch(sketch, row);
      assertThat(Kernels.BEST.dot(sums, 0, sums, 0, sums.length)).isEqualTo(9f);
    }
  }

  @Test
  void theSeedDecides() {
    float[] row = Rows.gaussian(1, 784, 7).values();
    assertThat(sketch(new Sketch(784, 8), row)).isEqualTo(sketch(new Sketch(784, 8), row));
    assertThat(sketch(new Sketch(784, 8), row)).isNotEqualTo(sketch(new Sketch(784, 9), row));
  }
}
