/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the shell lines of a page could be typed in the root of a clone: bash can parse them, and
 * what they name is there. Most are run as well, by .ci/shell.py.
 */
final class ShellLines {
  private static final Pattern VERSION = Pattern.compile("<version>(.*?)</version>");
  private static final Pattern OURS =
      Pattern.compile("omendb-[a-z]+[-\\w.]*?[-:](\\d+\\.\\d+\\.\\d+)\\b");
  private static final Pattern CLASS = Pattern.compile("io\\.omendb(\\.\\w+)+");
  private static final Pattern EXAMPLE = Pattern.compile("run-example\\b.* ([A-Z]\\w+)");

  private final Path root;
  private final String version;

  /** Of the clone at {@code root}, whose version is the one of its pom. */
  ShellLines(Path root) throws IOException {
    this.root = root;
    Matcher matcher = VERSION.matcher(Files.readString(root.resolve("pom.xml")));
    assertThat(matcher.find()).isTrue();
    this.version = matcher.group(1);
  }

  /** Fails when a block could not be typed. */
  void check(String block) throws IOException, InterruptedException {
    parses(block);
    for (String word : block.replaceAll("(?m)#.*$", "").split("[\\s'\"=,]+", -1)) {
      path(word);
    }
    Matcher ours = OURS.matcher(block);
    while (ours.find()) {
      assertThat(ours.group(1)).as("version in %s", ours.group()).isEqualTo(version);
    }
    Matcher named = CLASS.matcher(block);
    while (named.find()) {
      String file = "src/main/java/" + named.group().replace('.', '/') + ".java";
      assertThat(root.resolve("examples").resolve(file)).exists();
    }
    for (String line : block.lines().toList()) {
      Matcher example = EXAMPLE.matcher(line.replaceAll("#.*", ""));
      if (example.find()) {
        assertThat(root.resolve("examples/src/main/java/io/omendb/examples"))
            .as("example of %s", line)
            .isDirectoryContaining("glob:**/" + example.group(1) + ".java");
      }
    }
  }

  private static void parses(String block) throws IOException, InterruptedException {
    Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    bash.getOutputStream().write(block.getBytes(StandardCharsets.UTF_8));
    bash.getOutputStream().close();
    String complaint = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(complaint).isZero();
  }

  /** What is built is not there before the build; everything else must be. */
  private void path(String word) {
    if (word.startsWith("./")) {
      assertThat(root.resolve(word)).as(word).exists();
      return;
    }
    int slash = word.indexOf('/');
    if (slash > 0 && Files.isDirectory(root.resolve(word.substring(0, slash)))) {
      Path file = root.resolve(word);
      boolean built = word.contains("/target/");
      assertThat(built ? file.getParent().getParent() : file).as(word).exists();
    }
  }
}
