/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.omendb.bench.process.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineChoiceTest {
  private static final Path THIS_JDK = Jdk.current().home();

  @Test
  void runsOnThisJdkUnlessToldOtherwise() throws IOException {
    assertThat(EngineChoice.parse("omendb", Map.of()))
        .isEqualTo(new EngineChoice("omendb", "omendb", Jdk.current()));
  }

  @Test
  void findsTheNamedJdkAndReadsItsVersion() throws IOException {
    EngineChoice choice = EngineChoice.parse("jvector@mine", Map.of("mine", THIS_JDK));
    assertThat(choice.name()).isEqualTo("jvector");
    assertThat(choice.jdk()).isEqualTo(Jdk.current());
    assertThat(choice.command("1g", List.of("a")))
        .startsWith(THIS_JDK.resolve("bin/java").toString())
        .contains("-Xmx1g", EngineWorker.class.getName())
        .endsWith("a");
  }

  @Test
  void saysWhatIsMissing(@TempDir Path empty) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EngineChoice.parse("annoy", Map.of()))
        .withMessageContaining("one of omendb, omendb-int8, omendb-product, omendb-memory, jvector")
        .withMessageContaining("'annoy'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EngineChoice.parse("omendb@25", Map.of()))
        .withMessageContaining("--jdk 25=DIRECTORY");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EngineChoice.parse("omendb@25", Map.of("25", empty)))
        .withMessageContaining("not the directory of a JDK");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EngineChoice.parse("native-hnswlib@25", Map.of("25", THIS_JDK)))
        .withMessageContaining("does not run on a JDK");
  }
}
