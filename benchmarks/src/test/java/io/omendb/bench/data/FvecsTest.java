/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FvecsTest {
  @TempDir Path directory;

  @Test
  void returnsWhatWasWritten() throws IOException {
    float[][] vectors = new float[5_000][77];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i][i % 77] = i + 0.5f;
    }
    Path file = write(vectors);
    assertThat(Fvecs.readAll(file)).isDeepEqualTo(vectors);
    assertThat(Fvecs.readAll(file, 3)).isDeepEqualTo(Arrays.copyOf(vectors, 3));
  }

  @Test
  void hasTheLayoutThatOtherProgramsWrite() throws IOException {
    Path file = write(new float[][] {{1f, -2f}});
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.remaining()).isEqualTo(12);
    assertThat(bytes.getInt()).isEqualTo(2);
    assertThat(bytes.getFloat()).isEqualTo(1f);
    assertThat(bytes.getFloat()).isEqualTo(-2f);
  }

  @Test
  void continuesWhereItIsTold() throws IOException {
    Path file = write(new float[][] {{1f}, {2f}, {3f}});
    float[] vector = new float[1];
    try (Fvecs in = Fvecs.open(file)) {
      in.seek(2);
      assertThat(in.read(vector)).isTrue();
      assertThat(vector).containsExactly(3f);
      assertThat(in.read(vector)).isFalse();
      in.seek(0);
      assertThat(in.read(vector)).isTrue();
      assertThat(vector).containsExactly(1f);
    }
  }

  @Test
  void namesTheProblemOfABadFile() throws IOException {
    assertRefused(new byte[0], "is empty");
    assertRefused(new byte[] {4, 0, 0}, "ends before its first vector");
    assertRefused(new byte[] {0, 0, 0, 0}, "does not start with a length from 1");
    assertRefused(new byte[] {-1, -1, -1, -1}, "but with -1.");
    assertRefused(new byte[] {2, 0, 0, 0, 0, 0, 0}, "may be cut off");
    assertThatExceptionOfType(VectorFileException.class)
        .isThrownBy(() -> Fvecs.readAll(directory.resolve("none.fvecs")))
        .withMessageEndingWith("none.fvecs does not exist.");
  }

  @Test
  void refusesAVectorOfAnotherDimension() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(2).putFloat(1).putFloat(2).putInt(1).putFloat(1).putFloat(2);
    assertRefused(bytes.array(), "has dimension 2 at first but 1 in vector 1.");
  }

  private Path write(float[][] vectors) throws IOException {
    Path file = directory.resolve("vectors.fvecs");
    try (Fvecs.Writer writer = new Fvecs.Writer(file, vectors[0].length)) {
      for (float[] vector : vectors) {
        writer.write(vector);
      }
    }
    return file;
  }

  private void assertRefused(byte[] bytes, String problem) throws IOException {
    Path file = Files.write(directory.resolve("bad.fvecs"), bytes);
    assertThatExceptionOfType(VectorFileException.class)
        .isThrownBy(() -> Fvecs.readAll(file))
        .withMessageContaining("bad.fvecs")
        .withMessageContaining(problem);
  }
}
