/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  /** The smallest piece that every system can map. */
  private static final int SHIFT = 16;

  @TempDir Path dir;
  private Path file;
  private byte[] content;

  @BeforeEach
  void write() throws IOException {
    content = new byte[3 * (1 << SHIFT) + 1000];
    new Random(1).nextBytes(content);
    file = Files.write(dir.resolve("f"), content);
  }

  private MappedFile map() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return MappedFile.map(channel, file.toString(), content.length, SHIFT);
    }
  }

  @Test
  void readsWithinAndAcrossPieces() throws IOException {
    ByteBuffer expected = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(2);
    try (MappedFile mapped = map()) {
      for (int i = 0; i < 2000; i++) {
        int n = random.nextInt(i % 10 == 0 ? 40_000 : 50);
        int offset = random.nextInt((content.length - 4 * n) / 4) * 4;
        byte[] bytes = new byte[4 * n + 2];
        int[] ints = new int[n + 2];
        float[] floats = new float[n + 2];
        mapped.getBytes(offset, bytes, 1, 4 * n);
        mapped.getInts(offset, ints, 1, n);
        mapped.getFloats(offset, floats, 1, n);
        int[] bits = new int[n];
        expected.slice(offset, 4 * n).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(bits);
        float[] values = new float[n];
        expected.slice(offset, 4 * n).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        assertThat(Arrays.equals(ints, 1, n + 1, bits, 0, n)).isTrue();
        assertThat(Arrays.equals(floats, 1, n + 1, values, 0, n)).isTrue();
        assertThat(Arrays.equals(bytes, 1, 4 * n + 1, content, offset, offset + 4 * n)).isTrue();
        assertThat(ints[0] | ints[n + 1] | bytes[0] | bytes[4 * n + 1]).isZero();
      }
    }
  }

  @Test
  void readsThreeByteNumbersWithinAndAcrossPiecesUpToTheEnd() throws IOException {
    Random random = new Random(3);
    try (MappedFile mapped = map()) {
      for (int i = 0; i < 2000; i++) {
        int n = random.nextInt(64);
        int offset =
            switch (i % 3) {
              case 0 -> (1 << SHIFT) - random.nextInt(200);
              case 1 -> content.length - 3 * n;
              default -> random.nextInt(content.length - 3 * n);
            };
        int[] numbers = new int[n + 1];
        mapped.getUnsigned24(offset, numbers, n);
        for (int j = 0; j < n; j++) {
          int at = offset + 3 * j;
          int expected =
              (content[at] & 255) | (content[at + 1] & 255) << 8 | (content[at + 2] & 255) << 16;
          assertThat(numbers[j]).isEqualTo(expected);
        }
        assertThat(numbers[n]).isZero();
      }
      assertThatThrownBy(() -> mapped.getUnsigned24(content.length - 5, new int[2], 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void refusesOffsetsOutsideOfTheFile() throws IOException {
    try (MappedFile mapped = map()) {
      for (long offset : new long[] {-4, content.length, content.length + 4L, Long.MAX_VALUE - 3}) {
        assertThatThrownBy(() -> mapped.getBytes(offset, new byte[4], 0, 4))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> mapped.getInts(offset, new int[1], 0, 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> mapped.getFloats(offset, new float[1], 0, 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(() -> mapped.getBytes(content.length - 2, new byte[4], 0, 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> mapped.getBytes(0, new byte[4], 0, -1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void prefetchesRecordsOfAnySizeFromAllPieces() throws IOException {
    Random random = new Random(4);
    try (MappedFile mapped = map()) {
      for (int recordBytes : new int[] {1, 4, 63, 64, 65, 116, 3136, 1 << SHIFT}) {
        int base = random.nextInt(200);
        int records = (content.length - base) / recordBytes;
        int[] ordinals = random.ints(100, 0, records).toArray();
        ordinals[50] = records - 1;
        mapped.prefetch(base, recordBytes, ordinals, 0, 100);
        mapped.prefetch(base, recordBytes, ordinals, 50, 50);
        ordinals[70] = records + 2 + (1 << SHIFT) / recordBytes;
        assertThatThrownBy(() -> mapped.prefetch(base, recordBytes, ordinals, 60, 80))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void refusesToMapBeyondTheEnd() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      assertThatThrownBy(() -> MappedFile.map(channel, "f", content.length + 1L))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot map");
    }
  }

  @Test
  void staysMappedWhileAReaderHoldsIt() throws IOException {
    MappedFile mapped = map();
    mapped.acquire();
    mapped.close();
    byte[] bytes = new byte[8];
    mapped.getBytes(0, bytes, 0, 8);
    assertThat(bytes).startsWith(content[0], content[1]);
    assertThatThrownBy(mapped::acquire)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was closed");
    mapped.release();
    assertThatThrownBy(() -> mapped.getBytes(0, bytes, 0, 8))
        .isInstanceOf(IllegalStateException.class);
    mapped.close();
  }

  @Test
  void throwsOnEveryReadAfterClose() throws IOException {
    MappedFile mapped = map();
    mapped.close();
    mapped.close();
    assertThatThrownBy(mapped::acquire).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> mapped.getBytes(0, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> mapped.getInts(0, new int[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> mapped.getFloats(0, new float[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> mapped.prefetch(0, 1, new int[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void unmapsAtOnceWhenClosed() throws IOException {
    MappedFile mapped = map();
    Path maps = Path.of("/proc/self/maps");
    if (Files.exists(maps)) {
      assertThat(Files.readString(maps)).contains(file.toString());
      mapped.close();
      assertThat(Files.readString(maps)).doesNotContain(file.toString());
    }
    mapped.close();
  }

  @Test
  void readersThatRaceWithCloseSeeDataOrAnException() throws Exception {
    for (int round = 0; round < 200; round++) {
      MappedFile mapped = map();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      CountDownLatch running = new CountDownLatch(3);
      Thread[] readers = new Thread[3];
      for (int t = 0; t < readers.length; t++) {
        readers[t] =
            new Thread(
                () -> {
                  byte[] bytes = new byte[64];
                  running.countDown();
                  try {
                    while (true) {
                      mapped.acquire();
                      try {
                        mapped.getBytes(100, bytes, 0, 64);
                      } finally {
                        mapped.release();
                      }
                      if (bytes[63] != content[163]) {
                        failure.set(new AssertionError("wrong byte"));
                        return;
                      }
                    }
                  } catch (IllegalStateException closed) {
                    return;
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
        readers[t].start();
      }
      running.await();
      mapped.close();
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(failure.get()).isNull();
    }
  }
}
