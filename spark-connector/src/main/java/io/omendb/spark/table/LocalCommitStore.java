/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes on a local disk with a hard link, the only operation there that is exclusive across
 * processes and never shows half a file. Hadoop's local file system has none: its rename replaces,
 * and its streams cannot be forced.
 */
final class LocalCommitStore implements CommitStore {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCommitStore.class);

  private static final String FIRST = TableFiles.versionName(1);

  private final Path log;
  private final Path staging;

  /** Publishes below {@code metadata}, the directory {@code _omendb} of the table. */
  LocalCommitStore(Path metadata) {
    this.log = metadata.resolve("log");
    this.staging = metadata.resolve("tmp");
  }

  @Override
  public Outcome putIfAbsent(String name, byte[] bytes) throws IOException {
    Files.createDirectories(log);
    Files.createDirectories(staging);
    if (name.equals(FIRST)) {
      // Later versions need not: the directories are as durable as the first version is.
      LocalFiles.forceWayTo(log);
    }
    Path staged = staging.resolve(UUID.randomUUID() + ".json");
    try {
      write(staged, bytes);
      return link(log.resolve(name), staged);
    } finally {
      discard(staged);
    }
  }

  @Override
  public void seal(List<org.apache.hadoop.fs.Path> files) throws IOException {
    Set<Path> directories = new LinkedHashSet<>();
    for (org.apache.hadoop.fs.Path file : files) {
      Path path = log.getFileSystem().getPath(file.toUri().getPath());
      LocalFiles.force(path);
      directories.add(path.getParent());
    }
    for (Path directory : directories) {
      LocalFiles.force(directory);
      LocalFiles.force(directory.getParent());
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private Outcome link(Path target, Path staged) throws IOException {
    try {
      Files.createLink(target, staged);
      LocalFiles.force(log);
      return Outcome.COMMITTED;
    } catch (FileAlreadyExistsException e) {
      return Outcome.CONFLICT;
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system of " + log + " has no hard links", e);
    } catch (AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn("Publishing {} failed; whether it is there has to be looked up", target, e);
      return Outcome.UNKNOWN;
    }
  }

  /** The version file is another name of the same bytes, so this one is never needed again. */
  private static void discard(Path staged) {
    try {
      Files.deleteIfExists(staged);
    } catch (IOException e) {
      LOG.warn("Left the file {} behind, which may be deleted", staged, e);
    }
  }
}
