/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.CommitConflictException;
import io.omendb.spark.error.CommitStateUnknownException;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.table.CommitStore.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a commit when the store does not say, or says it late. */
class PublicationTest {

  /** Stands between the log and a good store, and takes one step per call; the rest is good. */
  private final class Scripted implements CommitStore {
    private final Deque<CommitStore> steps = new ArrayDeque<>();

    @Override
    public Outcome putIfAbsent(String name, byte[] bytes) throws IOException {
      calls.add(name);
      return (steps.isEmpty() ? good : steps.pop()).putIfAbsent(name, bytes);
    }
  }

  @TempDir Path dir;

  private final List<String> calls = new ArrayList<>();
  private final List<Long> pauses = new ArrayList<>();
  private final Scripted scripted = new Scripted();
  private CommitStore good;
  private TableLog log;
  private TableVersion created;
  private Commit.Environment environment;

  @BeforeEach
  void open() throws IOException {
    log = new TableLog(new Configuration(), dir.toString());
    created = log.commit(TestTables.create());
    good = new LocalCommitStore(dir.resolve("_omendb"));
    environment = environment(InstantSource.system());
  }

  @Test
  void publishedButNotAnsweredIsASuccess() throws IOException {
    script(published(unknown()));
    TableVersion appended = commit();
    assertThat(appended.version()).isEqualTo(2);
    assertThat(log.latest()).contains(appended);
    assertThat(calls).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void publishedAndFailedWithAnUncheckedExceptionIsASuccess() throws IOException {
    script(published((name, bytes) -> sneaky(new IllegalStateException("client closed"))));
    TableVersion appended = commit();
    assertThat(log.latest()).contains(appended);
  }

  @Test
  void notPublishedAndNotAnsweredIsPublishedAgain() throws IOException {
    script(unknown(), unknown());
    TableVersion appended = commit();
    assertThat(appended.version()).isEqualTo(2);
    assertThat(log.latest()).contains(appended);
    assertThat(calls).hasSize(3);
    assertThat(pauses).containsExactly(1_000L, 3_000L);
  }

  @Test
  void theEchoOfOurOwnPublicationIsNotAConflict() throws IOException {
    script(published((name, bytes) -> Outcome.CONFLICT));
    assertThat(commit().version()).isEqualTo(2);
    assertThat(log.current().version()).isEqualTo(2);
  }

  @Test
  void anotherWritersVersionAfterAnUnclearAnswerIsAConflict() throws IOException {
    script(
        (name, bytes) -> {
          log.commit(TestTables.append(created));
          return Outcome.UNKNOWN;
        });
    assertThat(commit().version()).isEqualTo(3);
  }

  @Test
  void aFailureBeforePublishingIsTheCallersAndPublishesNothing() {
    script(failing());
    assertThatThrownBy(this::commit).isInstanceOf(IOException.class).hasMessage("disk full");
    assertThat(calls).hasSize(1);
    assertThat(log.latest()).contains(created);
  }

  @Test
  void aFailureAfterAnUnclearAnswerSaysNothingAboutTheFirstCall() throws IOException {
    script(unknown(), failing(), failing());
    assertThat(commit().version()).isEqualTo(2);
    assertThat(log.current().version()).isEqualTo(2);
  }

  @Test
  void aStoreThatStaysSilentLeavesTheStateUnknown() {
    script(unknown(), unknown(), failing(), unknown(), unknown());
    assertThatThrownBy(this::commit)
        .isInstanceOf(CommitStateUnknownException.class)
        .hasMessageContaining("It is not known whether version 2")
        .hasMessageContaining("No file was deleted");
    assertThat(calls).hasSize(Publication.MAX_LOOKUPS);
    assertThat(pauses).containsExactly(1_000L, 3_000L, 9_000L, 27_000L);
  }

  @Test
  void anErrorOfTheJvmLeavesTheStateUnknownUnlessItCanBeLookedUp() {
    CommitStore broken = (name, bytes) -> sneaky(new OutOfMemoryError("test"));
    script(broken, broken, broken, broken, broken);
    assertThatThrownBy(this::commit)
        .isInstanceOf(CommitStateUnknownException.class)
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aTornFileAfterAnUnclearAnswerLeavesTheStateUnknown() {
    script(
        (name, bytes) -> {
          Files.write(versionFile(2), Arrays.copyOf(bytes, bytes.length / 2));
          return Outcome.UNKNOWN;
        });
    assertThatThrownBy(this::commit).isInstanceOf(CommitStateUnknownException.class);
  }

  @Test
  void writersThatAreAlwaysFasterEndTheTries() {
    CommitStore late =
        (name, bytes) -> {
          log.commit(TestTables.append(created));
          return good.putIfAbsent(name, bytes);
        };
    CommitStore[] steps = new CommitStore[Commit.MAX_TRIES];
    Arrays.fill(steps, late);
    script(steps);
    assertThatThrownBy(this::commit)
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("other writers were faster 20 times in a row");
    assertThat(pauses).hasSize(Commit.MAX_TRIES - 1).allMatch(ms -> ms >= 0 && ms < 10_000);
  }

  @Test
  void anInterruptEndsTheTriesButNotTheLookup() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    script(
        (name, bytes) -> {
          inside.countDown();
          await(interrupted);
          log.commit(TestTables.append(created));
          return good.putIfAbsent(name, bytes);
        });
    List<Throwable> failures = new ArrayList<>();
    List<Boolean> stillInterrupted = new ArrayList<>();
    Thread writer =
        new Thread(
            () -> {
              try {
                commit();
              } catch (IOException | RuntimeException e) {
                failures.add(e);
              }
              stillInterrupted.add(Thread.currentThread().isInterrupted());
            });
    writer.start();
    inside.await();
    writer.interrupt();
    // The flag is cleared when the waiting thread has noticed.
    while (writer.isInterrupted()) {
      Thread.onSpinWait();
    }
    interrupted.countDown();
    writer.join();
    assertThat(failures)
        .singleElement()
        .isInstanceOf(CommitConflictException.class)
        .asString()
        .contains("OMEN_COMMIT_CANCELLED");
    assertThat(stillInterrupted).containsExactly(true);
    assertThat(log.current().version()).isEqualTo(2);
  }

  @Test
  void aVersionThatFellIntoAHoleIsNotPublished() throws IOException {
    script((name, bytes) -> intoAHole(name, bytes, Outcome.COMMITTED));
    assertThatThrownBy(this::commit)
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("the version it was planned on has expired");
    assertThat(log.current().version()).isEqualTo(9);
  }

  @Test
  void aVersionThatFellIntoAHoleUnnoticedIsNotPublished() throws IOException {
    script((name, bytes) -> intoAHole(name, bytes, Outcome.UNKNOWN));
    assertThatThrownBy(this::commit)
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("the version it was planned on has expired");
    assertThat(log.current().version()).isEqualTo(9);
  }

  /** While a commit is held up, others publish up to version 9, expire all below it and delete. */
  private Outcome intoAHole(String name, byte[] bytes, Outcome answer) throws IOException {
    for (int v = 2; v < 9; v++) {
      log.commit(TestTables.append(log.current()));
    }
    TableVersion last = log.current();
    TableVersion ninth =
        new TableVersion(
            last.tableId(),
            9,
            8,
            UUID.randomUUID(),
            last.timestampMs() + 1,
            "append",
            last.schemaJson(),
            last.config(),
            last.segments(),
            last.transactions(),
            9,
            last.summary());
    Files.write(versionFile(9), ManifestCodec.encode(ninth));
    for (int v = 1; v < 9; v++) {
      Files.delete(versionFile(v));
    }
    assertThat(good.putIfAbsent(name, bytes)).isEqualTo(Outcome.COMMITTED);
    return answer;
  }

  @Test
  void aNameThatIsTakenButNotReadableAfterAnUnclearAnswerLeavesTheStateUnknown() {
    CommitStore taken = (name, bytes) -> Outcome.CONFLICT;
    script(unknown(), taken, taken, taken, taken);
    assertThatThrownBy(this::commit).isInstanceOf(CommitStateUnknownException.class);
  }

  @Test
  void aNameThatIsTakenButNotYetReadableIsTriedAgain() throws IOException {
    script((name, bytes) -> Outcome.CONFLICT);
    assertThat(commit().version()).isEqualTo(2);
    assertThat(calls).hasSize(2);
  }

  @Test
  void aVersionOfANewerReleaseIsAnotherWritersVersion() {
    script(
        (name, bytes) -> {
          Files.write(versionFile(2), TableSpecTest.framed("{\"format\":2}"));
          return Outcome.CONFLICT;
        });
    assertThatThrownBy(this::commit)
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("table format 2");
    assertThat(calls).hasSize(1);
  }

  @Test
  void aClockThatRunsBackwardsDoesNotTurnTheHistory() throws IOException {
    environment = environment(InstantSource.fixed(Instant.EPOCH));
    assertThat(commit().timestampMs()).isEqualTo(created.timestampMs() + 1);
    environment = environment(InstantSource.system());
    assertThat(commit().timestampMs()).isGreaterThan(created.timestampMs() + 1);
  }

  private TableVersion commit() throws IOException {
    return TableLog.commit(environment, TestTables.append(created));
  }

  private Commit.Environment environment(InstantSource clock) throws IOException {
    FileSystem fs =
        new org.apache.hadoop.fs.Path(dir.toString()).getFileSystem(new Configuration());
    return new Commit.Environment(fs, log.files(), scripted, clock, pauses::add);
  }

  private Path versionFile(long version) {
    return dir.resolve("_omendb/log").resolve(TableFiles.versionName(version));
  }

  private void script(CommitStore... steps) {
    scripted.steps.addAll(List.of(steps));
  }

  /** Publishes first and answers something else then. */
  private CommitStore published(CommitStore answer) {
    return (name, bytes) -> {
      assertThat(good.putIfAbsent(name, bytes)).isEqualTo(Outcome.COMMITTED);
      return answer.putIfAbsent(name, bytes);
    };
  }

  private static CommitStore unknown() {
    return (name, bytes) -> Outcome.UNKNOWN;
  }

  private static CommitStore failing() {
    return (name, bytes) -> {
      throw new IOException("disk full");
    };
  }

  private static Outcome sneaky(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
