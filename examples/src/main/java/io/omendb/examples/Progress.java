/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.util.Locale;

/** Lines that say what is going on, each with the seconds since the start. */
final class Progress {
  private final long start = System.nanoTime();

  /** A piece of work that may throw what Spark throws. */
  interface Step {
    void run() throws Exception;
  }

  /** Prints a line like {@code [ 12.3 s] message}. */
  void say(String format, Object... args) {
    System.out.printf(Locale.ROOT, "[%5.1f s] %s%n", since(start), format.formatted(args));
  }

  /** Runs the step and returns how many seconds it took. */
  double time(Step step) throws Exception {
    long begin = System.nanoTime();
    step.run();
    return since(begin);
  }

  private static double since(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }
}
