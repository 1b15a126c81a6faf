/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.bench.data.Fvecs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFiltersTest {
  @TempDir Path directory;

  @Test
  void passTheWantedShareAndASliceIsAnInterval() throws IOException {
    Path file = directory.resolve("line.fvecs");
    try (Fvecs.Writer writer = new Fvecs.Writer(file, 1)) {
      for (int i = 0; i < 1000; i++) {
        writer.write(new float[] {i});
      }
    }
    RowFilters filters;
    try (Fvecs vectors = Fvecs.open(file)) {
      filters = new RowFilters(vectors);
    }
    for (RowFilters.Kind kind : RowFilters.Kind.values()) {
      assertThat(filters.accept(kind, 0.1).cardinality()).isEqualTo(100);
      assertThat(filters.accept(kind, 0.0001).cardinality()).isEqualTo(1);
    }
    BitSet slice = filters.accept(RowFilters.Kind.SLICE, 0.1);
    assertThat(slice.length() - slice.nextSetBit(0)).isEqualTo(100);
    BitSet random = filters.accept(RowFilters.Kind.RANDOM, 0.1);
    assertThat(random.length() - random.nextSetBit(0)).isGreaterThan(500);
  }
}
