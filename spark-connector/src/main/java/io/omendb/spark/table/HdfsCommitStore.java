/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.IOException;
import java.util.EnumSet;
import java.util.UUID;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes on HDFS with the rename that refuses to replace, which the NameNode decides under one
 * lock. The two-argument rename of {@code FileSystem} is no substitute: it moves into a directory
 * of that name.
 */
final class HdfsCommitStore implements CommitStore {

  private static final Logger LOG = LoggerFactory.getLogger(HdfsCommitStore.class);

  private final FileContext context;
  private final TableFiles files;

  HdfsCommitStore(FileContext context, TableFiles files) {
    this.context = context;
    this.files = files;
  }

  @Override
  public Outcome putIfAbsent(String name, byte[] bytes) throws IOException {
    context.mkdir(files.log(), FileContext.DIR_DEFAULT_PERM, true);
    // Beside the log, because a rename must not cross encryption zones or mount points.
    Path staged = new Path(files.staging(), UUID.randomUUID() + ".json");
    try {
      write(staged, bytes);
    } catch (IOException e) {
      discard(staged);
      throw e;
    }
    return rename(staged, new Path(files.log(), name));
  }

  private void write(Path file, byte[] bytes) throws IOException {
    // hsync reaches the disks of the block being written, SYNC_BLOCK those of the ones before it.
    EnumSet<CreateFlag> flags = EnumSet.of(CreateFlag.CREATE, CreateFlag.SYNC_BLOCK);
    try (FSDataOutputStream out = context.create(file, flags, Options.CreateOpts.createParent())) {
      out.write(bytes);
      out.hsync();
    }
  }

  private Outcome rename(Path staged, Path target) throws IOException {
    try {
      context.rename(staged, target, Options.Rename.NONE);
      return Outcome.COMMITTED;
    } catch (FileAlreadyExistsException e) {
      discard(staged);
      return Outcome.CONFLICT;
    } catch (AccessControlException e) {
      discard(staged);
      throw e;
    } catch (IOException e) {
      // The NameNode may have done it before the answer was lost, or may still do it.
      LOG.warn("Publishing {} failed; whether it is there has to be looked up", target, e);
      return Outcome.UNKNOWN;
    }
  }

  private void discard(Path staged) {
    try {
      context.delete(staged, false);
    } catch (IOException e) {
      LOG.warn("Left the file {} behind, which may be deleted", staged, e);
    }
  }
}
