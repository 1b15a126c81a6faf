/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RowCacheTest {
  @Property(tries = 100)
  void rowsAreThoseOfTheReader(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3000) int size,
      @ForAll @IntRange(min = 1, max = 300) int mostAtOnce) {
    Rows rows = Rows.gaussian(size, 3, seed);
    RowCache cache = new RowCache(rows, mostAtOnce);
    Random random = new Random(seed);
    int[] at = new int[mostAtOnce];
    for (int time = 0; time < 40; time++) {
      int n = Math.min(size, random.nextInt(mostAtOnce + 1));
      int[] ordinals = random.ints(0, size).distinct().limit(n).toArray();
      cache.read(Arrays.copyOf(ordinals, mostAtOnce), n, at);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < 3; j++) {
          assertThat(cache.rows()[at[i] * 3 + j]).isEqualTo(rows.values()[ordinals[i] * 3 + j]);
        }
      }
      if (random.nextInt(8) == 0) {
        cache.clear();
        Arrays.fill(cache.rows(), Float.NaN);
      }
    }
  }

  @Example
  void rowsThatAreThereAreNotReadAgain() {
    Rows rows = Rows.gaussian(100, 2, 1);
    RowCache cache = new RowCache(rows, 10);
    int[] at = new int[10];
    cache.read(new int[] {7, 0, 99}, 3, at);
    assertThat(Arrays.copyOf(at, 3)).containsExactly(0, 1, 2);
    rows.values()[0] = 5;
    cache.read(new int[] {99, 3, 0}, 3, at);
    assertThat(Arrays.copyOf(at, 3)).containsExactly(2, 3, 1);
    assertThat(cache.rows()[2]).isNotEqualTo(5f);
  }
}
