/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.WithSpark;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the pages show runs as printed, and their links lead somewhere. */
@WithSpark
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```");

  /** What is run here, by notebooks/check.py or by .ci/shell.py; anything else is text or data. */
  private static final Set<String> LANGUAGES = Set.of("", "java", "sql", "bash", "python", "json");

  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final String PROGRAM =
      """
      import static org.apache.spark.sql.functions.*;
      import java.util.*;
      import org.apache.spark.sql.*;

      public class Snippet {
        public static void run() throws Exception {
      %s
        }
      }
      """;

  @TempDir Path scratch;

  /** The Java of a page as one program, then its SQL, over the tables that its program writes. */
  @TestFactory
  List<DynamicTest> snippetsRunAsPrinted(SparkSession spark) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : pages()) {
      String name = ROOT.relativize(page).toString();
      String program = String.join("\n", blocks(page, "java"));
      if (!program.isEmpty()) {
        tests.add(DynamicTest.dynamicTest(name + " java", () -> runJava(program)));
      }
      List<String> queries = blocks(page, "sql");
      for (int i = 0; i < queries.size(); i++) {
        String query = queries.get(i);
        tests.add(DynamicTest.dynamicTest(name + " sql " + (i + 1), () -> runSql(spark, query)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  @TestFactory
  List<DynamicTest> shellLinesCanBeTyped() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    ShellLines shell = new ShellLines(ROOT);
    for (Path page : pages()) {
      for (String block : blocks(page, "bash")) {
        tests.add(
            DynamicTest.dynamicTest(
                ROOT.relativize(page) + ": " + block.lines().findFirst().orElse(""),
                () -> shell.check(block)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  @Test
  void everyBlockIsOfALanguageThatIsChecked() throws IOException {
    for (Path page : pages()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        assertThat(LANGUAGES).as("in %s", ROOT.relativize(page)).contains(block.group(1));
      }
    }
  }

  @Test
  void linksLeadToFilesOfTheRepositoryAndToTheirHeadings() throws IOException {
    for (Path page : pages()) {
      Matcher link = LINK.matcher(BLOCK.matcher(Files.readString(page)).replaceAll(""));
      while (link.find()) {
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        assertThat(target).as("link in %s", ROOT.relativize(page)).exists();
        if (link.group(2) != null) {
          assertThat(anchors(target)).as("in %s", ROOT.relativize(page)).contains(link.group(2));
        }
      }
    }
  }

  /** The anchors of a page's headings as forges make them. */
  private static List<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(BLOCK.matcher(Files.readString(page)).replaceAll(""))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  /** Every page of the repository, in its root, in docs and in the roots of its modules. */
  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path folder : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("docs/decisions"))) {
      pages.addAll(pagesIn(folder));
    }
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(Files::isDirectory).sorted().toList()) {
        if (!module.endsWith("docs")) {
          pages.addAll(pagesIn(module));
        }
      }
    }
    return pages;
  }

  private static List<Path> pagesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      if (block.group(1).equals(language)) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }

  private void runJava(String block) throws Exception {
    Path source = Files.writeString(scratch.resolve("Snippet.java"), PROGRAM.formatted(block));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-d", scratch.toString(), "-cp", System.getProperty("java.class.path")),
                null,
                compiler
                    .getStandardFileManager(null, null, null)
                    .getJavaFileObjects(source.toFile()))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
    URL[] classes = {scratch.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classes, getClass().getClassLoader())) {
      loader.loadClass("Snippet").getMethod("run").invoke(null);
    }
  }

  private static void runSql(SparkSession spark, String block) {
    for (String statement : block.split(";\\s*\\n", -1)) {
      if (!statement.isBlank()) {
        List<Row> rows = spark.sql(statement).collectAsList();
        if (statement.stripLeading().startsWith("SELECT")) {
          assertThat(rows).as(statement).isNotEmpty();
        }
      }
    }
  }
}
