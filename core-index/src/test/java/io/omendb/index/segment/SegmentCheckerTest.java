/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.format.Resealed;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentCheckerTest {
  private static final int ROWS = 600;

  @TempDir Path dir;
  private Path file;

  @BeforeEach
  void build() throws IOException {
    file = dir.resolve("s.omx");
    Fixtures.build(
        file,
        Fixtures.clusteredRows(ROWS, 8, 5, 1),
        new IndexConfig(8, Metric.COSINE, 8, 40, 1.2f, 0, 1L),
        100);
  }

  @Test
  void healthyFileIsReportedAsSuch() throws IOException {
    SegmentChecker.Report report = SegmentChecker.check(file, 50, 1L);
    assertThat(report.healthy()).isTrue();
    assertThat(report.damages()).isEmpty();
    assertThat(report.unreachable()).isZero();
    assertThat(report.queries()).isEqualTo(50);
    assertThat(report.recallAt10()).isBetween(0.95, 1.0);
    assertThat(report.info().rows()).isEqualTo(ROWS);
  }

  @Test
  void everyDamagedPlaceIsReported() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Resealed sections = new Resealed(bytes);
    for (int section = 0; section < 4; section++) {
      bytes[(int) sections.section(section) + 9] ^= 1;
    }
    Files.write(file, bytes);
    SegmentChecker.Report report = SegmentChecker.check(file, 50, 1L);
    assertThat(report.healthy()).isFalse();
    assertThat(report.damages())
        .extracting(CorruptIndexException::section)
        .containsExactly("VECTORS", "TRANSFORM", "CODES", "GRAPH24");
  }

  @Test
  void rowsThatNothingLeadsToAreCounted() throws IOException {
    Resealed edit = new Resealed(Files.readAllBytes(file));
    int slotBytes = 3 * 8 * ROWS;
    for (int at = 0; at < slotBytes; at += Integer.BYTES) {
      edit.putInt(edit.section(3) + at, -1);
    }
    Files.write(file, edit.withChecksumsOfChunks());
    SegmentChecker.Report report = SegmentChecker.check(file, 10, 1L);
    assertThat(report.unreachable()).isEqualTo(ROWS - 1);
    assertThat(report.healthy()).isFalse();
    assertThat(report.recallAt10()).isEqualTo(1.0);
  }

  @Test
  void fileThatCannotBeReadAtAllIsAnException() throws IOException {
    Files.write(file, new byte[100]);
    assertThatThrownBy(() -> SegmentChecker.check(file, 10, 1L))
        .isInstanceOf(CorruptIndexException.class);
  }

  @Test
  void tinySegmentsAreHealthy() throws IOException {
    for (int rows = 0; rows < 3; rows++) {
      Fixtures.build(
          file, Fixtures.integerRows(rows, 3, 1), IndexConfig.defaults(3, Metric.L2), 100);
      assertThat(SegmentChecker.check(file, 10, 1L).healthy()).isTrue();
      assertThat(SegmentChecker.check(file, 10, 1L).recallAt10()).isEqualTo(1.0);
    }
  }
}
