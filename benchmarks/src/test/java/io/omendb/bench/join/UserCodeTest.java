/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UserCodeTest {
  @BeforeAll
  static void surefireRunsInTheModule() {
    System.setProperty("bench.home", ".");
  }

  @Test
  void countsWhatStandsBetweenTheMarks() {
    List<String> source =
        List.of(
            "a",
            "  // user code",
            "import x.Y;",
            "b",
            "",
            "// why",
            "c",
            "  // end of user code",
            "d");
    assertThat(UserCode.lines(source)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(JoinEngine.class)
  void everyEngineHasSome(JoinEngine engine) throws IOException {
    assertThat(UserCode.lines(engine)).isPositive();
  }
}
