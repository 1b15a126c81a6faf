/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCommitStoreTest extends CommitStoreContract {

  @TempDir Path dir;

  @Override
  CommitStore store() {
    return new LocalCommitStore(metadata());
  }

  @Override
  Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(metadata().resolve("log").resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  void makeDirectory(String name) throws IOException {
    Files.createDirectories(metadata().resolve("log").resolve(name));
  }

  @Override
  List<String> list(String directory) throws IOException {
    try (Stream<Path> entries = Files.list(metadata().resolve(directory))) {
      return entries.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Override
  int rounds() {
    return 150;
  }

  @Test
  void failsBeforePublishingWhenTheDirectoryCannotBeMade() throws IOException {
    Files.write(dir.resolve("table"), new byte[1]);
    assertThatThrownBy(() -> store().putIfAbsent(TableFiles.versionName(1), new byte[1]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("table");
  }

  private Path metadata() {
    return dir.resolve("table/_omendb");
  }
}
