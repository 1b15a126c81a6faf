/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.CommitConflictException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pair of changes, the second one held at each place where another writer can slip in. */
class ConflictRulesTest {

  @TempDir Path dir;

  private TableLog log;

  @BeforeEach
  void open() {
    log = new TableLog(new Configuration(), dir.toString());
  }

  @ParameterizedTest(name = "{0} after {1} is {2}")
  @CsvSource({
    "create, create, fail",
    "append, append, rebase",
    "append, overwrite, fail",
    "overwrite, append, fail",
    "overwrite, overwrite, fail",
  })
  void whenTheOtherIsPublishedBeforeTheCommitBegins(String mine, String theirs, String outcome)
      throws IOException {
    TableVersion base = base(mine);
    Change change = change(mine, base);
    TableVersion other = log.commit(change(theirs, base));
    check(outcome, change, other, store());
  }

  @ParameterizedTest(name = "{0} after {1} is {2}")
  @CsvSource({
    "create, create, fail",
    "append, append, rebase",
    "append, overwrite, fail",
    "overwrite, append, fail",
    "overwrite, overwrite, fail",
  })
  void whenTheOtherIsPublishedBetweenReadingAndPublishing(
      String mine, String theirs, String outcome) throws IOException {
    TableVersion base = base(mine);
    Change change = change(mine, base);
    AtomicBoolean first = new AtomicBoolean(true);
    CommitStore held =
        (name, bytes) -> {
          if (first.getAndSet(false)) {
            log.commit(change(theirs, base));
          }
          return store().putIfAbsent(name, bytes);
        };
    check(outcome, change, null, held);
  }

  private void check(String outcome, Change change, TableVersion other, CommitStore store)
      throws IOException {
    FileSystem fs =
        new org.apache.hadoop.fs.Path(dir.toString()).getFileSystem(new Configuration());
    Commit.Environment environment =
        new Commit.Environment(fs, log.files(), store, InstantSource.system(), ms -> {});
    if (outcome.equals("fail")) {
      assertThatThrownBy(() -> TableLog.commit(environment, change))
          .isInstanceOf(CommitConflictException.class)
          .hasMessageContaining("Nothing changed");
      assertThat(log.current().version()).isEqualTo(change.base() + 1);
      assertThat(log.current().segments()).doesNotContainAnyElementsOf(change.added());
    } else {
      TableVersion done = TableLog.commit(environment, change);
      assertThat(done.version()).isEqualTo(change.base() + 2);
      assertThat(done.segments())
          .containsAll(log.load(change.base() + 1).segments())
          .containsAll(change.added());
    }
    if (other != null) {
      assertThat(log.load(other.version())).isEqualTo(other);
    }
  }

  private TableVersion base(String mine) {
    SegmentEntry segment = TestTables.written(dir.toString(), 2);
    return mine.equals("create") ? null : log.commit(TestTables.create(segment));
  }

  private Change change(String operation, TableVersion base) {
    SegmentEntry segment = TestTables.written(dir.toString(), 1);
    return switch (operation) {
      case "create" -> TestTables.create(segment);
      case "append" -> TestTables.append(base, segment);
      default -> TestTables.overwrite(base, segment);
    };
  }

  private CommitStore store() {
    return new LocalCommitStore(dir.resolve("_omendb"));
  }
}
