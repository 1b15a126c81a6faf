/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashSet;
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
      Set<Integer> model = new LinkedHashSet<>();
      for (int from = 0; from < nodes.size(); from += 7) {
        int[] chunk = toArray(nodes.subList(from, Math.min(nodes.size(), from + 7)));
        int[] fresh = Arrays.stream(chunk).filter(model::add).toArray();
        int count = visited.addAll(chunk, chunk.length);
        assertThat(Arrays.copyOf(chunk, count)).isEqualTo(fresh);
      }
      for (int node = 0; node < 200; node++) {
        assertThat(visited.contains(node)).isEqualTo(model.contains(node));
      }
      visited.clear();
    }
  }

  private static int[] toArray(List<Integer> nodes) {
    return nodes.stream().mapToInt(node -> node).toArray();
  }
}
