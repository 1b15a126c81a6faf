/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorApiTest {
  private static final String ADVICE = "Start it with --add-modules=jdk.incubator.vector,";

  /** Asks for the warning twice in the JVM that it runs in. */
  static final class Ask {
    public static void main(String[] args) {
      VectorApi.warnOnceIfMissing();
      VectorApi.warnOnceIfMissing();
    }
  }

  @Test
  void aJvmWithoutTheModuleIsWarnedOnce() throws Exception {
    assertThat(printed()).containsOnlyOnce(ADVICE);
    assertThat(printed("--limit-modules=java.se,jdk.unsupported")).containsOnlyOnce(ADVICE);
  }

  @Test
  void aJvmWithTheModuleIsLeftAlone() throws Exception {
    assertThat(printed("--add-modules=jdk.incubator.vector")).doesNotContain(ADVICE);
    assertThat(VectorApi.adviceFor("simd-256")).isEmpty();
  }

  private static String printed(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    // The level that Spark gives a session that configures none.
    command.add("-Dorg.apache.logging.log4j.level=WARN");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Ask.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
