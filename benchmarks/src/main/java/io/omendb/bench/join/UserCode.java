/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lines that a user of an engine would write: what stands in our sources between the marks {@code
 * // user code} and {@code // end of user code}, without comments, empty lines and imports, which
 * an editor writes.
 */
final class UserCode {
  private static final Path HOME = Path.of(System.getProperty("bench.home", "benchmarks"));
  private static final Path OURS = HOME.resolve("src/main/java/io/omendb/bench/join");
  private static final String BEGIN = "// user code";
  private static final String END = "// end of user code";

  private UserCode() {}

  /** Lines of the engine's user code. */
  static int lines(JoinEngine engine) throws IOException {
    if (engine.isPeer()) {
      return lines(
          Files.readAllLines(HOME.resolve("src/peers/java/" + engine.peerClass() + ".java")));
    }
    int join = lines(Files.readAllLines(OURS.resolve("JoinEngine.java")));
    return engine.usesTable()
        ? join + lines(Files.readAllLines(OURS.resolve("JoinWorker.java")))
        : join;
  }

  static int lines(List<String> source) {
    int count = 0;
    boolean counting = false;
    for (String line : source) {
      String text = line.strip();
      if (text.equals(BEGIN)) {
        counting = true;
      } else if (text.equals(END)) {
        counting = false;
      } else if (counting
          && !text.isEmpty()
          && !text.startsWith("//")
          && !text.startsWith("import ")) {
        count++;
      }
    }
    return count;
  }
}
