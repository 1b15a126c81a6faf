/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.index.format.CorruptIndexException;
import io.omendb.index.segment.Segment;
import io.omendb.index.segment.SegmentInfo;
import io.omendb.spark.error.ReadErrors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.ShutdownHookManager;
import org.apache.spark.util.Utils$;

/**
 * Opens segment files: local ones where they are, others from a copy that is verified while it is
 * made. A local file is verified once per JVM and again when it changes. Thread-safe.
 */
final class SegmentOpener {

  /**
   * An open segment.
   *
   * @param mapped the file that it is mapped from
   * @param copy whether that is a copy of our own
   * @param modified when the file was written last
   */
  record Opened(Segment segment, Path mapped, boolean copy, FileTime modified) {

    /** False when somebody has touched or removed the file since. */
    boolean isCurrent() {
      try {
        return Files.getLastModifiedTime(mapped).equals(modified);
      } catch (IOException e) {
        return false;
      }
    }

    /** Unmaps the segment and deletes the copy. */
    void close() {
      try {
        segment.close();
        if (copy) {
          Files.deleteIfExists(mapped);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Local files whose every byte was verified, as they were then. */
  private final Map<UUID, FileTime> verified = new ConcurrentHashMap<>();

  /** Where copies go, one directory per disk; made when the first is needed. */
  private List<Path> directories;

  Opened open(SegmentFile file, Configuration conf) throws IOException {
    String name = file.segmentPath().toString();
    try {
      Opened opened = file.isLocal() ? openInPlace(file) : openCopy(file, conf);
      try {
        check(file, opened.segment().info());
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
      return opened;
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw ReadErrors.missingFile(name, e);
    } catch (CorruptIndexException e) {
      throw ReadErrors.damagedSegment(e);
    }
  }

  /** The next opening verifies every byte again. */
  void distrust(SegmentFile file) {
    verified.remove(file.entry().id());
  }

  private Opened openInPlace(SegmentFile file) throws IOException {
    Path path = SegmentFile.local(file.segmentPath());
    FileTime modified = Files.getLastModifiedTime(path);
    new Fingerprint(Files.size(path), file.entry().crc32c())
        .require(file.segmentFingerprint(), path.toString());
    UUID id = file.entry().id();
    if (modified.equals(verified.get(id))) {
      return new Opened(Segment.openVerified(path), path, false, modified);
    }
    Segment segment = Segment.open(path);
    verified.put(id, modified);
    return new Opened(segment, path, false, modified);
  }

  private Opened openCopy(SegmentFile file, Configuration conf) throws IOException {
    Path directory = directoryFor(file);
    Path part = directory.resolve(UUID.randomUUID() + ".part");
    Path copy = directory.resolve(file.entry().id() + "-" + UUID.randomUUID() + ".omx");
    try {
      download(file, conf, part);
      Files.move(part, copy);
      FileTime modified = Files.getLastModifiedTime(copy);
      return new Opened(Segment.openVerified(copy), copy, true, modified);
    } catch (Throwable failure) {
      Files.deleteIfExists(part);
      Files.deleteIfExists(copy);
      throw failure;
    }
  }

  private static void download(SegmentFile file, Configuration conf, Path part) throws IOException {
    org.apache.hadoop.fs.Path source = file.segmentPath();
    try (InputStream in = source.getFileSystem(conf).open(source);
        OutputStream out =
            Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Fingerprint.ofCopy(in, out).require(file.segmentFingerprint(), source.toString());
    }
  }

  private static void check(SegmentFile file, SegmentInfo info) {
    if (!info.segmentId().equals(file.entry().id()) || !info.tableId().equals(file.tableId())) {
      throw ReadErrors.changedFile(
          file.segmentPath().toString(),
          "segment " + file.entry().id() + " of table " + file.tableId(),
          "segment " + info.segmentId() + " of table " + info.tableId());
    }
    if (info.rows() != file.entry().rows()) {
      throw ReadErrors.changedFile(
          file.segmentPath().toString(), file.entry().rows() + " rows", info.rows() + " rows");
    }
    new Fingerprint(info.fileBytes(), info.fileCrc32c())
        .require(file.segmentFingerprint(), file.segmentPath().toString());
  }

  private synchronized Path directoryFor(SegmentFile file) throws IOException {
    // Gone when the Spark application of this JVM ended and another one began.
    if (directories == null || !directories.stream().allMatch(Files::isDirectory)) {
      directories = makeDirectories();
    }
    for (Path directory : directories) {
      if (Files.getFileStore(directory).getUsableSpace() > file.entry().bytes()) {
        return directory;
      }
    }
    throw ReadErrors.diskFull(
        file.segmentPath().toString(), file.entry().bytes(), directories.toString());
  }

  private static List<Path> makeDirectories() throws IOException {
    List<Path> made = new ArrayList<>();
    String[] roots =
        SparkEnv.get() == null
            ? new String[] {System.getProperty("java.io.tmpdir")}
            : Utils$.MODULE$.getOrCreateLocalRootDirs(SparkEnv.get().conf());
    for (String root : roots) {
      Path directory =
          Files.createTempDirectory(
              Path.of(root),
              "omendb-segments-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      ShutdownHookManager.registerShutdownDeleteDir(directory.toFile());
      made.add(directory);
    }
    return made;
  }
}
