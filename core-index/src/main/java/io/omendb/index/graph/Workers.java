/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Runs the steps of a phase on a fixed number of threads, each with its own scratch object. */
final class Workers<S> {
  /** One step; must not depend on the thread or the order in which steps run. */
  interface Step<S> {
    void run(S scratch, int index);
  }

  private final BooleanSupplier cancelled;
  private final List<S> scratches = new ArrayList<>();

  Workers(int threads, BooleanSupplier cancelled, Supplier<S> scratch) {
    this.cancelled = cancelled;
    for (int i = 0; i < threads; i++) {
      scratches.add(scratch.get());
    }
  }

  S scratch(int thread) {
    return scratches.get(thread);
  }

  /** Runs steps 0 to count - 1, handed out in chunks, and returns when all are done. */
  void run(int count, int chunk, Step<S> step) throws InterruptedIOException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    int helpers = Math.min(scratches.size(), (count + chunk - 1) / chunk) - 1;
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i <= helpers; i++) {
      S scratch = scratches.get(i);
      Thread thread = new Thread(() -> drain(next, failure, count, chunk, scratch, step));
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    drain(next, failure, count, chunk, scratches.get(0), step);
    joinAll(threads);
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (cancelled.getAsBoolean()) {
      throw new InterruptedIOException("the build of a graph was cancelled");
    }
  }

  /**
   * Waits for every thread, whatever happens: the vectors may be a mapping that the caller takes
   * away as soon as the phase has ended. An interrupt stays pending.
   */
  private static void joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain(
      AtomicInteger next,
      AtomicReference<Throwable> failure,
      int count,
      int chunk,
      S scratch,
      Step<S> step) {
    try {
      while (failure.get() == null && !cancelled.getAsBoolean()) {
        int start = next.getAndAdd(chunk);
        if (start >= count) {
          return;
        }
        int end = Math.min(count, start + chunk);
        for (int i = start; i < end; i++) {
          step.run(scratch, i);
        }
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }
}
