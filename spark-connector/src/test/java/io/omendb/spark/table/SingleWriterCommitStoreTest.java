/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.OmenException;
import io.omendb.spark.table.CommitStore.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleWriterCommitStoreTest {

  /** A file system whose abilities nobody knows. */
  public static final class Strange extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("strange:///");
    }

    @Override
    public String getScheme() {
      return "strange";
    }
  }

  @TempDir Path dir;

  @Test
  void anUnknownStoreIsRefusedForWritingAndReadable() {
    TableVersion created = log(true).commit(TestTables.create());
    assertThatThrownBy(() -> log(false).commit(TestTables.append(created)))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("'strange'")
        .hasMessageContaining("omendb.commit.handler=single-writer");
    assertThat(log(false).latest()).contains(created);
  }

  @Test
  void oneWriterAtATimeGetsAWholeHistory() {
    TableVersion created = log(true).commit(TestTables.create());
    TableVersion second = log(true).commit(TestTables.append(created));
    TableVersion third = log(true).commit(TestTables.append(created));
    assertThat(third.version()).isEqualTo(3);
    assertThat(log(false).load(2)).isEqualTo(second);
  }

  @Test
  void aTakenNameIsAConflict() throws IOException {
    TableFiles files = new TableFiles("strange:" + dir);
    FileSystem fs = files.log().getFileSystem(conf(true));
    CommitStore store = CommitStore.forTable(fs, files, conf(true));
    assertThat(store.putIfAbsent("a", new byte[3])).isEqualTo(Outcome.COMMITTED);
    assertThat(store.putIfAbsent("a", new byte[4])).isEqualTo(Outcome.CONFLICT);
    assertThat(dir.resolve("_omendb/log/a")).hasSize(3);
    assertThat(dir.resolve("_omendb/tmp")).isEmptyDirectory();
  }

  private TableLog log(boolean singleWriter) {
    return new TableLog(conf(singleWriter), "strange:" + dir);
  }

  private static Configuration conf(boolean singleWriter) {
    Configuration conf = new Configuration();
    conf.setClass("fs.strange.impl", Strange.class, FileSystem.class);
    if (singleWriter) {
      conf.set(CommitStore.HANDLER_KEY, "single-writer");
    }
    return conf;
  }
}
