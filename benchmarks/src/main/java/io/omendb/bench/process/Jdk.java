/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A Java installation that workers run on.
 *
 * @param home directory of the installation
 * @param feature version, such as 17
 */
public record Jdk(Path home, int feature) {
  private static final int FOREIGN_FUNCTIONS = 22;

  /** The installation of this process. */
  public static Jdk current() {
    return new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature());
  }

  /**
   * The installation in a directory.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Jdk at(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.exists(release)) {
      throw new IllegalArgumentException(
          home + " is not the directory of a JDK; it has no file 'release'.");
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(release)) {
      properties.load(in);
    }
    String version = properties.getProperty("JAVA_VERSION").replace("\"", "");
    return new Jdk(home, Runtime.Version.parse(version).feature());
  }

  /**
   * The command that starts a JVM with the flags and the class path of this one.
   *
   * @param heap its largest heap, such as 4g
   * @param extraClassPath jars added to it; may be empty
   * @param main name of a class, or of a source file, with a main method
   */
  public List<String> command(
      String heap, List<Path> extraClassPath, String main, List<String> arguments) {
    StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
    extraClassPath.forEach(jar -> classPath.append(java.io.File.pathSeparator).append(jar));
    return command(heap, classPath.toString(), main, arguments);
  }

  /** As {@link #command(String, List, String, List)}, with a class path of its own. */
  public List<String> command(String heap, String classPath, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-Xmx") && !flag.startsWith("-agentlib"))
        .forEach(command::add);
    if (feature >= FOREIGN_FUNCTIONS) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-Xmx" + heap, "-cp", classPath, main));
    command.addAll(arguments);
    return command;
  }
}
