/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IvecsTest {
  @TempDir Path directory;

  @Test
  void returnsWhatWasWritten() throws IOException {
    int[][] rows = {{3, 1, 2}, {Integer.MAX_VALUE, 0, -1}};
    Path file = directory.resolve("truth.ivecs");
    Ivecs.write(file, rows);
    assertThat(Ivecs.readAll(file)).isDeepEqualTo(rows);
    assertThat(Files.size(file)).isEqualTo(2 * 16);
  }

  @Test
  void refusesRowsOfDifferentLengths() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(1).putInt(7).putInt(2).putInt(8);
    Path file = Files.write(directory.resolve("truth.ivecs"), bytes.array());
    assertThatExceptionOfType(VectorFileException.class)
        .isThrownBy(() -> Ivecs.readAll(file))
        .withMessageEndingWith("has rows of different lengths, the first is row 1.");
  }

  @Test
  void refusesAFileThatIsCutOff() throws IOException {
    Path file = Files.write(directory.resolve("truth.ivecs"), new byte[] {2, 0, 0, 0, 1, 0, 0, 0});
    assertThatExceptionOfType(VectorFileException.class)
        .isThrownBy(() -> Ivecs.readAll(file))
        .withMessageContaining("8 bytes, which is not a whole number of records of 2 values");
  }

  @Test
  void saysWhenTheFileDoesNotExist() {
    assertThatExceptionOfType(VectorFileException.class)
        .isThrownBy(() -> Ivecs.readAll(directory.resolve("none.ivecs")))
        .withMessageEndingWith("none.ivecs does not exist.");
  }
}
