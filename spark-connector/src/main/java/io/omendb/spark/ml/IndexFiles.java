/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import io.omendb.spark.conf.OmenOptions;
import io.omendb.spark.error.MlErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.spark.sql.SparkSession;

/** Where models keep their tables. */
final class IndexFiles {
  private static final FsPermission OWNER_ONLY = new FsPermission("700");

  private IndexFiles() {}

  /**
   * A place for a new table.
   *
   * @param indexPath the directory to make it in; null for one of the default file system that is
   *     readable by its owner only and deleted when this JVM ends
   */
  static String newTable(SparkSession spark, String indexPath, String uid) {
    String name = uid + "-" + UUID.randomUUID();
    try {
      if (indexPath != null) {
        return qualified(spark, new Path(indexPath, name)).toString();
      }
      FileSystem fs = FileSystem.get(conf(spark));
      boolean local = fs.getScheme().equals("file");
      Path base = new Path(local ? System.getProperty("java.io.tmpdir") : "/tmp");
      requireShared(spark, local, base);
      Path scratch = fs.makeQualified(new Path(base, "omendb-" + name));
      if (!fs.mkdirs(scratch, OWNER_ONLY)) {
        throw new IOException("cannot make the directory " + scratch);
      }
      fs.deleteOnExit(scratch);
      return new Path(scratch, "index").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireShared(SparkSession spark, boolean local, Path base) {
    String master = spark.sparkContext().master();
    if (local && !master.startsWith("local") && !OmenOptions.ALLOW_SHARED_LOCAL_FS.of(spark)) {
      throw MlErrors.scratchOnCluster(base.toString(), master);
    }
  }

  /** {@code path} with scheme and authority. */
  static Path qualified(SparkSession spark, Path path) {
    try {
      return path.getFileSystem(conf(spark)).makeQualified(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether {@code file} is {@code directory} or below it. */
  static boolean isBelow(Path file, Path directory) {
    for (Path path = file; path != null; path = path.getParent()) {
      if (path.equals(directory)) {
        return true;
      }
    }
    return false;
  }

  /** Copies a table, what makes it a table last, so that half a copy is none. */
  static void copy(SparkSession spark, String from, Path to) {
    Configuration conf = conf(spark);
    try {
      Path source = new Path(from);
      FileSystem sourceFs = withoutChecksumFiles(source.getFileSystem(conf));
      FileSystem targetFs = withoutChecksumFiles(to.getFileSystem(conf));
      FileStatus[] parts = sourceFs.listStatus(source);
      Arrays.sort(
          parts, Comparator.comparing(part -> part.getPath().getName().startsWith("_omendb")));
      targetFs.mkdirs(to);
      for (FileStatus part : parts) {
        Path target = new Path(to, part.getPath().getName());
        FileUtil.copy(sourceFs, part.getPath(), targetFs, target, false, true, conf);
      }
    } catch (IOException e) {
      throw MlErrors.notCopied(from, to.toString(), e);
    }
  }

  private static FileSystem withoutChecksumFiles(FileSystem fs) {
    return fs instanceof ChecksumFileSystem checksummed ? checksummed.getRawFileSystem() : fs;
  }

  private static Configuration conf(SparkSession spark) {
    return ((org.apache.spark.sql.classic.SparkSession) spark).sessionState().newHadoopConf();
  }
}
