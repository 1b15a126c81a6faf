/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VisitedSetTest {
  private final VisitedSet visited = new VisitedSet(200);

  @Property
  void behavesLikeASetAndIsEmptyAfterClear(
      @ForAll List<@IntRange(max = 199) Integer> first,
      @ForAll List<@IntRange(max = 199) Integer> second) {
    for (List<Integer> nodes : List.of(first, second)) {
      Set<Integer> model = new HashSet<>();
      for (int node : nodes) {
        assertThat(visited.add(node)).isEqualTo(model.add(node));
      }
      visited.clear();
    }
  }
}
