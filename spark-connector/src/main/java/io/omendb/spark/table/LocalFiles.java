/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a local disk needs so that files survive a loss of power. On Linux and macOS a directory is
 * forced like a file.
 */
final class LocalFiles {

  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  private LocalFiles() {}

  /** Writes the contents of a file, or the entries of a directory, to the device. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Writes the entries on the way from the root of the file system to {@code directory} to the
   * device, whoever made them. A directory that may not be read was there before us.
   */
  static void forceWayTo(Path directory) throws IOException {
    for (Path above = directory.getParent(); above != null; above = above.getParent()) {
      try {
        force(above);
      } catch (AccessDeniedException e) {
        LOG.debug("Not allowed to force {}", above, e);
      }
    }
  }
}
