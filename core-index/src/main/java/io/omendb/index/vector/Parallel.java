/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs independent pieces of work on a given number of threads. Results are the same at any thread
 * count when each index writes only what belongs to it.
 */
public final class Parallel {
  private Parallel() {}

  /** Work on one index; called by several threads at once, each with another index. */
  @FunctionalInterface
  public interface Body {
    /** Does the work of {@code index}. */
    void run(int index);
  }

  /**
   * Calls {@code body} once for every index below {@code n} and returns when all calls have
   * returned. Indexes are taken in ascending order, by the calling thread and {@code threads - 1}
   * more that live only as long as this call. After a failure no further index is started and the
   * first failure is thrown. An interrupt of the calling thread does not end the call, it stays
   * pending: a body that must be cancelled polls for that itself and throws.
   */
  public static void forEach(int threads, int n, Body body) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < n; i = next.getAndIncrement()) {
            try {
              body.run(i);
            } catch (Throwable t) {
              failure.compareAndSet(null, t);
              next.set(n);
            }
          }
        };
    Thread[] helpers = new Thread[Math.max(0, Math.min(threads, n) - 1)];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Thread(worker, "omendb-build-" + (i + 1));
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
    worker.run();
    joinAll(helpers);
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private static void joinAll(Thread[] helpers) {
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
