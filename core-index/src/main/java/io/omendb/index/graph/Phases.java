/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import io.omendb.index.vector.Parallel;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Runs the phases of a build, one after the other, on its threads, until it is cancelled. */
final class Phases {
  private final int threads;
  private final BooleanSupplier cancelled;

  /**
   * @param threads at least 1
   * @param cancelled polled before every chunk, by any thread
   */
  Phases(int threads, BooleanSupplier cancelled) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    this.threads = threads;
    this.cancelled = cancelled;
  }

  /** One piece of a phase; its result must depend neither on the thread nor on other pieces. */
  interface Step {
    /**
     * @param thread below {@link Phases#threads}, for scratch memory
     * @param index of the piece
     */
    void run(int thread, int index);
  }

  /** Threads of a phase. */
  int threads() {
    return threads;
  }

  /**
   * Runs steps 0 to count - 1 in chunks and returns when all are done.
   *
   * @throws InterruptedIOException when cancelled
   */
  void run(int count, int chunk, Step step) throws InterruptedIOException {
    AtomicInteger nextChunk = new AtomicInteger();
    AtomicBoolean stopped = new AtomicBoolean();
    int chunks = (int) (((long) count + chunk - 1) / chunk);
    Parallel.forEach(
        threads,
        Math.min(threads, chunks),
        thread -> {
          for (int c = nextChunk.getAndIncrement(); c < chunks; c = nextChunk.getAndIncrement()) {
            if (stopped.get() || cancelled.getAsBoolean()) {
              stopped.set(true);
              return;
            }
            int end = (int) Math.min(count, (c + 1L) * chunk);
            for (int i = c * chunk; i < end; i++) {
              step.run(thread, i);
            }
          }
        });
    if (stopped.get()) {
      throw new InterruptedIOException("the build of a graph was cancelled");
    }
  }
}
