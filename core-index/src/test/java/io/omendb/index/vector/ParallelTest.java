/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ParallelTest {
  @Test
  void runsEveryIndexOnce() {
    for (int threads : new int[] {1, 2, 5}) {
      for (int n : new int[] {0, 1, 3, 1000}) {
        AtomicIntegerArray runs = new AtomicIntegerArray(n);
        Parallel.forEach(threads, n, runs::incrementAndGet);
        for (int i = 0; i < n; i++) {
          assertThat(runs.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void usesAsManyThreadsAsAskedForAndTheCallerIsOneOfThem() {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    CountDownLatch allStarted = new CountDownLatch(3);
    Parallel.forEach(
        3,
        3,
        i -> {
          seen.add(Thread.currentThread());
          allStarted.countDown();
          awaitUninterrupted(allStarted);
        });
    assertThat(seen).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void throwsTheFailureAndStartsNothingAfterIt() {
    for (int threads : new int[] {1, 4}) {
      AtomicIntegerArray runs = new AtomicIntegerArray(100_000);
      assertThatThrownBy(
              () ->
                  Parallel.forEach(
                      threads,
                      runs.length(),
                      i -> {
                        runs.incrementAndGet(i);
                        if (i == 3) {
                          throw new IllegalStateException("index 3");
                        }
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("index 3");
      if (threads == 1) {
        assertThat(runs.get(4)).isZero();
      }
    }
    assertThatThrownBy(
            () ->
                Parallel.forEach(
                    2,
                    2,
                    i -> {
                      throw new OutOfMemoryError("asked for");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void anInterruptStaysPendingAndDoesNotLoseWork() {
    AtomicIntegerArray runs = new AtomicIntegerArray(50);
    Thread.currentThread().interrupt();
    Parallel.forEach(3, 50, runs::incrementAndGet);
    assertThat(Thread.interrupted()).isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
  }

  @Test
  void refusesLessThanOneThread() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parallel.forEach(0, 1, i -> {}))
        .withMessageContaining("0");
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
