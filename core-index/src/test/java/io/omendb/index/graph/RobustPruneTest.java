/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RobustPruneTest {
  private static final int CAPACITY = 60;

  /** The definition, on all pairs at once. */
  private static List<Integer> naive(Rows rows, int p, int[] sorted, int maxDegree, float alpha) {
    List<Integer> kept = new ArrayList<>();
    for (float factor : alpha > 1f ? new float[] {1f, alpha} : new float[] {1f}) {
      for (int j = 0; j < sorted.length && kept.size() < maxDegree; j++) {
        boolean occluded = kept.contains(j);
        for (int i : kept) {
          float between = rows.distance(sorted[i], sorted[j]);
          occluded |= i < j && (between == 0f || rows.distance(p, sorted[j]) > factor * between);
        }
        if (!occluded) {
          kept.add(j);
        }
      }
    }
    return kept.stream().sorted().map(j -> sorted[j]).toList();
  }

  private static int[] prune(Rows rows, int p, int[] sorted, int maxDegree, float alpha) {
    long[] candidates = new long[sorted.length];
    float[] vectors = new float[sorted.length * rows.dimension()];
    for (int i = 0; i < sorted.length; i++) {
      candidates[i] = Candidate.pack(rows.distance(p, sorted[i]), sorted[i]);
      rows.read(sorted[i], vectors, i * rows.dimension());
    }
    int[] slots = IntStream.range(0, sorted.length).toArray();
    int[] kept = new int[maxDegree];
    RobustPrune prune = new RobustPrune(rows.dimension(), maxDegree, alpha, CAPACITY);
    return Arrays.copyOf(kept, prune.prune(candidates, sorted.length, vectors, slots, kept));
  }

  /** All rows but the last, by distance from the last. */
  private static int[] others(Rows rows) {
    return Arrays.stream(rows.nearest(rows, rows.size() - 1, rows.size()))
        .filter(row -> row != rows.size() - 1)
        .toArray();
  }

  @Property(tries = 500)
  void keepsWhatTheDefinitionKeeps(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = CAPACITY) int count,
      @ForAll @IntRange(min = 1, max = 9) int dimension,
      @ForAll @IntRange(min = 1, max = 30) int bound,
      @ForAll @IntRange(min = 4, max = 20) int maxDegree,
      @ForAll @IntRange(min = 10, max = 20) int tenAlpha) {
    Rows rows = Rows.integers(count + 1, dimension, bound, seed);
    int[] sorted = others(rows);
    int[] kept = prune(rows, count, sorted, maxDegree, tenAlpha / 10f);
    assertThat(kept)
        .containsExactly(
            naive(rows, count, sorted, maxDegree, tenAlpha / 10f).stream()
                .mapToInt(i -> i)
                .toArray())
        .hasSizeLessThanOrEqualTo(maxDegree)
        .doesNotHaveDuplicates()
        .startsWith(sorted[0]);
  }

  @Example
  void oneCopyOfSeveralIsKept() {
    Rows rows = new Rows(new float[] {3, 3, 3, 9, 9, -4, 0}, 1);
    assertThat(prune(rows, 6, new int[] {0, 1, 2, 5, 3, 4}, 8, 2f)).containsExactly(0, 5);
  }

  @Example
  void aCopyOfTheRowItselfLeavesRoomForOthers() {
    Rows rows = new Rows(new float[] {0, 0, 5, -7, 0}, 1);
    assertThat(prune(rows, 4, new int[] {0, 1, 2, 3}, 8, 1.2f)).containsExactly(0, 2, 3);
  }

  @Example
  void alphaKeepsEdgesThatTheNeighbourhoodGraphAloneWouldDrop() {
    // Row 0 is at 100 from row 2, row 1 at 185, and they are at 125 from each other: 185 / 125 =
    // 1.48.
    Rows rows = new Rows(new float[] {10, 0, 8, 11, 0, 0}, 2);
    assertThat(prune(rows, 2, new int[] {0, 1}, 8, 1f)).containsExactly(0);
    assertThat(prune(rows, 2, new int[] {0, 1}, 8, 1.6f)).containsExactly(0, 1);
  }
}
