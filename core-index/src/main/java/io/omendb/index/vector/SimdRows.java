/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The part of {@link SimdKernels} that compares a row with others wherever they lie, under its
 * rules: four of them at a time share the loads of the one.
 */
final class SimdRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private SimdRows() {}

  /** As {@link Kernels#squaredL2At}. */
  static void squaredL2At(
      float[] query, int queryOffset, float[] rows, int[] offsets, int n, int d, float[] out) {
    for (int row = 0; row < n; row += 4) {
      // Missing rows are the last one again.
      int second = Math.min(row + 1, n - 1);
      int third = Math.min(row + 2, n - 1);
      int fourth = Math.min(row + 3, n - 1);
      int a = offsets[row];
      int b = offsets[second];
      int c = offsets[third];
      int e = offsets[fourth];
      FloatVector a0 = FloatVector.zero(SPECIES);
      FloatVector b0 = FloatVector.zero(SPECIES);
      FloatVector c0 = FloatVector.zero(SPECIES);
      FloatVector e0 = FloatVector.zero(SPECIES);
      FloatVector a1 = FloatVector.zero(SPECIES);
      FloatVector b1 = FloatVector.zero(SPECIES);
      FloatVector c1 = FloatVector.zero(SPECIES);
      FloatVector e1 = FloatVector.zero(SPECIES);
      int i = 0;
      for (; i <= d - 2 * LANES; i += 2 * LANES) {
        FloatVector q0 = FloatVector.fromArray(SPECIES, query, queryOffset + i);
        FloatVector ax = FloatVector.fromArray(SPECIES, rows, a + i).sub(q0);
        a0 = ax.fma(ax, a0);
        FloatVector bx = FloatVector.fromArray(SPECIES, rows, b + i).sub(q0);
        b0 = bx.fma(bx, b0);
        FloatVector cx = FloatVector.fromArray(SPECIES, rows, c + i).sub(q0);
        c0 = cx.fma(cx, c0);
        FloatVector ex = FloatVector.fromArray(SPECIES, rows, e + i).sub(q0);
        e0 = ex.fma(ex, e0);
        FloatVector q1 = FloatVector.fromArray(SPECIES, query, queryOffset + i + LANES);
        FloatVector ay = FloatVector.fromArray(SPECIES, rows, a + i + LANES).sub(q1);
        a1 = ay.fma(ay, a1);
        FloatVector by = FloatVector.fromArray(SPECIES, rows, b + i + LANES).sub(q1);
        b1 = by.fma(by, b1);
        FloatVector cy = FloatVector.fromArray(SPECIES, rows, c + i + LANES).sub(q1);
        c1 = cy.fma(cy, c1);
        FloatVector ey = FloatVector.fromArray(SPECIES, rows, e + i + LANES).sub(q1);
        e1 = ey.fma(ey, e1);
      }
      float aTail = 0;
      float bTail = 0;
      float cTail = 0;
      float eTail = 0;
      for (; i < d; i++) {
        float q = query[queryOffset + i];
        float ax = rows[a + i] - q;
        aTail += ax * ax;
        float bx = rows[b + i] - q;
        bTail += bx * bx;
        float cx = rows[c + i] - q;
        cTail += cx * cx;
        float ex = rows[e + i] - q;
        eTail += ex * ex;
      }
      a0 = a0.add(a1);
      b0 = b0.add(b1);
      c0 = c0.add(c1);
      e0 = e0.add(e1);
      if (LANES > 8) {
        a0 = a0.add(a0.rearrange(SimdKernels.ROTATE_8));
        b0 = b0.add(b0.rearrange(SimdKernels.ROTATE_8));
        c0 = c0.add(c0.rearrange(SimdKernels.ROTATE_8));
        e0 = e0.add(e0.rearrange(SimdKernels.ROTATE_8));
      }
      if (LANES > 4) {
        a0 = a0.add(a0.rearrange(SimdKernels.ROTATE_4));
        b0 = b0.add(b0.rearrange(SimdKernels.ROTATE_4));
        c0 = c0.add(c0.rearrange(SimdKernels.ROTATE_4));
        e0 = e0.add(e0.rearrange(SimdKernels.ROTATE_4));
      }
      a0 = a0.add(a0.rearrange(SimdKernels.ROTATE_2));
      b0 = b0.add(b0.rearrange(SimdKernels.ROTATE_2));
      c0 = c0.add(c0.rearrange(SimdKernels.ROTATE_2));
      e0 = e0.add(e0.rearrange(SimdKernels.ROTATE_2));
      a0 = a0.add(a0.rearrange(SimdKernels.ROTATE_1));
      b0 = b0.add(b0.rearrange(SimdKernels.ROTATE_1));
      c0 = c0.add(c0.rearrange(SimdKernels.ROTATE_1));
      e0 = e0.add(e0.rearrange(SimdKernels.ROTATE_1));
      out[row] = a0.lane(0) + aTail;
      out[second] = b0.lane(0) + bTail;
      out[third] = c0.lane(0) + cTail;
      out[fourth] = e0.lane(0) + eTail;
    }
  }
}
