/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {
  @TempDir Path directory;

  @Test
  void readsImagesAsVectors() throws IOException {
    Path file = gzip(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 127, 255, 4, 5, 6);
    assertThat(IdxFile.readVectors(file)).isDeepEqualTo(new float[][] {{0, 127, 255}, {4, 5, 6}});
  }

  @Test
  void readsLabelsAsVectorsOfOne() throws IOException {
    Path file = gzip(0, 0, 8, 1, 0, 0, 0, 2, 9, 3);
    assertThat(IdxFile.readVectors(file)).isDeepEqualTo(new float[][] {{9}, {3}});
  }

  @Test
  void namesTheProblemOfABadFile() throws IOException {
    assertRefused(gzip(0, 0, 13, 1, 0, 0, 0, 0), "is not an idx file of unsigned bytes.");
    assertRefused(gzip(0, 0, 8, 0), "is not an idx file of unsigned bytes.");
    assertRefused(gzip(0, 0, 8, 1, 0, 0, 0, 3, 1, 2), "ends too early; it may be cut off.");
    assertRefused(gzip(), "ends too early; it may be cut off.");
    assertRefused(gzip(0, 0, 8, 1, -1, -1, -1, -1), "which cannot be.");
    assertRefused(gzip(0, 0, 8, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0), "which cannot be.");
    assertRefused(Files.write(directory.resolve("plain"), new byte[100]), "is not gzipped");
    assertRefused(directory.resolve("none"), "does not exist.");
  }

  private Path gzip(int... bytes) throws IOException {
    Path file = directory.resolve("file.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (int b : bytes) {
        out.write(b);
      }
    }
    return file;
  }

  private static void assertRefused(Path file, String problem) {
    assertThatExceptionOfType(VectorFileException.class)
        .isThrownBy(() -> IdxFile.readVectors(file))
        .withMessageStartingWith(file.toString())
        .withMessageContaining(problem);
  }
}
