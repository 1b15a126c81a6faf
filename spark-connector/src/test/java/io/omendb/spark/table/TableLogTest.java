/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.CommitConflictException;
import io.omendb.spark.error.CorruptDataException;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.error.SnapshotExpiredException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableLogTest {

  @TempDir Path dir;

  private String root;
  private TableLog log;

  @BeforeEach
  void open() {
    root = dir.resolve("a table, 100%").toString();
    log = new TableLog(new Configuration(), root);
  }

  @Test
  void hasNoVersionWhereThereIsNoTable() {
    assertThat(log.latest()).isEmpty();
    assertThatThrownBy(log::current)
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("is not an OmenDB table")
        .hasMessageContaining(root);
  }

  @Test
  void createsATableWithoutRowsWhoseDimensionComesWithTheFirstAppend() {
    TableVersion created = log.commit(TestTables.create());
    assertThat(created.version()).isEqualTo(1);
    assertThat(created.config().dimension()).isZero();

    TableVersion appended = log.commit(TestTables.append(created, TestTables.written(root, 3)));
    assertThat(appended.config().dimension()).isEqualTo(8);
    assertThat(log.latest()).contains(appended);
  }

  @Test
  void appendsOnTopOfTheRowsThatAreThere() {
    SegmentEntry first = TestTables.written(root, 3);
    SegmentEntry second = TestTables.written(root, 4);
    TableVersion created = log.commit(TestTables.create(first));
    TableVersion appended = log.commit(TestTables.append(created, second));

    assertThat(appended.segments()).containsExactly(first, second);
    assertThat(appended.rows()).isEqualTo(7);
    assertThat(appended.bytes()).isEqualTo(7 * 12);
    assertThat(appended.operation()).isEqualTo("append");
    assertThat(appended.summary())
        .containsEntry("addedRows", "4")
        .containsEntry("addedSegments", "1")
        .containsEntry("removedRows", "0");
    assertThat(appended.timestampMs()).isGreaterThan(created.timestampMs());
  }

  @Test
  void overwriteReplacesRowsSchemaAndConfigurationAndKeepsTheTable() {
    TableVersion created = log.commit(TestTables.create(TestTables.written(root, 3)));
    SegmentEntry other = TestTables.written(root, 5);
    TableVersion replaced =
        log.commit(
            new Change.Overwrite(
                created,
                "{\"type\":\"struct\"}",
                TestTables.config(16),
                List.of(other),
                Optional.empty(),
                Map.of("note", "new model")));

    assertThat(replaced.tableId()).isEqualTo(created.tableId());
    assertThat(replaced.segments()).containsExactly(other);
    assertThat(replaced.config().dimension()).isEqualTo(16);
    assertThat(replaced.schemaJson()).isEqualTo("{\"type\":\"struct\"}");
    assertThat(replaced.summary())
        .containsEntry("note", "new model")
        .containsEntry("removedSegments", "1")
        .containsEntry("removedRows", "3");
    assertThat(log.load(1)).isEqualTo(created);
  }

  @Test
  void appendIsPutOnTopOfAppendsThatWereFaster() {
    TableVersion created = log.commit(TestTables.create());
    SegmentEntry a = TestTables.written(root, 1);
    SegmentEntry b = TestTables.written(root, 2);
    SegmentEntry c = TestTables.written(root, 3);
    log.commit(TestTables.append(created, a));
    log.commit(TestTables.append(created, b));
    TableVersion last = log.commit(TestTables.append(created, c));

    assertThat(last.version()).isEqualTo(4);
    assertThat(last.segments()).containsExactly(a, b, c);
  }

  @Test
  void appendsMustAgreeOnTheDimension() {
    TableVersion created = log.commit(TestTables.create(TestTables.written(root, 3)));
    Change wrong =
        new Change.Append(
            created, 9, List.of(TestTables.written(root, 1)), Optional.empty(), Map.of());
    assertThatThrownBy(() -> log.commit(wrong))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("dimension 8")
        .hasMessageContaining("dimension 9");
    assertThat(log.latest()).contains(created);
  }

  @Test
  void overwriteFailsWhenSomethingWasPublishedMeanwhile() {
    TableVersion created = log.commit(TestTables.create());
    TableVersion appended = log.commit(TestTables.append(created, TestTables.written(root, 1)));
    assertThatThrownBy(() -> log.commit(TestTables.overwrite(created, TestTables.written(root, 1))))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("This overwrite of table")
        .hasMessageContaining("version 2 (append)")
        .hasMessageContaining("run the write again");
    assertThat(log.latest()).contains(appended);
  }

  @Test
  void createFailsWhenTheTableIsThere() {
    TableVersion created = log.commit(TestTables.create());
    assertThatThrownBy(() -> log.commit(TestTables.create()))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("another writer created the table");
    assertThat(log.latest()).contains(created);
  }

  @Test
  void appendFailsWhenTheTableWasRemovedOrMadeAnew() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    Change append = TestTables.append(created, TestTables.written(root, 1));
    Files.delete(versionFile(1));
    assertThatThrownBy(() -> log.commit(append))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("the table was removed");
    log.commit(TestTables.create());
    assertThatThrownBy(() -> log.commit(append))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("removed and created again");
  }

  @Test
  void appendFailsWhenTheTableWasSetBack() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    TableVersion second = log.commit(TestTables.append(created));
    Files.delete(versionFile(2));
    assertThatThrownBy(() -> log.commit(TestTables.append(second)))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("set back to version 1");
  }

  @Test
  void aTableWithUnknownWriterFeaturesIsReadAndNotChanged() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    String line = Files.readAllLines(versionFile(1)).get(0);
    Files.write(
        versionFile(1),
        TableSpecTest.framed(
            line.replace("\"writerFeatures\":[]", "\"writerFeatures\":[\"lineage\"]")));
    assertThat(log.latest()).contains(created);
    assertThatThrownBy(() -> log.commit(TestTables.append(created)))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("can be read but not changed")
        .hasMessageContaining("[lineage]");
  }

  @Test
  void aTableOfANewerReleaseIsRefused() throws IOException {
    log.commit(TestTables.create());
    Files.write(versionFile(1), TableSpecTest.framed("{\"format\":2}"));
    assertThatThrownBy(log::latest)
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("has table format 2, this release reads format 1");
  }

  @Test
  void aFileTooLongForAVersionIsRefusedUnread() throws IOException {
    log.commit(TestTables.create());
    try (RandomAccessFile file = new RandomAccessFile(versionFile(1).toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertThatThrownBy(log::latest)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("1099511627776 bytes");
  }

  @Test
  void aRepeatedTransactionIsANoOp() {
    TableVersion created = log.commit(TestTables.create());
    SegmentEntry segment = TestTables.written(root, 1);
    TableVersion first = log.commit(transactional(created, "stream", 7, segment));
    assertThat(first.transactions()).containsExactly(Map.entry("stream", 7L));

    TableVersion again = log.commit(transactional(created, "stream", 7, segment));
    TableVersion older = log.commit(transactional(created, "stream", 6, segment));
    assertThat(again).isEqualTo(first);
    assertThat(older).isEqualTo(first);
    assertThat(log.commit(transactional(first, "stream", 8, TestTables.written(root, 1))).rows())
        .isEqualTo(2);
    assertThat(log.commit(transactional(first, "other", 1, TestTables.written(root, 1))))
        .satisfies(
            last -> assertThat(last.version()).isEqualTo(4),
            last -> assertThat(last.transactions()).isEqualTo(Map.of("stream", 8L, "other", 1L)));
  }

  @Test
  void refusesFilesThatAreMissingOrShort() {
    TableVersion created = log.commit(TestTables.create());
    SegmentEntry nowhere = TestTables.segment(1);
    assertThatThrownBy(() -> log.commit(TestTables.append(created, nowhere)))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining(nowhere.id().toString())
        .hasMessageContaining("is not there");
    TestTables.write(new Configuration(), log.files().segment(nowhere.id()), 7);
    assertThatThrownBy(() -> log.commit(TestTables.append(created, nowhere)))
        .hasMessageContaining("should have 8 bytes but has 7");
    assertThat(log.latest()).contains(created);
  }

  @Test
  void loadsEveryVersionByNumberAndNamesThoseThatAreNotThere() {
    TableVersion created = log.commit(TestTables.create());
    TableVersion appended = log.commit(TestTables.append(created, TestTables.written(root, 1)));
    assertThat(log.load(1)).isEqualTo(created);
    assertThat(log.load(2)).isEqualTo(appended);
    for (long version : new long[] {0, -1, 3, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> log.load(version))
          .isInstanceOf(OmenException.class)
          .hasMessageContaining("no version " + version)
          .hasMessageContaining("versions 1 to 2");
    }
  }

  @Test
  void aDamagedNewestVersionIsAnErrorAndNotTheVersionBefore() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    log.commit(TestTables.append(created, TestTables.written(root, 1)));
    Files.write(versionFile(2), new byte[100]);
    assertThatThrownBy(log::latest)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("00000000000000000002.json");
    assertThatThrownBy(() -> log.commit(TestTables.append(created)))
        .isInstanceOf(CorruptDataException.class);
  }

  @Test
  void aMissingVersionIsAnError() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    log.commit(TestTables.append(created));
    log.commit(TestTables.append(created));
    Files.delete(versionFile(2));
    assertThatThrownBy(log::latest)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("version 2 is missing although version 3 exists");
  }

  @Test
  void otherNamesInTheLogDirectoryAreIgnored() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    for (String name :
        List.of("2.json", "00000000000000000002.json.tmp", "99999999999999999999.json", "x")) {
      Files.write(versionFile(1).resolveSibling(name), new byte[] {1});
    }
    assertThat(log.latest()).contains(created);
  }

  @Test
  void versionsBelowTheFloorAreExpired() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    log.commit(TestTables.append(created));
    TableVersion third = log.commit(TestTables.append(created));
    // What expiry publishes: the same rows, a higher floor; then it deletes.
    publish(withFloor(third, 3));
    Files.delete(versionFile(1));

    assertThat(log.current().floor()).isEqualTo(3);
    assertThat(log.load(3)).isEqualTo(third);
    for (long version : new long[] {1, 2}) {
      assertThatThrownBy(() -> log.load(version))
          .isInstanceOf(SnapshotExpiredException.class)
          .hasMessageContaining("Version " + version)
          .hasMessageContaining("versions 3 to 4");
    }
    assertThat(log.commit(TestTables.append(log.current())).floor()).isEqualTo(3);
    Files.delete(versionFile(2));
    assertThat(log.latest()).isPresent();
    assertThatThrownBy(() -> log.commit(TestTables.append(created)))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("the version it was planned on has expired");
  }

  @Test
  void anInterruptedThreadCommitsAndStaysInterrupted() {
    TableVersion created = log.commit(TestTables.create());
    Thread.currentThread().interrupt();
    TableVersion appended = log.commit(TestTables.append(created));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(log.latest()).contains(appended);
  }

  @Test
  void aStaleHadoopChecksumDoesNotHideAVersion() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    Files.write(
        versionFile(1).resolveSibling(".00000000000000000001.json.crc"),
        new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});
    assertThat(log.latest()).contains(created);
  }

  private Path versionFile(long version) {
    return Path.of(log.files().version(version).toUri().getPath());
  }

  private void publish(TableVersion version) throws IOException {
    Files.write(versionFile(version.version()), ManifestCodec.encode(version));
  }

  private static TableVersion withFloor(TableVersion head, long floor) {
    return new TableVersion(
        head.tableId(),
        head.version() + 1,
        head.version(),
        UUID.randomUUID(),
        head.timestampMs() + 1,
        "expire",
        head.schemaJson(),
        head.config(),
        head.segments(),
        head.transactions(),
        floor,
        Map.of());
  }

  private static Change transactional(
      TableVersion base, String app, long version, SegmentEntry segment) {
    return new Change.Append(
        base, 8, List.of(segment), Optional.of(new Transaction(app, version)), Map.of());
  }
}
