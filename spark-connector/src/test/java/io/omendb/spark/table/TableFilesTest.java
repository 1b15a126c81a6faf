/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableFilesTest {

  private final TableFiles files = new TableFiles("hdfs://host:1/a b/t");

  @Test
  void everyNameIsBelowTheRoot() {
    UUID id = new UUID(0xAB, 0xCD);
    assertThat(files.segment(id))
        .hasToString("hdfs://host:1/a b/t/seg/00000000-0000-00ab-0000-0000000000cd.omx");
    assertThat(files.payload(id))
        .hasToString("hdfs://host:1/a b/t/pay/00000000-0000-00ab-0000-0000000000cd.parquet");
    assertThat(files.deletion(new DeletionEntry("dv/" + id + ".dv", 1, 1, 1)))
        .hasToString("hdfs://host:1/a b/t/dv/00000000-0000-00ab-0000-0000000000cd.dv");
    assertThat(files.version(42))
        .hasToString("hdfs://host:1/a b/t/_omendb/log/00000000000000000042.json");
    assertThat(files.tags()).hasToString("hdfs://host:1/a b/t/_omendb/tags");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 10, 1L << 40, Long.MAX_VALUE})
  void aVersionIsFoundAgainInItsName(long version) {
    assertThat(TableFiles.versionOf(TableFiles.versionName(version))).hasValue(version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000000000000000.json",
        "0000000000000000001.json",
        "000000000000000000001.json",
        "00000000000000000001.jso",
        "00000000000000000001.json ",
        "00000000000000000001.json.crc",
        "0000000000000000000a.json",
        "-0000000000000000001.json",
        "09223372036854775808.json",
        "10000000000000000001.json",
        "99999999999999999999.json",
        "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠١.json",
      })
  void otherNamesHoldNoVersion(String name) {
    assertThat(TableFiles.versionOf(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/dv/00000000-0000-0000-0000-000000000001.dv",
        "dv/../00000000-0000-0000-0000-000000000001.dv",
        "dv/00000000-0000-0000-0000-000000000001.dv/",
        "dv/00000000-0000-0000-0000-00000000000A.dv",
        "dv/0-0-0-0-1.dv",
        "seg/00000000-0000-0000-0000-000000000001.dv",
        "file:dv/00000000-0000-0000-0000-000000000001.dv",
        "dv/00000000-0000-0000-0000-000000000001.dv\n",
      })
  void otherNamesAreNoDeletionFiles(String name) {
    assertThatThrownBy(() -> new DeletionEntry(name, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
