/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.VectorReader;
import java.io.InterruptedIOException;
import java.util.Arrays;

/**
 * Finds rows that are copies of others. In a partition copies would crowd out everything else: the
 * nearest of a row would be its own copies.
 */
final class Copies {
  private static final int ROWS_PER_STEP = 256;

  private final VectorReader vectors;
  private final Phases phases;

  Copies(VectorReader vectors, Phases phases) {
    this.vectors = vectors;
    this.phases = phases;
  }

  /** Bytes needed for {@code size} rows. */
  static long bytes(int size, int dimension, int threads) {
    return 12L * size + 8L * dimension * (threads + 1);
  }

  /**
   * Moves copies of earlier rows to the end of {@code order[0 .. count)}, else keeping the order.
   *
   * @return how many rows are not moved
   */
  int moveBehind(int[] order, int count) throws InterruptedIOException {
    long[] keys = new long[count];
    float[][] row = new float[phases.threads()][vectors.dimension()];
    phases.run(
        count,
        ROWS_PER_STEP,
        (thread, i) -> {
          vectors.read(order[i], row[thread], 0);
          keys[i] = ((long) hash(row[thread]) << 32) | i;
        });
    Arrays.sort(keys);
    int[] copies = new int[count];
    int found = 0;
    float[] first = row[0];
    float[] second = new float[first.length];
    for (int k = 1; k < count; k++) {
      if (keys[k] >> 32 == keys[k - 1] >> 32) {
        vectors.read(order[(int) keys[k - 1]], first, 0);
        vectors.read(order[(int) keys[k]], second, 0);
        if (equal(first, second)) {
          copies[found++] = (int) keys[k];
        }
      }
    }
    Arrays.sort(copies, 0, found);
    return separate(order, count, copies, found);
  }

  private static int separate(int[] order, int count, int[] copies, int found) {
    int kept = 0;
    int next = 0;
    for (int i = 0; i < count; i++) {
      if (next < found && copies[next] == i) {
        copies[next++] = order[i];
      } else {
        order[kept++] = order[i];
      }
    }
    System.arraycopy(copies, 0, order, kept, found);
    return kept;
  }

  private static boolean equal(float[] a, float[] b) {
    for (int j = 0; j < a.length; j++) {
      if (a[j] != b[j]) {
        return false;
      }
    }
    return true;
  }

  /** Zeros of both signs are equal and have the same hash. */
  private static int hash(float[] row) {
    long even = 1;
    long odd = 1;
    for (int j = 0; j < row.length; j += 2) {
      even = (even ^ Float.floatToRawIntBits(row[j] + 0f)) * 0x9E3779B97F4A7C15L;
      even ^= even >>> 32;
      if (j + 1 < row.length) {
        odd = (odd ^ Float.floatToRawIntBits(row[j + 1] + 0f)) * 0xC2B2AE3D27D4EB4FL;
        odd ^= odd >>> 32;
      }
    }
    return (int) (((even + Long.rotateLeft(odd, 32)) * 0x9E3779B97F4A7C15L) >>> 32);
  }
}
