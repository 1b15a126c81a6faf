/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import io.omendb.spark.error.Errors;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a store must be able to do for commits: publish a complete file under a name that nobody
 * else has published. Thread-safe, and safe against other processes. The calling thread must not be
 * interrupted.
 */
public interface CommitStore {

  /** Hadoop configuration key; {@code single-writer} admits stores without a safe primitive. */
  String HANDLER_KEY = "omendb.commit.handler";

  /** What became of a file. */
  enum Outcome {
    /** Published durably under this name, by this call. */
    COMMITTED,
    /** The name is taken; nothing was changed. */
    CONFLICT,
    /** The store failed while publishing; the file may or may not be there, now or later. */
    UNKNOWN
  }

  /**
   * Publishes {@code bytes} as the version file {@code name}, unless a file of that name exists. A
   * reader sees the whole file or none.
   *
   * @throws IOException when the store failed before publishing: this call made no version file
   */
  Outcome putIfAbsent(String name, byte[] bytes) throws IOException;

  /**
   * Makes closed files survive a loss of power, where closing does not. Called before a version
   * that refers to them is published.
   */
  default void seal(List<Path> files) throws IOException {}

  /**
   * The safe way to publish below {@code files}.
   *
   * @throws io.omendb.spark.error.OmenException when there is none and the user has not accepted
   *     the risk with {@value #HANDLER_KEY}
   */
  static CommitStore forTable(FileSystem fs, TableFiles files, Configuration conf)
      throws IOException {
    String scheme = fs.getUri().getScheme();
    switch (scheme) {
      case "file":
        return new LocalCommitStore(
            java.nio.file.Path.of(files.log().getParent().toUri().getPath()));
      case "hdfs":
      case "viewfs":
        return new HdfsCommitStore(FileContext.getFileContext(fs.getUri(), conf), files);
      default:
        if ("single-writer".equals(conf.get(HANDLER_KEY))) {
          return new SingleWriterCommitStore(fs, files);
        }
        throw Errors.unsafeStore(files.root(), scheme, HANDLER_KEY);
    }
  }
}
