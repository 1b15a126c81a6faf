/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.segment.Neighbors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TopKMergerTest {

  private record Hit(float distance, int segment, int ordinal) {}

  private static final Comparator<Hit> ORDER =
      Comparator.<Hit>comparingDouble(Hit::distance)
          .thenComparingInt(Hit::segment)
          .thenComparingInt(Hit::ordinal);

  @Property(tries = 500)
  void mergingSegmentsKeepsTheFirstKOfAll(
      @ForAll @Size(max = 6) List<@Size(max = 12) List<@IntRange(max = 8) Integer>> segments,
      @ForAll @IntRange(min = 1, max = 10) int k) {
    TopKMerger merger = new TopKMerger();
    merger.reset(3, k);
    List<Hit> all = new ArrayList<>();
    for (int s = 0; s < segments.size(); s++) {
      List<Hit> hits = new ArrayList<>();
      for (int ordinal = 0; ordinal < segments.get(s).size(); ordinal++) {
        hits.add(new Hit(segments.get(s).get(ordinal), s, ordinal));
      }
      hits.sort(ORDER);
      all.addAll(hits);
      Neighbors found = new Neighbors(1);
      hits.stream().limit(k).forEach(hit -> found.add(hit.ordinal(), hit.distance()));
      merger.merge(1, s, found);
    }

    all.sort(ORDER);
    List<Hit> expected = all.subList(0, Math.min(k, all.size()));
    List<Hit> merged = new ArrayList<>();
    for (int i = 0; i < merger.size(1); i++) {
      merged.add(new Hit(merger.distance(1, i), merger.segment(1, i), merger.ordinal(1, i)));
    }
    assertThat(merged).isEqualTo(expected);
    assertThat(merger.size(0)).isZero();
    assertThat(merger.size(2)).isZero();
  }

  @Property(tries = 50)
  void aResetForgetsEarlierBlocks(@ForAll @IntRange(min = 1, max = 5) int k) {
    TopKMerger merger = new TopKMerger();
    Neighbors found = new Neighbors(1);
    found.add(7, 1f);
    merger.reset(4, k);
    merger.merge(0, 0, found);
    merger.reset(2, k);
    assertThat(merger.size(0)).isZero();
    merger.merge(1, 3, found);
    assertThat(merger.ordinal(1, 0)).isEqualTo(7);
    assertThat(merger.segment(1, 0)).isEqualTo(3);
  }
}
