/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.quantization;

import java.util.SplittableRandom;

/** Sampling without replacement. */
final class Sampling {
  private Sampling() {}

  /**
   * {@code count} distinct numbers below {@code n} in ascending order, each set equally likely
   * (selection sampling: Knuth, The Art of Computer Programming 2, algorithm S).
   */
  static int[] ordinals(int n, int count, SplittableRandom random) {
    int[] chosen = new int[count];
    int taken = 0;
    for (int i = 0; taken < chosen.length; i++) {
      if (random.nextInt(n - i) < chosen.length - taken) {
        chosen[taken++] = i;
      }
    }
    return chosen;
  }
}
