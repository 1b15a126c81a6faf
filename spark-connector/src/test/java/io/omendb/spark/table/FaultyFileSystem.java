/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The Hadoop side of {@link FaultyDisk}: every question of the log is an operation of the disk. */
final class FaultyFileSystem extends FilterFileSystem {

  private final FaultyDisk disk;

  FaultyFileSystem(FaultyDisk disk, FileSystem real) {
    super(real);
    this.disk = disk;
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return disk.step(() -> super.getFileStatus(path));
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return disk.step(() -> super.open(path, bufferSize));
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path path) throws IOException {
    return disk.step(() -> super.listStatusIterator(path));
  }
}
