/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;

/**
 * What the caller of a build decides that does not change the bytes.
 *
 * @param threads used for training, graph and codes; at least 1
 * @param memoryBudget bytes of heap the build may use; refused beforehand when it would need more
 * @param cancelled polled between batches, by any thread; a true ends the build with an
 *     InterruptedIOException
 */
public record BuildControl(int threads, long memoryBudget, BooleanSupplier cancelled) {
  public BuildControl {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
  }

  /** One thread, no limit, never cancelled. */
  public static BuildControl singleThreaded() {
    return new BuildControl(1, Long.MAX_VALUE, () -> false);
  }

  boolean isCancelled() {
    return cancelled.getAsBoolean();
  }

  void throwIfCancelled() throws InterruptedIOException {
    if (isCancelled()) {
      throw new InterruptedIOException("the build of a segment was cancelled");
    }
  }
}
