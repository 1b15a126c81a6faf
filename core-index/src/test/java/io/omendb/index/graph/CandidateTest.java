/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CandidateTest {
  @Property
  void orderIsDistanceThenOrdinal(
      @ForAll float a, @ForAll @IntRange int i, @ForAll float b, @ForAll @IntRange int j) {
    int expected = Float.compare(a, b) != 0 ? Float.compare(a, b) : Integer.compare(i, j);
    int actual = Long.compare(Candidate.pack(a, i), Candidate.pack(b, j));
    assertThat(Integer.signum(actual)).isEqualTo(Integer.signum(expected));
  }

  @Property
  void aMarkedCandidateKeepsItsDistanceOrdinalAndPlace(
      @ForAll float distance, @ForAll @IntRange int ordinal) {
    long marked = Candidate.pack(distance, ordinal) | Candidate.MARK;
    assertThat(Candidate.distance(marked)).isEqualTo(distance);
    assertThat(Candidate.ordinal(marked)).isEqualTo(ordinal);
    if (ordinal < Integer.MAX_VALUE) {
      assertThat(marked).isLessThan(Candidate.pack(distance, ordinal + 1));
    }
  }
}
