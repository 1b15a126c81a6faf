/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class RecallTest {
  @Test
  void countsWhatBothHaveInAnyOrder() {
    assertThat(Recall.hits(new int[] {1, 2, 3}, new int[] {3, 9, 1}, 3)).isEqualTo(2);
  }

  @Test
  void looksAtTheFirstKOnly() {
    assertThat(Recall.hits(new int[] {1, 2, 3}, new int[] {3, 1, 2}, 1)).isZero();
    assertThat(Recall.hits(new int[] {1, 2, 3}, new int[] {1, 5, 6}, 1)).isOne();
  }

  @Test
  void missingAnswersAreNoHits() {
    assertThat(Recall.hits(new int[] {-1, 2}, new int[] {-1, -1}, 2)).isZero();
  }

  @Test
  void isTheMeanOverQueries() {
    int[][] truth = {{1, 2}, {3, 4}};
    assertThat(Recall.at(truth, truth, 2)).isEqualTo(1.0);
    assertThat(Recall.at(truth, new int[][] {{1, 2}, {5, 4}}, 2)).isEqualTo(0.75);
    assertThat(Recall.at(truth, new int[][] {{2, 1}}, 2)).isEqualTo(1.0);
    assertThat(Recall.at(truth, new int[0][], 2)).isZero();
  }

  @Property
  void everySetHasFullRecallOfItself(@ForAll @Size(5) @UniqueElements List<Integer> ordinals) {
    int[] set = ordinals.stream().mapToInt(i -> i & Integer.MAX_VALUE).distinct().toArray();
    assertThat(Recall.hits(set, set, set.length)).isEqualTo(set.length);
  }
}
