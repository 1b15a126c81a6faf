/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.omendb.index.graph.GraphBuilder;
import io.omendb.index.quantization.TransformQuantizer;
import io.omendb.index.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentTest {
  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(Metric.class)
  void givesEveryRowBackBitForBit(Metric metric) throws IOException {
    float[][] rows = Fixtures.clusteredRows(500, 19, 5, 1);
    rows[3][4] = -0f;
    rows[7][2] = Float.MIN_VALUE;
    rows[8][18] = 1e-30f;
    Path file = dir.resolve("s.omx");
    for (int minGraphRows : new int[] {100, 1000}) {
      Fixtures.build(file, rows, IndexConfig.defaults(19, metric), minGraphRows);
      try (Segment segment = Segment.open(file)) {
        float[] row = new float[19];
        for (int i = 0; i < rows.length; i++) {
          segment.readVector(i, row);
          for (int j = 0; j < row.length; j++) {
            if (Float.floatToRawIntBits(row[j]) != Float.floatToRawIntBits(rows[i][j])) {
              fail("component %d of row %d is %s, not %s", j, i, row[j], rows[i][j]);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3, 100, 1",
    "1, 1, 100, 0",
    "99, 7, 100, 0",
    "500, 7, 100, 0",
    "500, 7, 100, 3",
    "1000, 300, 100, 0",
    "1000, 300, 100, 38"
  })
  void hasTheSizeOfTheFormula(int n, int d, int minGraphRows, int subspaces) throws IOException {
    Path file = dir.resolve("s.omx");
    SegmentInfo info =
        Fixtures.build(
            file,
            Fixtures.integerRows(n, d, 1),
            new IndexConfig(d, Metric.L2, 32, 100, 1.2f, subspaces, 42L),
            minGraphRows);
    long m = subspaces;
    long quantizer = 1024L * d;
    try (Segment segment = Segment.open(file)) {
      if (segment.quantizer() instanceof TransformQuantizer transform) {
        m = transform.codeBytes();
        quantizer =
            4L * d + (16L * transform.wideBlocks() + 32L * transform.narrowBlocks()) * (8 + d);
      } else if (segment.quantizer() != null) {
        m = segment.quantizer().codeBytes();
      }
    }
    long p = info.recall().points().size();
    long expected =
        n < minGraphRows
            ? 4096 + aligned(4L * n * d) + 12 + 2 * 24 + 4 * (chunks(4L * n * d) + 1) + 40
            : 4096
                + aligned(4L * n * d)
                + aligned(quantizer)
                + aligned(n * m)
                + aligned(3L * n * 32)
                + aligned(3L * n)
                + 12
                + 12 * p
                + 7 * 24
                + 4
                    * (chunks(4L * n * d)
                        + chunks(quantizer)
                        + chunks(n * m)
                        + chunks(3L * n * 32)
                        + chunks(3L * n)
                        + 1)
                + 40;
    assertThat(Files.size(file)).isEqualTo(expected).isEqualTo(info.fileBytes());
  }

  private static long aligned(long x) {
    return (x + 4095) / 4096 * 4096;
  }

  private static long chunks(long x) {
    return (x + (1 << 20) - 1) >> 20;
  }

  @Test
  void saysOfItselfWhatTheBuilderSaid() throws IOException {
    Path file = dir.resolve("s.omx");
    IndexConfig config = new IndexConfig(9, Metric.COSINE, 8, 20, 1.1f, 5, -7L);
    for (int minGraphRows : new int[] {50, 5000}) {
      SegmentInfo built =
          Fixtures.build(file, Fixtures.clusteredRows(400, 9, 3, 2), config, minGraphRows);
      CRC32C crc = new CRC32C();
      crc.update(Files.readAllBytes(file));
      assertThat(built.fileCrc32c()).isEqualTo((int) crc.getValue());
      assertThat(built.hasGraph()).isEqualTo(minGraphRows == 50);
      assertThat(built.config())
          .isEqualTo(
              config.withBuilder(
                  built.hasGraph() ? GraphBuilder.PARTITIONED : GraphBuilder.INCREMENTAL));
      assertThat(built.recall().points().isEmpty()).isEqualTo(!built.hasGraph());
      try (Segment verified = Segment.open(file);
          Segment trusted = Segment.openVerified(file)) {
        assertThat(verified.info()).isEqualTo(built);
        assertThat(trusted.info()).isEqualTo(built);
      }
    }
  }

  @Test
  void isValidWithoutRows() throws IOException {
    Path file = dir.resolve("s.omx");
    Fixtures.build(file, new float[0][], IndexConfig.defaults(3, Metric.L2), 4096);
    try (Segment segment = Segment.open(file)) {
      assertThat(segment.info().rows()).isZero();
      Neighbors out = new Neighbors(5);
      segment
          .newSearcher()
          .search(new float[3], 5, new SearchParams(10), null, out, new SearchStats());
      assertThat(out.size()).isZero();
      assertThatThrownBy(() -> segment.readVector(0, new float[3]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void throwsWhenItIsUsedAfterClose() throws IOException {
    Path file = dir.resolve("s.omx");
    Fixtures.build(file, Fixtures.integerRows(10, 3, 1), IndexConfig.defaults(3, Metric.L2), 4096);
    Segment segment = Segment.open(file);
    SegmentSearcher searcher = segment.newSearcher();
    segment.close();
    segment.close();
    assertThatThrownBy(() -> segment.readVector(0, new float[3]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("s.omx was closed");
    assertThatThrownBy(
            () ->
                searcher.search(
                    new float[3],
                    1,
                    new SearchParams(1),
                    null,
                    new Neighbors(1),
                    new SearchStats()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(segment.info().rows()).isEqualTo(10);
  }
}
