/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.index.segment.RecallCurve;
import io.omendb.spark.error.CommitStateUnknownException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation of every commit fails once in every way; the table is as before or as after. */
@Tag("slow")
class CrashTest {

  private static final Configuration CONF = new Configuration();

  private static final List<String> OPERATIONS =
      List.of("create", "first append", "append", "overwrite");

  @TempDir Path dir;

  private int runs;

  /** One table on one disk, with one change that is about to be committed. */
  private final class Scene {
    private FaultyDisk disk = new FaultyDisk();
    private final Path root = dir.resolve("run" + runs++ + "/t");
    private final TableLog log = new TableLog(CONF, root.toString());
    private final TableVersion before;
    private final Change change;

    Scene(String operation) throws IOException {
      switch (operation) {
        case "create" -> {
          before = null;
          change = TestTables.create(segment());
        }
        case "first append" -> {
          before = commit(TestTables.create());
          change = TestTables.append(before, segment());
        }
        case "append" -> {
          before = commit(TestTables.create(segment()));
          change = TestTables.append(before, segment());
        }
        default -> {
          before = commit(TestTables.create(segment()));
          change = TestTables.overwrite(before, segment());
        }
      }
    }

    /** Written as a task does: closed, and never forced. */
    private SegmentEntry segment() throws IOException {
      UUID id = UUID.randomUUID();
      for (String name : List.of("seg/" + id + ".omx", "pay/" + id + ".parquet")) {
        Path file = disk.path(root).resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, contents(id));
      }
      int bytes = contents(id).length;
      return new SegmentEntry(
          id, 3, bytes, 7, new PayloadEntry(bytes, 9), null, false, RecallCurve.EXACT);
    }

    private TableVersion commit(Change change) throws IOException {
      try (FaultyFileSystem fs = new FaultyFileSystem(disk, raw())) {
        CommitStore store = new LocalCommitStore(disk.path(root).resolve("_omendb"));
        return TableLog.commit(
            new Commit.Environment(fs, log.files(), store, InstantSource.system(), ms -> {}),
            change);
      }
    }

    /** Reads without faults, as the next process does. */
    private void check(TableVersion published, Throwable failure) throws IOException {
      TableVersion now = log.latest().orElse(null);
      boolean isAfter = now != null && now.segments().containsAll(change.added());
      if (!isAfter) {
        assertThat(now).isEqualTo(before);
      }
      if (published != null) {
        assertThat(now).isEqualTo(published);
      } else if (!disk.isHalted() && !(failure instanceof CommitStateUnknownException)) {
        assertThat(isAfter).as("a failure that claims to have published nothing").isFalse();
      }
      if (now != null) {
        assertThat(now.version()).isEqualTo(change.base() + (isAfter ? 1 : 0));
        for (SegmentEntry segment : now.segments()) {
          for (org.apache.hadoop.fs.Path file :
              List.of(log.files().segment(segment.id()), log.files().payload(segment.id()))) {
            assertThat(Path.of(file.toUri().getPath())).hasBinaryContent(contents(segment.id()));
          }
        }
      }
      disk = new FaultyDisk();
      TableVersion next = commit(now == null ? TestTables.create() : TestTables.append(now));
      assertThat(log.latest()).contains(next);
    }
  }

  @ParameterizedTest
  @EnumSource(FaultyDisk.Fault.class)
  void everyCommitIsThereWholeOrNotAtAll(FaultyDisk.Fault fault) throws IOException {
    for (String operation : OPERATIONS) {
      int operations = 0;
      for (boolean struck = true; struck; operations++) {
        Scene scene = new Scene(operation);
        scene.disk.arm(operations + 1, fault);
        Throwable failure = null;
        TableVersion published = null;
        try {
          published = scene.commit(scene.change);
        } catch (IOException | RuntimeException | FaultyDisk.Halted e) {
          failure = e;
        }
        struck = scene.disk.hasStruck();
        scene.check(published, failure);
      }
      assertThat(operations).as("operations of " + operation).isGreaterThan(20);
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesALossOfPower() throws IOException {
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      Scene scene = new Scene(OPERATIONS.get(seed % OPERATIONS.size()));
      scene.disk.arm(1 + random.nextInt(45), FaultyDisk.Fault.HALT_AFTER);
      TableVersion published = null;
      try {
        published = scene.commit(scene.change);
      } catch (IOException | RuntimeException | FaultyDisk.Halted e) {
        assertThat(scene.disk.isHalted()).isTrue();
      }
      scene.disk.losePower(random);
      scene.check(published, null);
    }
  }

  private static byte[] contents(UUID id) {
    byte[] contents = new byte[257];
    new Random(id.getLeastSignificantBits()).nextBytes(contents);
    return contents;
  }

  private static RawLocalFileSystem raw() throws IOException {
    RawLocalFileSystem raw = new RawLocalFileSystem();
    raw.initialize(URI.create("file:///"), CONF);
    return raw;
  }
}
