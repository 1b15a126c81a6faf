/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.segment.BuildControl;
import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.SegmentBuilder;
import io.omendb.index.segment.SegmentInfo;
import io.omendb.index.vector.Metric;
import io.omendb.spark.error.CorruptDataException;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.table.SegmentEntry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SegmentCacheTest {

  private static final int ROWS = 200;
  private static final int DIMENSION = 16;
  private static final UUID TABLE = UUID.randomUUID();

  @TempDir Path dir;

  private final Configuration conf = RemoteFileSystem.configuration();

  @BeforeEach
  void reset() {
    RemoteFileSystem.OPENED.set(0);
    RemoteFileSystem.gate = new CountDownLatch(0);
    RemoteFileSystem.reached = new CountDownLatch(1);
  }

  /** A segment in which every component of row i is {@code first + i}. */
  private SegmentFile segment(String scheme, float first) throws IOException {
    UUID id = UUID.randomUUID();
    Files.createDirectories(dir.resolve("seg"));
    SegmentInfo info;
    try (SegmentBuilder builder =
        SegmentBuilder.create(
            dir.resolve("seg/" + id + ".omx"),
            IndexConfig.defaults(DIMENSION, Metric.L2),
            TABLE,
            id)) {
      float[] row = new float[DIMENSION];
      for (int i = 0; i < ROWS; i++) {
        Arrays.fill(row, first + i);
        builder.add(row);
      }
      info = builder.finish(BuildControl.singleThreaded());
    }
    return new SegmentFile(
        scheme + ":" + dir.toUri().getPath(),
        TABLE,
        new SegmentEntry(
            id,
            info.rows(),
            info.fileBytes(),
            info.fileCrc32c(),
            null,
            null,
            info.hasGraph(),
            info.recall()));
  }

  private Path path(SegmentFile file) {
    return dir.resolve("seg/" + file.entry().id() + ".omx");
  }

  private static SegmentCache cache(long maxBytes) {
    return new SegmentCache(maxBytes, new SegmentOpener());
  }

  private static float firstOf(SegmentHandle handle) {
    float[] row = new float[DIMENSION];
    handle.segment().readVector(0, row);
    return row[DIMENSION - 1];
  }

  private void flipByte(SegmentFile file, long position) throws IOException {
    byte[] bytes = Files.readAllBytes(path(file));
    bytes[(int) position] ^= 1;
    Files.write(path(file), bytes);
  }

  @Test
  void concurrentTasksShareOneCopy() throws Exception {
    SegmentFile file = segment("remote", 7);
    SegmentCache cache = cache(Long.MAX_VALUE);
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    List<Future<Float>> answers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      answers.add(
          tasks.submit(
              () -> {
                try (SegmentHandle handle = cache.open(file, conf)) {
                  return firstOf(handle);
                }
              }));
    }
    for (Future<Float> answer : answers) {
      assertThat(answer.get()).isEqualTo(7f);
    }
    tasks.shutdown();
    assertThat(RemoteFileSystem.OPENED).hasValue(1);
    assertThat(cache.usage()).containsExactly(1, file.entry().bytes());
  }

  @Test
  void copiesInUseStayAndIdleOnesMakeRoom() throws IOException {
    SegmentFile a = segment("remote", 1);
    SegmentFile b = segment("remote", 2);
    SegmentFile c = segment("remote", 3);
    SegmentCache cache = cache(2 * a.entry().bytes());
    SegmentHandle ofA = cache.open(a, conf);
    cache.open(b, conf).close();
    SegmentHandle ofC = cache.open(c, conf);

    assertThat(firstOf(ofA)).isEqualTo(1f);
    assertThat(firstOf(ofC)).isEqualTo(3f);
    assertThatThrownBy(() -> cache.open(b, conf))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("spark.omendb.cache.maxBytes")
        .hasMessageContaining(b.entry().id().toString());
    ofA.close();
    ofA.close();
    try (SegmentHandle ofB = cache.open(b, conf)) {
      assertThat(firstOf(ofB)).isEqualTo(2f);
    }
    assertThat(RemoteFileSystem.OPENED).hasValue(4);
    assertThat(cache.usage()).containsExactly(2, 2 * a.entry().bytes());
    ofC.close();
  }

  @Test
  @Timeout(60)
  void aKilledTaskDoesNotFailTheOnesThatWaitWithIt() throws Exception {
    SegmentFile file = segment("remote", 5);
    SegmentCache cache = cache(Long.MAX_VALUE);
    RemoteFileSystem.gate = new CountDownLatch(1);
    FutureTask<SegmentHandle> killed = new FutureTask<>(() -> cache.open(file, conf));
    Thread thread = new Thread(killed);
    thread.start();
    RemoteFileSystem.reached.await();
    FutureTask<SegmentHandle> waiting = new FutureTask<>(() -> cache.open(file, conf));
    new Thread(waiting).start();
    thread.interrupt();

    assertThatThrownBy(killed::get).hasCauseInstanceOf(InterruptedIOException.class);
    RemoteFileSystem.gate.countDown();
    try (SegmentHandle handle = waiting.get()) {
      assertThat(firstOf(handle)).isEqualTo(5f);
    }
    assertThat(RemoteFileSystem.OPENED).hasValue(1);
  }

  @Test
  void aDamagedFileIsNeverOpenedAndIsTriedAgainLater() throws IOException {
    for (String scheme : List.of("file", "remote")) {
      SegmentFile file = segment(scheme, 1);
      SegmentCache cache = cache(Long.MAX_VALUE);
      long middle = file.entry().bytes() / 2;
      flipByte(file, middle);
      assertThatThrownBy(() -> cache.open(file, conf))
          .hasMessageContaining(file.entry().id().toString());
      assertThat(cache.usage()).containsExactly(0, 0);
      flipByte(file, middle);
      try (SegmentHandle handle = cache.open(file, conf)) {
        assertThat(firstOf(handle)).isEqualTo(1f);
      }
    }
  }

  @Test
  void aLocalFileThatChangesAfterItWasVerifiedIsVerifiedAgain() throws IOException {
    SegmentFile file = segment("file", 1);
    SegmentCache cache = cache(Long.MAX_VALUE);
    SegmentHandle before = cache.open(file, conf);
    flipByte(file, file.entry().bytes() - 100);

    assertThatThrownBy(() -> cache.open(file, conf))
        .hasMessageContaining(file.entry().id().toString());
    before.close();
  }

  @Test
  void missingAndForeignFilesAreNamed() throws IOException {
    SegmentCache cache = cache(Long.MAX_VALUE);
    for (String scheme : List.of("file", "remote")) {
      SegmentFile missing = segment(scheme, 1);
      Files.delete(path(missing));
      assertThatThrownBy(() -> cache.open(missing, conf))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("does not exist")
          .hasMessageContaining(missing.entry().id().toString());

      SegmentFile mine = segment(scheme, 2);
      Files.copy(path(segment(scheme, 3)), path(mine), StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> cache.open(mine, conf))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("is not the one that the table lists");

      SegmentFile shortened = segment(scheme, 4);
      try (FileChannel channel = FileChannel.open(path(shortened), StandardOpenOption.WRITE)) {
        channel.truncate(shortened.entry().bytes() - 1);
      }
      assertThatThrownBy(() -> cache.open(shortened, conf))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining((shortened.entry().bytes() - 1) + " bytes");
    }
  }

  @Test
  void aTruncatedMappingFailsTheTaskAndIsOpenedAnew() throws IOException {
    SegmentFile file = segment("file", 1);
    SegmentCache cache = cache(Long.MAX_VALUE);
    byte[] good = Files.readAllBytes(path(file));
    try (SegmentHandle handle = cache.open(file, conf)) {
      Files.write(path(file), new byte[0]);
      float[] row = new float[DIMENSION];
      assertThatThrownBy(
              () -> {
                try {
                  for (int i = 0; i < ROWS; i++) {
                    handle.segment().readVector(i, row);
                  }
                } catch (InternalError e) {
                  throw handle.unreadable(e);
                }
              })
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining(file.entry().id().toString());
    }
    Files.write(path(file), good);
    try (SegmentHandle handle = cache.open(file, conf)) {
      assertThat(firstOf(handle)).isEqualTo(1f);
    }
  }

  @Test
  void manyTasksOverMoreSegmentsThanFitReadWhatWasWritten() throws Exception {
    List<SegmentFile> files = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      files.add(segment("remote", 1000f * i));
    }
    SegmentCache cache = cache(10 * files.get(0).entry().bytes());
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    List<Future<Integer>> done = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int seed = t;
      done.add(
          tasks.submit(
              () -> {
                Random random = new Random(seed);
                for (int i = 0; i < 60; i++) {
                  int which = random.nextInt(files.size());
                  try (SegmentHandle handle = cache.open(files.get(which), conf)) {
                    assertThat(firstOf(handle)).isEqualTo(1000f * which);
                  }
                }
                return seed;
              }));
    }
    for (Future<Integer> one : done) {
      one.get();
    }
    tasks.shutdown();
    assertThat(cache.usage()[1]).isLessThanOrEqualTo(10 * files.get(0).entry().bytes());
  }
}
