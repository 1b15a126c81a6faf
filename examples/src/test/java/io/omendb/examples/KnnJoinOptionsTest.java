/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class KnnJoinOptionsTest {
  @Test
  void noArgumentsMeanTheBuiltInData() {
    KnnJoinOptions options = KnnJoinOptions.parse(new String[0]);
    assertThat(options.base()).isNull();
    assertThat(options.help()).isFalse();
  }

  @Test
  void readsEveryArgument() {
    assertThat(
            parse(
                "--base b --queries q --vector e --id key --k 5 --metric COSINE --segments 3 --out o"))
        .isEqualTo(new KnnJoinOptions(false, "b", "q", "e", "key", 5, "cosine", 3, "o"));
  }

  @Test
  void defaultsAreTenNeighboursByL2() {
    assertThat(parse("--base b --queries q --out o"))
        .isEqualTo(new KnnJoinOptions(false, "b", "q", "v", "id", 10, "l2", 0, "o"));
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    assertRefused("--base b --queries q", "--out is missing");
    assertRefused("--base b --out o", "--queries is missing");
    assertRefused("--k 5", "--base is missing");
    assertRefused("--base b --queries", "--queries needs a value");
    assertRefused("--base --queries q", "--base needs a value");
    assertRefused("--k 0", "--k must be a whole number from 1 up, was '0'");
    assertRefused("--k ten", "was 'ten'");
    assertRefused("--metric dot", "--metric must be one of l2, cosine, inner_product, was 'dot'");
    assertRefused("--nearest 10", "unknown argument '--nearest'");
  }

  private static void assertRefused(String line, String message) {
    assertThatExceptionOfType(BadArgumentException.class)
        .isThrownBy(() -> parse(line))
        .withMessageContaining(message);
  }

  private static KnnJoinOptions parse(String line) {
    return KnnJoinOptions.parse(line.split(" ", -1));
  }
}
