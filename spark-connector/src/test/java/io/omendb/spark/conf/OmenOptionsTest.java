/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.index.segment.IndexConfig;
import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.testing.WithSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

@WithSpark
class OmenOptionsTest {

  /** The page is made from the registry: run with -Domendb.docs.write=true to renew it. */
  private static final Path PAGE = Path.of("..", "docs", "options.md");

  @Test
  void theOptionsPageSaysWhatTheCodeDoes() throws IOException {
    String page = page();
    if (Boolean.getBoolean("omendb.docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page);
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Options and settings

            A value given as an option of a read or write wins over the setting of the session, that over the default. Names of options
            may be written in any case. A name that does not exist is refused. `OmenOptionsTest` compares this page with the code.

            ## Options that are stored with a table

            Given when a table is made or replaced. An append may repeat them and is refused when they differ from what the table stores.

            """);
    table(page, OmenOption.Scope.TABLE, true);
    page.append("\n## Options of a single write\n\n");
    table(page, OmenOption.Scope.WRITE, false);
    page.append("\n## Options of a read\n\n");
    table(page, OmenOption.Scope.READ, false);
    page.append(
        "\n## Settings of a session\n\n`spark.conf().set(name, value)`, or `SET name=value` in SQL.\n\n");
    settings(page, OmenOption.Scope.SESSION);
    page.append(
        "\n## Settings of an application\n\nGiven to `spark-submit`; fixed while it runs.\n\n");
    settings(page, OmenOption.Scope.APPLICATION);
    return page.toString();
  }

  private static void table(StringBuilder page, OmenOption.Scope scope, boolean stored) {
    page.append("| Option | Value | Default | What it does |\n|---|---|---|---|\n");
    for (OmenOption<?> option : OmenOptions.all()) {
      if (option.in(scope) && option.in(OmenOption.Scope.TABLE) == stored) {
        row(page, option.name().orElseThrow(), option);
      }
    }
  }

  private static void settings(StringBuilder page, OmenOption.Scope scope) {
    page.append("| Setting | Value | Default | What it does |\n|---|---|---|---|\n");
    for (OmenOption<?> option : OmenOptions.all()) {
      if (option.in(scope)) {
        row(page, option.confKey().orElseThrow(), option);
      }
    }
  }

  private static void row(StringBuilder page, String name, OmenOption<?> option) {
    Object value = option.defaultValue();
    String shown =
        value instanceof Metric metric
            ? metric.optionName()
            : value instanceof VectorStorage storage ? storage.optionName() : String.valueOf(value);
    page.append(
        "| `%s` | %s | %s | %s |\n"
            .formatted(
                name, option.range(), shown.isEmpty() ? "" : "`" + shown + "`", option.doc()));
  }

  @Test
  void everyOptionHasOneNameInEachPlaceWhereItMayBeGiven() {
    Set<String> names = new HashSet<>();
    for (OmenOption<?> option : OmenOptions.all()) {
      option
          .name()
          .ifPresent(name -> assertThat(names.add(name.toLowerCase(Locale.ROOT))).isTrue());
      option.confKey().ifPresent(key -> assertThat(key).startsWith("spark.omendb."));
      boolean settable =
          option.in(OmenOption.Scope.SESSION) || option.in(OmenOption.Scope.APPLICATION);
      assertThat(option.confKey().isPresent()).isEqualTo(settable);
      assertThat(option.doc()).endsWith(".");
      assertThat(option.range()).doesNotEndWith(".");
    }
  }

  @Test
  void theDefaultsAreThoseOfTheIndex() {
    IndexConfig defaults = IndexConfig.defaults(128, Metric.L2);
    assertThat(OmenOptions.METRIC.defaultValue()).isEqualTo(defaults.metric());
    assertThat(OmenOptions.MAX_DEGREE.defaultValue()).isEqualTo(defaults.maxDegree());
    assertThat(OmenOptions.BUILD_LIST_SIZE.defaultValue()).isEqualTo(defaults.buildListSize());
    assertThat(OmenOptions.ALPHA.defaultValue()).isEqualTo(defaults.alpha());
    assertThat(OmenOptions.SEED.defaultValue()).isEqualTo(defaults.seed());
    assertThat(OmenOptions.VECTOR_STORAGE.defaultValue()).isEqualTo(defaults.storage());
  }

  @Test
  void anOptionWinsOverTheSessionAndThatOverTheDefault(SparkSession shared) {
    SparkSession spark = shared.newSession();
    OmenOption<Integer> rows = OmenOptions.MAX_SEGMENT_ROWS;
    assertThat(write(spark, Map.of()).get(rows)).isEqualTo(2_000_000);
    spark.conf().set("spark.omendb.write.maxSegmentRows", "77");
    assertThat(write(spark, Map.of()).get(rows)).isEqualTo(77);
    assertThat(write(spark, Map.of()).given(rows)).isEmpty();
    assertThat(write(spark, Map.of("MAXsegmentROWS", " 5 ")).get(rows)).isEqualTo(5);
    assertThat(OmenOptions.LIST_SIZE.of(spark)).isZero();
    spark.conf().set("spark.omendb.search.listSize", "many");
    assertThatThrownBy(() -> OmenOptions.LIST_SIZE.of(spark))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("'spark.omendb.search.listSize' must be an integer in [0, 1000000]")
        .hasMessageContaining("was 'many'");
  }

  private static OmenSettings write(SparkSession spark, Map<String, String> options) {
    return OmenSettings.of(OmenOption.Scope.WRITE, options, spark);
  }

  @Test
  void sizesMayHaveUnits() {
    SparkConf conf = new SparkConf(false).set("spark.omendb.cache.maxBytes", "3g");
    assertThat(OmenOptions.CACHE_MAX_BYTES.of(conf)).isEqualTo(3L << 30);
    conf.set("spark.omendb.cache.maxBytes", "3 apples");
    assertThatThrownBy(() -> OmenOptions.CACHE_MAX_BYTES.of(conf))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("a size such as 20g");
  }

  @Test
  void optionsOfAWriteAreUnknownToARead(SparkSession spark) {
    assertThatThrownBy(() -> OmenSettings.of(OmenOption.Scope.READ, Map.of("segments", "3"), spark))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("There is no option 'segments' here");
  }
}
