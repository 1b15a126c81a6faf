/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The part of {@link SimdKernels} that finds nearest centroids, under its rules.
 *
 * <p>Masks are slow in Java 17, so the smallest distance and where it is are found in one minimum
 * of integers: the bits of a float that is not negative are ordered as the float is, and its last
 * five bits give way to the number of the vector that it came from.
 */
final class SimdNearest {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Vectors of columns that are told apart in the last bits of a distance. */
  private static final int GROUP = 32;

  private static final int INFINITE = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

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
      int nearestA = 0;
      int nearestB = 0;
      int smallestA = INFINITE;
      int smallestB = INFINITE;
      for (int group = 0; group < whole; group += GROUP * LANES) {
        int end = Math.min(whole, group + GROUP * LANES);
        IntVector leastA = FloatVector.broadcast(SPECIES, Float.NaN).reinterpretAsInts();
        IntVector leastB = leastA;
        int number = 0;
        for (int i = group; i < end; i += 4 * LANES) {
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
          leastA = leastA.min(s0.reinterpretAsInts().and(-GROUP).or(number));
          leastB = leastB.min(t0.reinterpretAsInts().and(-GROUP).or(number));
          leastA = leastA.min(s1.reinterpretAsInts().and(-GROUP).or(number + 1));
          leastB = leastB.min(t1.reinterpretAsInts().and(-GROUP).or(number + 1));
          leastA = leastA.min(s2.reinterpretAsInts().and(-GROUP).or(number + 2));
          leastB = leastB.min(t2.reinterpretAsInts().and(-GROUP).or(number + 2));
          leastA = leastA.min(s3.reinterpretAsInts().and(-GROUP).or(number + 3));
          leastB = leastB.min(t3.reinterpretAsInts().and(-GROUP).or(number + 3));
          number += 4;
        }
        int packedA = leastA.reduceLanes(VectorOperators.MIN);
        int packedB = leastB.reduceLanes(VectorOperators.MIN);
        if ((packedA & -GROUP) < smallestA) {
          int lane = leastA.compare(VectorOperators.EQ, packedA).firstTrue();
          smallestA = packedA & -GROUP;
          nearestA = group + (packedA & (GROUP - 1)) * LANES + lane;
        }
        if ((packedB & -GROUP) < smallestB) {
          int lane = leastB.compare(VectorOperators.EQ, packedB).firstTrue();
          smallestB = packedB & -GROUP;
          nearestB = group + (packedB & (GROUP - 1)) * LANES + lane;
        }
      }
      for (int i = whole; i < n; i++) {
        float sumA = 0;
        float sumB = 0;
        for (int j = 0; j < d; j++) {
          float x = columns[columnsOffset + j * n + i] - rows[a + j];
          float y = columns[columnsOffset + j * n + i] - rows[b + j];
          sumA = Math.fma(x, x, sumA);
          sumB = Math.fma(y, y, sumB);
        }
        int bitsA = Float.floatToIntBits(sumA) & -GROUP;
        int bitsB = Float.floatToIntBits(sumB) & -GROUP;
        if (bitsA < smallestA) {
          smallestA = bitsA;
          nearestA = i;
        }
        if (bitsB < smallestB) {
          smallestB = bitsB;
          nearestB = i;
        }
      }
      out[row] = nearestA;
      out[second] = nearestB;
    }
  }
}
