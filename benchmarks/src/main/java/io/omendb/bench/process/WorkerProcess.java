/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.process;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process of its own for one engine, so that heaps and compiled code do not mix. It is asked one
 * line at a time and answers each with one line; whatever it logs goes to a file. Owned by one
 * thread.
 */
public final class WorkerProcess implements Closeable {
  private static final int SHOWN_LOG_LINES = 15;

  private final String name;
  private final Path log;
  private final Process process;
  private final PrintWriter questions;
  private final BufferedReader answers;

  /**
   * Starts the process.
   *
   * @param name of the engine, for messages
   * @param command of a program that answers as {@link WorkerLoop} does; see {@link Jdk#command}
   * @param log receives its standard error
   */
  public WorkerProcess(String name, List<String> command, Path log) throws IOException {
    this.name = name;
    this.log = log;
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
