/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.process;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A JVM of its own for one engine, so that heaps and compiled code do not mix. It is asked one line
 * at a time and answers each with one line; whatever it logs goes to a file. Owned by one thread.
 */
public final class WorkerJvm implements Closeable {
  private static final int SHOWN_LOG_LINES = 15;

  private final String name;
  private final Path log;
  private final Process process;
  private final PrintWriter questions;
  private final BufferedReader answers;

  /**
   * Starts a JVM with the flags and class path of this one.
   *
   * @param name of the engine, for messages
   * @param heap its largest heap, such as 4g
   * @param main class whose main method calls {@link WorkerLoop}
   * @param log receives its standard error
   */
  public WorkerJvm(String name, String heap, Class<?> main, List<String> arguments, Path log)
      throws IOException {
    this.name = name;
    this.log = log;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-Xmx") && !flag.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(
        List.of("-Xmx" + heap, "-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    questions =
        new PrintWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Sends a command and waits for the answer.
   *
   * @throws IOException with the worker's own sentence when it could not do it
   */
  public String ask(Object... words) throws IOException {
    questions.println(String.join("\t", Arrays.stream(words).map(String::valueOf).toList()));
    String answer = answers.readLine();
    if (answer != null && answer.startsWith(WorkerLoop.OK)) {
      return answer.substring(WorkerLoop.OK.length());
    }
    if (answer != null) {
      throw new IOException(name + ": " + answer);
    }
    throw new IOException(name + ": the process ended; its last words were\n" + lastWords());
  }

  private String lastWords() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - SHOWN_LOG_LINES), all.size()));
    }
  }

  /** Ends the process. */
  @Override
  public void close() throws IOException {
    questions.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
    answers.close();
  }
}
