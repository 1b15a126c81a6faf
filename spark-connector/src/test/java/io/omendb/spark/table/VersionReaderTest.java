/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.CorruptDataException;
import io.omendb.spark.error.OmenException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reader makes of listings and files that change while it looks. */
class VersionReaderTest {

  /** Its listings miss some files, as a directory does that others write to at the same time. */
  private static final class Forgetful extends FilterFileSystem {
    private final Set<Long> missed;

    Forgetful(FileSystem real, Set<Long> missed) {
      super(real);
      this.missed = missed;
    }

    @Override
    public RemoteIterator<FileStatus> listStatusIterator(Path path) throws IOException {
      return RemoteIterators.filteringRemoteIterator(
          super.listStatusIterator(path),
          status -> !missed.contains(TableFiles.versionOf(status.getPath().getName()).orElse(0)));
    }
  }

  /** Says that files are longer than they are. */
  private static final class Exaggerating extends FilterFileSystem {
    Exaggerating(FileSystem real) {
      super(real);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      FileStatus status = super.getFileStatus(path);
      return new FileStatus(status.getLen() + 1, false, 1, 1, 1, path);
    }
  }

  @TempDir java.nio.file.Path dir;

  private TableLog log;
  private FileSystem fs;
  private final List<TableVersion> versions = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    log = new TableLog(new Configuration(), dir.toString());
    fs = log.files().log().getFileSystem(new Configuration());
    versions.add(log.commit(TestTables.create()));
    for (int i = 0; i < 4; i++) {
      versions.add(log.commit(TestTables.append(versions.get(0))));
    }
  }

  @Test
  void versionsThatTheListingMissesAreFound() throws IOException {
    for (Set<Long> missed : List.of(Set.of(5L), Set.of(4L, 5L), Set.of(2L, 4L), Set.of(1L))) {
      VersionReader reader = new VersionReader(new Forgetful(fs, missed), log.files());
      assertThat(reader.latest().orElseThrow().version())
          .as("missed " + missed)
          .isEqualTo(versions.get(4));
    }
  }

  @Test
  void aVersionThatIsReallyMissingIsNamed() throws IOException {
    fs.delete(log.files().version(3), false);
    VersionReader reader = new VersionReader(new Forgetful(fs, Set.of(2L)), log.files());
    assertThatThrownBy(reader::latest)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("version 3 is missing although version 5 exists");
  }

  @Test
  void aFileThatEndsBeforeItsLengthIsDamaged() {
    VersionReader reader = new VersionReader(new Exaggerating(fs), log.files());
    assertThatThrownBy(() -> reader.read(2))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("shorter than its listed length");
  }

  @Test
  void aTableWithDeletedRowsIsRefusedWhileScansCannotHideThem() throws IOException {
    try (OutputStream out = fs.create(log.files().version(6))) {
      out.write(ManifestCodec.encode(withDeletedRows(versions.get(4))));
    }
    assertThatThrownBy(log::latest)
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("needs the reader features [deletionVectors]");
  }

  private static TableVersion withDeletedRows(TableVersion head) {
    SegmentEntry plain = TestTables.segment(10);
    SegmentEntry segment =
        new SegmentEntry(
            plain.id(),
            plain.rows(),
            plain.bytes(),
            plain.crc32c(),
            null,
            new DeletionEntry("dv/" + plain.id() + ".dv", 1, 1, 1),
            false,
            plain.recall());
    return new TableVersion(
        head.tableId(),
        head.version() + 1,
        head.version(),
        head.commitId(),
        head.timestampMs(),
        "delete",
        head.schemaJson(),
        TestTables.config(8),
        List.of(segment),
        head.transactions(),
        head.floor(),
        head.summary());
  }

  @Test
  void theDirectoryOfAnUnfinishedCreateHoldsNoTable() throws IOException {
    fs.delete(log.files().log(), true);
    fs.mkdirs(log.files().log());
    assertThat(log.latest()).isEmpty();
  }
}
