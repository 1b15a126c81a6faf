/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphConfigTest {
  @ParameterizedTest
  @CsvSource({
    "3, 100, 1.2, 'maxDegree must be in [4, 512], was 3'",
    "513, 600, 1.2, 'maxDegree must be in [4, 512], was 513'",
    "32, 31, 1.2, 'buildListSize must be in [32, 10000], was 31'",
    "32, 10001, 1.2, 'buildListSize must be in [32, 10000], was 10001'",
    "32, 100, 0.99, 'alpha must be in [1.0, 2.0], was 0.99'",
    "32, 100, NaN, 'alpha must be in [1.0, 2.0], was NaN'"
  })
  void namesTheValueThatIsOutOfRange(int degree, int listSize, float alpha, String message) {
    assertThatThrownBy(() -> new GraphConfig(degree, listSize, alpha, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void slackIsThreeTenthsRoundedUp() {
    assertThat(GraphConfig.defaults().slackDegree()).isEqualTo(42);
    assertThat(new GraphConfig(10, 20, 1f, 1).slackDegree()).isEqualTo(13);
  }
}
