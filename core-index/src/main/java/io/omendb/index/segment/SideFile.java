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
 * dies. Owned by one thread.
 */
final class SideFile implements Closeable {
  private final Path path;
  private final FileChannel channel;
  private long written;

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

  /** Appends what remains in {@code buffer}. */
  void write(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      written += channel.write(buffer);
    }
  }

  /** Maps what was written. The mapping outlives the file. */
  MappedFile map() throws IOException {
    return MappedFile.map(channel, path.toString(), written);
  }

  /** Deletes the file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
