/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The worker's side of {@link WorkerProcess}: answers commands until standard input ends. */
public final class WorkerLoop {
  static final String OK = "ok ";

  private WorkerLoop() {}

  /** Carries out one command. */
  @FunctionalInterface
  public interface Handler {
    /** {@code words[0]} is the command; the answer is one line. */
    String handle(String[] words) throws Exception;
  }

  /** Runs until standard input ends. Standard output is kept for answers alone. */
  public static void run(Handler handler) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      answers.println(answer(handler, line.split("\t", -1)));
      answers.flush();
    }
  }

  private static String answer(Handler handler, String[] words) {
    try {
      return OK + handler.handle(words);
    } catch (Exception | OutOfMemoryError e) {
      System.err.println("failed: " + String.join(" ", words));
      e.printStackTrace();
      String message = e.getMessage() == null ? "" : e.getMessage().replaceAll("\\s+", " ");
      return e.getClass().getSimpleName() + ": " + message;
    }
  }
}
