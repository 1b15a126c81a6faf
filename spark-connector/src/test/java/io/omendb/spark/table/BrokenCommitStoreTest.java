/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.table.CommitStore.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract is worth something only if stores that break it fail it. */
class BrokenCommitStoreTest {

  @TempDir Path dir;

  @Test
  void aStoreThatReplacesFailsTheContract() {
    CommitStoreContract contract = contract(this::replaceByRename);
    assertThatThrownBy(contract::aTakenNameIsAConflictAndStaysAsItIs)
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(contract::ofManyWritersExactlyOneWins).isInstanceOf(AssertionError.class);
  }

  @Test
  void aStoreThatLooksFirstAndWritesThenFailsTheContract() throws IOException {
    CommitStoreContract contract = contract(this::lookThenRename);
    contract.aTakenNameIsAConflictAndStaysAsItIs();
    assertThatThrownBy(contract::ofManyWritersExactlyOneWins).isInstanceOf(AssertionError.class);
  }

  @Test
  void aStoreThatWritesInPlaceFailsTheContract() {
    CommitStoreContract contract = contract(this::writeInPlace);
    assertThatThrownBy(contract::aReaderSeesTheWholeFileOrNone).isInstanceOf(AssertionError.class);
  }

  @Test
  void aStoreThatPublishesNothingFailsTheContract() {
    CommitStoreContract contract = contract((name, bytes) -> Outcome.COMMITTED);
    assertThatThrownBy(contract::publishesExactlyTheBytes).isInstanceOf(AssertionError.class);
  }

  private Outcome replaceByRename(String name, byte[] bytes) throws IOException {
    Path staged = metadata("tmp").resolve(UUID.randomUUID().toString());
    Files.write(staged, bytes);
    Files.move(staged, metadata("log").resolve(name), StandardCopyOption.ATOMIC_MOVE);
    return Outcome.COMMITTED;
  }

  private Outcome lookThenRename(String name, byte[] bytes) throws IOException {
    boolean taken = Files.exists(metadata("log").resolve(name));
    return taken ? Outcome.CONFLICT : replaceByRename(name, bytes);
  }

  private Outcome writeInPlace(String name, byte[] bytes) throws IOException {
    try (OutputStream out = Files.newOutputStream(metadata("log").resolve(name))) {
      for (byte value : bytes) {
        out.write(value);
      }
    }
    return Outcome.COMMITTED;
  }

  private Path metadata(String directory) throws IOException {
    return Files.createDirectories(dir.resolve(directory));
  }

  private CommitStoreContract contract(CommitStore store) {
    return new CommitStoreContract() {
      @Override
      CommitStore store() {
        return store;
      }

      @Override
      Optional<byte[]> read(String name) throws IOException {
        try {
          return Optional.of(Files.readAllBytes(metadata("log").resolve(name)));
        } catch (NoSuchFileException e) {
          return Optional.empty();
        }
      }

      @Override
      void makeDirectory(String name) throws IOException {
        Files.createDirectories(metadata("log").resolve(name));
      }

      @Override
      List<String> list(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(metadata(directory))) {
          return entries.map(path -> path.getFileName().toString()).toList();
        }
      }
    };
  }
}
