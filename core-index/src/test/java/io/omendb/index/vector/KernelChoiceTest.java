/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which kernels a JVM gets by its command line. */
class KernelChoiceTest {
  /** Prints the choice of the JVM that it runs in. */
  static final class PrintChoice {
    public static void main(String[] args) {
      System.out.print(Kernels.BEST.name());
    }
  }

  @Test
  void withoutTheIncubatorModuleItIsPlainJava() throws Exception {
    assertThat(choice()).isEqualTo("scalar");
  }

  @Test
  void withTheModuleItIsTheVectorApiIfTheCompilerIsOn() throws Exception {
    String module = "--add-modules=jdk.incubator.vector";
    assertThat(choice(module)).isEqualTo(new SimdKernels().name()).startsWith("simd-");
    assertThat(choice(module, "-Xint")).isEqualTo("scalar");
    assertThat(choice(module, "-XX:TieredStopAtLevel=1")).isEqualTo("scalar");
  }

  private static String choice(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), PrintChoice.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return printed;
  }
}
