/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.table.CommitStore.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every {@link CommitStore} must do. Each test works on a table of its own. */
abstract class CommitStoreContract {

  private static final int WRITERS = 8;

  /** A store of the table under test; two calls give objects that share nothing but the table. */
  abstract CommitStore store() throws IOException;

  /** The bytes that a reader gets for a version file; empty when there is none. */
  abstract Optional<byte[]> read(String name) throws IOException;

  /** Makes a directory where the version file would be. */
  abstract void makeDirectory(String name) throws IOException;

  /** Names of files and directories inside {@code directory} of the table's metadata. */
  abstract List<String> list(String directory) throws IOException;

  /** How many times writers race for a name. */
  int rounds() {
    return 20;
  }

  @Test
  void publishesExactlyTheBytes() throws IOException {
    for (int size : new int[] {0, 1, 4_097, 3_000_000}) {
      String name = TableFiles.versionName(size + 1);
      assertThat(store().putIfAbsent(name, bytes(size, 5))).isEqualTo(Outcome.COMMITTED);
      assertThat(read(name)).hasValueSatisfying(b -> assertThat(b).isEqualTo(bytes(size, 5)));
    }
    assertThat(list("log")).hasSize(4);
    assertThat(list("tmp")).isEmpty();
  }

  @Test
  void aTakenNameIsAConflictAndStaysAsItIs() throws IOException {
    String name = TableFiles.versionName(1);
    store().putIfAbsent(name, bytes(10, 1));
    assertThat(store().putIfAbsent(name, bytes(10, 2))).isEqualTo(Outcome.CONFLICT);
    assertThat(store().putIfAbsent(name, bytes(10, 1))).isEqualTo(Outcome.CONFLICT);
    assertThat(read(name)).hasValueSatisfying(b -> assertThat(b).isEqualTo(bytes(10, 1)));
    assertThat(list("tmp")).isEmpty();
  }

  @Test
  void aDirectoryOfThatNameIsNotMovedInto() throws IOException {
    String name = TableFiles.versionName(1);
    makeDirectory(name);
    assertThat(store().putIfAbsent(name, bytes(10, 2))).isNotEqualTo(Outcome.COMMITTED);
    assertThat(list("log/" + name)).isEmpty();
  }

  @Test
  void ofManyWritersExactlyOneWins() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
    try {
      for (int round = 1; round <= rounds(); round++) {
        String name = TableFiles.versionName(round);
        CyclicBarrier start = new CyclicBarrier(WRITERS);
        List<Callable<Outcome>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          CommitStore store = store();
          byte[] bytes = bytes(1_000, writer);
          writers.add(
              () -> {
                start.await();
                return store.putIfAbsent(name, bytes);
              });
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<Outcome> writer : pool.invokeAll(writers)) {
          outcomes.add(writer.get());
        }
        assertThat(outcomes).containsOnlyOnce(Outcome.COMMITTED).doesNotContain(Outcome.UNKNOWN);
        int winner = outcomes.indexOf(Outcome.COMMITTED);
        assertThat(read(name))
            .hasValueSatisfying(b -> assertThat(b).isEqualTo(bytes(1_000, winner)));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aReaderSeesTheWholeFileOrNone() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      for (int round = 1; round <= 10; round++) {
        String name = TableFiles.versionName(round);
        byte[] bytes = bytes(500_000, round);
        AtomicBoolean done = new AtomicBoolean();
        Future<Integer> partial =
            pool.submit(
                () -> {
                  int torn = 0;
                  while (!done.get()) {
                    torn += read(name).filter(b -> !Arrays.equals(b, bytes)).isPresent() ? 1 : 0;
                  }
                  return torn;
                });
        try {
          assertThat(store().putIfAbsent(name, bytes)).isEqualTo(Outcome.COMMITTED);
        } finally {
          done.set(true);
        }
        assertThat(partial.get()).isZero();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  static byte[] bytes(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
