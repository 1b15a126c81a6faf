/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.index.segment;

import io.omendb.index.format.MappedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file beside a segment for what its build needs once and the segment does not hold. It has no
 * name in the directory where the system allows that, so nothing is left of it when the process
 * dies.
 */
final class SideFile implements Closeable {
  private final Path path;
  private final FileChannel channel;

  /** Makes a file with the segment's name and {@code suffix}; there must be none. */
  SideFile(Path segment, String suffix) throws IOException {
    path = segment.resolveSibling(segment.getFileName() + suffix);
    channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * Appends what remains in {@code buffer}; for one thread, and a file that is only appended to.
   */
  void write(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Writes what remains in {@code buffer} from {@code position} on; for any thread. */
  void write(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }

  /** Maps what was written. The mapping outlives the file. */
  MappedFile map() throws IOException {
    return MappedFile.map(channel, path.toString(), channel.size());
  }

  /** Deletes the file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
