/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import io.omendb.bench.process.Jdk;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The program that measures another library. Its jars, a Spark among them, are resolved by Maven
 * from a pom of their own and its source is compiled against them when it is measured: they would
 * not agree with each other, nor with this module.
 */
final class PeerProgram {
  private static final Path HOME = Path.of(System.getProperty("bench.home", "benchmarks"));
  private static final Path SOURCES = HOME.resolve("src/peers/java");
  private static final String RESOLVE =
      "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath";
  private static final int MINUTES_TO_RESOLVE = 20;

  private PeerProgram() {}

  /**
   * The command of the engine's process, with what it needs resolved and compiled.
   *
   * @param arguments of the worker, behind the class of the peer
   * @throws IOException with one sentence, when the jars cannot be resolved or the source does not
   *     fit them
   */
  static List<String> command(JoinEngine engine, String heap, List<String> arguments)
      throws IOException {
    String jars = resolve(engine);
    Path classes = compile(engine, jars);
    String classPath =
        String.join(
            File.pathSeparator,
            HOME.resolve("target/launch").toString(),
            classes.toString(),
            HOME.resolve("target/classes").toString(),
            jars);
    return Jdk.current().command(heap, classPath, "PeerWorker", arguments);
  }

  /** The engine's own class path, kept until its pom changes or a jar disappears. */
  private static String resolve(JoinEngine engine) throws IOException {
    Path pom = HOME.resolve("src/peers/poms").resolve(engine.commandName() + ".xml");
    Path kept = HOME.resolve("target/peers").resolve(engine.commandName() + ".classpath");
    if (Files.exists(kept)
        && Files.getLastModifiedTime(kept).compareTo(Files.getLastModifiedTime(pom)) > 0) {
      String jars = Files.readString(kept).strip();
      if (List.of(jars.split(File.pathSeparator, -1)).stream()
          .allMatch(f -> new File(f).exists())) {
        return jars;
      }
    }
    Files.createDirectories(kept.getParent());
    Path log = kept.resolveSibling(engine.commandName() + ".log");
    Process maven =
        new ProcessBuilder(
                "mvn",
                "-q",
                "-B",
                "-ntp",
                "-f",
                pom.toString(),
                RESOLVE,
                "-Dmdep.outputFile=" + kept)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!maven.waitFor(MINUTES_TO_RESOLVE, TimeUnit.MINUTES)) {
        maven.destroy();
      }
    } catch (InterruptedException e) {
      maven.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Maven resolved its jars", e);
    }
    if (!Files.exists(kept) || maven.exitValue() != 0) {
      throw new IOException("its jars cannot be resolved: " + firstError(log));
    }
    return Files.readString(kept).strip();
  }

  /** Maven's own sentence, without what it was doing and what it will do next time. */
  private static String firstError(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains("[ERROR]"))
        .map(line -> line.replaceFirst(".*\\[ERROR\\] ", ""))
        .map(line -> line.replaceFirst(".*Could not resolve dependencies for project \\S+ ", ""))
        .map(line -> line.replaceFirst(" (-> \\[Help|during a previous attempt).*", ""))
        .findFirst()
        .orElse("see " + log);
  }

  private static Path compile(JoinEngine engine, String jars) throws IOException {
    Path classes = HOME.resolve("target/peers").resolve(engine.commandName());
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled;
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      String classPath = HOME.resolve("target/classes") + File.pathSeparator + jars;
      compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classPath),
                  null,
                  files.getJavaFileObjects(
                      SOURCES.resolve("Peer.java"),
                      SOURCES.resolve("PeerWorker.java"),
                      SOURCES.resolve(engine.peerClass() + ".java")))
              .call();
    }
    if (!compiled) {
      throw new IOException(
          "its program does not fit its jars: "
              + messages.toString().lines().findFirst().orElse(""));
    }
    return classes;
  }
}
