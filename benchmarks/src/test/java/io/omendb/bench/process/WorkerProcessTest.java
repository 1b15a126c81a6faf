/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerProcessTest {
  @TempDir Path directory;

  /** The worker of these tests. */
  static final class Echo {
    public static void main(String[] args) throws IOException {
      WorkerLoop.run(
          words ->
              switch (words[0]) {
                case "echo" -> args[0] + words[1];
                case "memory" -> String.valueOf(Memory.peakRssMb());
                case "noise" -> {
                  System.out.println("a library that prints");
                  yield "quiet";
                }
                case "exit" -> {
                  System.err.println("good bye");
                  System.exit(3);
                  yield "";
                }
                default -> throw new IllegalArgumentException("no such\ncommand");
              });
    }
  }

  @Test
  void answersEveryLineUntilItIsClosed() throws IOException {
    try (WorkerProcess worker = start()) {
      assertThat(worker.ask("echo", 5)).isEqualTo("x5");
      assertThat(worker.ask("noise")).isEqualTo("quiet");
      assertThat(worker.ask("echo", "ö y")).isEqualTo("xö y");
      assertThat(Double.parseDouble(worker.ask("memory"))).isGreaterThan(1);
    }
  }

  @Test
  void passesOnWhatWentWrongAndLivesOn() throws IOException {
    try (WorkerProcess worker = start()) {
      assertThatIOException()
          .isThrownBy(() -> worker.ask("fly"))
          .withMessage("test: IllegalArgumentException: no such command");
      assertThat(worker.ask("echo", 1)).isEqualTo("x1");
    }
  }

  @Test
  void quotesTheLogOfAProcessThatEnded() throws IOException {
    try (WorkerProcess worker = start()) {
      assertThatIOException()
          .isThrownBy(() -> worker.ask("exit"))
          .withMessageContaining("the process ended")
          .withMessageContaining("good bye");
    }
  }

  private WorkerProcess start() throws IOException {
    return new WorkerProcess(
        "test",
        Jdk.current().command("64m", List.of(), Echo.class.getName(), List.of("x")),
        directory.resolve("log"));
  }
}
