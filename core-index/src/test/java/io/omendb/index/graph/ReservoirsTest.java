/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Parallel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReservoirsTest {
  @Test
  void keepsTheClosestWithoutRepeatsWhateverTheOrder() {
    int size = 40_000;
    int capacity = 8;
    Reservoirs reservoirs = new Reservoirs(size, capacity);
    int[] watched = {0, 16_383, 16_384, 39_999};
    long[][] offers = new long[watched.length][200];
    SplittableRandom random = new SplittableRandom(1);
    for (long[] of : offers) {
      for (int i = 0; i < of.length; i++) {
        of[i] = Candidate.pack(random.nextInt(90), random.nextInt(3));
      }
    }
    for (int round = 0; round < 2; round++) {
      reservoirs.clear();
      int shift = round * 77;
      Parallel.forEach(
          3,
          watched.length * 200,
          i -> {
            int w = i % watched.length;
            reservoirs.offer(watched[w], offers[w][(i / watched.length + shift) % 200]);
          });
      for (int w = 0; w < watched.length; w++) {
        long[] kept = new long[capacity];
        assertThat(reservoirs.read(watched[w], kept)).isEqualTo(capacity);
        long[] expected = LongStream.of(offers[w]).distinct().sorted().limit(capacity).toArray();
        assertThat(kept).isEqualTo(expected);
      }
      assertThat(reservoirs.read(1, new long[capacity])).isZero();
    }
  }

  @Test
  void keepsAllWhenThereAreFew() {
    Reservoirs reservoirs = new Reservoirs(1, 5);
    reservoirs.offer(0, Candidate.pack(2, 7));
    reservoirs.offer(0, Candidate.pack(1, 9));
    long[] kept = new long[5];
    assertThat(reservoirs.read(0, kept)).isEqualTo(2);
    assertThat(Arrays.copyOf(kept, 2)).containsExactly(Candidate.pack(1, 9), Candidate.pack(2, 7));
  }
}
