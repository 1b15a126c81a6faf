/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes on any Hadoop file system by looking first and renaming then. Between the two another
 * writer can publish the same name and be overwritten: correct for one writer at a time only, which
 * the user has promised.
 */
final class SingleWriterCommitStore implements CommitStore {

  private static final Logger LOG = LoggerFactory.getLogger(SingleWriterCommitStore.class);

  private final FileSystem fs;
  private final TableFiles files;

  SingleWriterCommitStore(FileSystem fs, TableFiles files) {
    this.fs = fs;
    this.files = files;
  }

  @Override
  public Outcome putIfAbsent(String name, byte[] bytes) throws IOException {
    Path target = new Path(files.log(), name);
    LOG.warn("Publishing {} without protection against a second writer", target);
    if (fs.exists(target)) {
      return Outcome.CONFLICT;
    }
    fs.mkdirs(files.log());
    Path staged = new Path(files.staging(), UUID.randomUUID() + ".json");
    try (FSDataOutputStream out = fs.create(staged, false)) {
      out.write(bytes);
    }
    try {
      // Some stores answer false, some throw, for the same reasons.
      return fs.rename(staged, target) ? Outcome.COMMITTED : Outcome.UNKNOWN;
    } catch (IOException e) {
      LOG.warn("Publishing {} failed; whether it is there has to be looked up", target, e);
      return Outcome.UNKNOWN;
    }
  }
}
