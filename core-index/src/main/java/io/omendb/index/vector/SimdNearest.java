/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The part of {@link SimdKernels} that finds nearest centroids, under its rules. */
final class SimdNearest {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final FloatVector LANE = FloatVector.zero(SPECIES).addIndex(1);

  private SimdNearest() {}

  /** As {@link Kernels#nearestColumns}. */
  static void nearestColumns(
      float[] rows,
      int rowsOffset,
      int stride,
      int count,
      int d,
      float[] columns,
      int columnsOffset,
      int n,
      int[] out) {
    int whole = n - n % (4 * LANES);
    // Two rows at a time share the loads of the points; the last row may be done twice.
    for (int row = 0; row < count; row += 2) {
      int second = Math.min(row + 1, count - 1);
      int a = rowsOffset + row * stride;
      int b = rowsOffset + second * stride;
      FloatVector leastA = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
      FloatVector leastB = leastA;
      FloatVector blockA = FloatVector.zero(SPECIES);
      FloatVector blockB = blockA;
      for (int i = 0; i < whole; i += 4 * LANES) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        FloatVector t0 = FloatVector.zero(SPECIES);
        FloatVector t1 = FloatVector.zero(SPECIES);
        FloatVector t2 = FloatVector.zero(SPECIES);
        FloatVector t3 = FloatVector.zero(SPECIES);
        int at = columnsOffset + i;
        for (int j = 0; j < d; j++) {
          FloatVector qa = FloatVector.broadcast(SPECIES, rows[a + j]);
          FloatVector qb = FloatVector.broadcast(SPECIES, rows[b + j]);
          FloatVector c0 = FloatVector.fromArray(SPECIES, columns, at);
          FloatVector x0 = c0.sub(qa);
          FloatVector y0 = c0.sub(qb);
          s0 = x0.fma(x0, s0);
          t0 = y0.fma(y0, t0);
          FloatVector c1 = FloatVector.fromArray(SPECIES, columns, at + LANES);
          FloatVector x1 = c1.sub(qa);
          FloatVector y1 = c1.sub(qb);
          s1 = x1.fma(x1, s1);
          t1 = y1.fma(y1, t1);
          FloatVector c2 = FloatVector.fromArray(SPECIES, columns, at + 2 * LANES);
          FloatVector x2 = c2.sub(qa);
          FloatVector y2 = c2.sub(qb);
          s2 = x2.fma(x2, s2);
          t2 = y2.fma(y2, t2);
          FloatVector c3 = FloatVector.fromArray(SPECIES, columns, at + 3 * LANES);
          FloatVector x3 = c3.sub(qa);
          FloatVector y3 = c3.sub(qb);
          s3 = x3.fma(x3, s3);
          t3 = y3.fma(y3, t3);
          at += n;
        }
        VectorMask<Float> nearerA0 = s0.compare(VectorOperators.LT, leastA);
        blockA = blockA.blend(i, nearerA0);
        leastA = leastA.blend(s0, nearerA0);
        VectorMask<Float> nearerB0 = t0.compare(VectorOperators.LT, leastB);
        blockB = blockB.blend(i, nearerB0);
        leastB = leastB.blend(t0, nearerB0);
        VectorMask<Float> nearerA1 = s1.compare(VectorOperators.LT, leastA);
        blockA = blockA.blend(i + LANES, nearerA1);
        leastA = leastA.blend(s1, nearerA1);
        VectorMask<Float> nearerB1 = t1.compare(VectorOperators.LT, leastB);
        blockB = blockB.blend(i + LANES, nearerB1);
        leastB = leastB.blend(t1, nearerB1);
        VectorMask<Float> nearerA2 = s2.compare(VectorOperators.LT, leastA);
        blockA = blockA.blend(i + 2 * LANES, nearerA2);
        leastA = leastA.blend(s2, nearerA2);
        VectorMask<Float> nearerB2 = t2.compare(VectorOperators.LT, leastB);
        blockB = blockB.blend(i + 2 * LANES, nearerB2);
        leastB = leastB.blend(t2, nearerB2);
        VectorMask<Float> nearerA3 = s3.compare(VectorOperators.LT, leastA);
        blockA = blockA.blend(i + 3 * LANES, nearerA3);
        leastA = leastA.blend(s3, nearerA3);
        VectorMask<Float> nearerB3 = t3.compare(VectorOperators.LT, leastB);
        blockB = blockB.blend(i + 3 * LANES, nearerB3);
        leastB = leastB.blend(t3, nearerB3);
      }
      float smallestA = leastA.reduceLanes(VectorOperators.MIN);
      float smallestB = leastB.reduceLanes(VectorOperators.MIN);
      // Of the lanes that hold the smallest, the one that saw it first.
      int nearestA =
          smallestA == Float.POSITIVE_INFINITY
              ? 0
              : (int)
                  FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY)
                      .blend(blockA.add(LANE), leastA.compare(VectorOperators.EQ, smallestA))
                      .reduceLanes(VectorOperators.MIN);
      int nearestB =
          smallestB == Float.POSITIVE_INFINITY
              ? 0
              : (int)
                  FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY)
                      .blend(blockB.add(LANE), leastB.compare(VectorOperators.EQ, smallestB))
                      .reduceLanes(VectorOperators.MIN);
      for (int i = whole; i < n; i++) {
        float sumA = 0;
        float sumB = 0;
        for (int j = 0; j < d; j++) {
          float x = columns[columnsOffset + j * n + i] - rows[a + j];
          float y = columns[columnsOffset + j * n + i] - rows[b + j];
          sumA = Math.fma(x, x, sumA);
          sumB = Math.fma(y, y, sumB);
        }
        if (sumA < smallestA) {
          smallestA = sumA;
          nearestA = i;
        }
        if (sumB < smallestB) {
          smallestB = sumB;
          nearestB = i;
        }
      }
      out[row] = nearestA;
      out[second] = nearestB;
    }
  }
}
