/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.vector.Kernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CandidateRecallTest {
  @Property(tries = 60)
  void countsTheNearestThatAreCandidates(
      @ForAll @IntRange(min = 1, max = 40) int d,
      @ForAll @IntRange(min = 1, max = 400) int n,
      @ForAll @IntRange(min = 0, max = 20) int sampled,
      @ForAll @IntRange(min = 1, max = 8) int near,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    Rows rows = Rows.gaussian(n, d, seed);
    int[] order = IntStream.range(0, n).map(i -> n - 1 - i).toArray();
    // Rows behind the first ones of the order are not neighbours.
    int count = Math.max(1, n - 3);
    int[] sample = Arrays.copyOf(order, Math.min(sampled, count));
    CandidateRecall recall =
        new CandidateRecall(rows, sample, order, count, near, new Phases(threads, () -> false));
    for (int s = 0; s < sample.length; s++) {
      int row = sample[s];
      long[] sorted =
          Arrays.stream(order, 0, count)
              .filter(other -> other != row)
              .mapToLong(
                  other ->
                      Candidate.pack(
                          Kernels.BEST.squaredL2(
                              rows.values(), row * d, rows.values(), other * d, d),
                          other))
              .sorted()
              .toArray();
      long[] candidates =
          Arrays.stream(sorted).filter(candidate -> random.nextInt(3) > 0).toArray();
      int expected = Math.min(near, sorted.length);
      assertThat(recall.expected(s)).isEqualTo(expected);
      // Rounding may put rows that are as far as the last one before or behind it.
      float last = expected == 0 ? 0 : Candidate.distance(sorted[expected - 1]);
      assertThat(recall.hits(s, candidates, candidates.length))
          .isBetween(
              closer(candidates, 0.9999f * last),
              Math.min(expected, closer(candidates, 1.0001f * last)));
    }
  }

  private static int closer(long[] candidates, float bound) {
    return (int) Arrays.stream(candidates).filter(c -> Candidate.distance(c) < bound).count();
  }
}
