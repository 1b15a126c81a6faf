/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/** Many appends at once, from threads of this process and, through {@link #main}, of others. */
final class ConcurrentWriters {

  private ConcurrentWriters() {}

  /** Appends one row per commit from {@code threads} threads and returns the versions made. */
  static List<TableVersion> append(Configuration conf, String root, int threads, int commits)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier start = new CyclicBarrier(threads);
      Callable<List<TableVersion>> writer =
          () -> {
            TableLog log = new TableLog(conf, root);
            List<TableVersion> made = new ArrayList<>();
            start.await();
            for (int i = 0; i < commits; i++) {
              SegmentEntry segment = TestTables.written(conf, root, 1);
              made.add(log.commit(TestTables.append(log.current(), segment)));
            }
            return made;
          };
      List<TableVersion> made = new ArrayList<>();
      for (Future<List<TableVersion>> done : pool.invokeAll(Collections.nCopies(threads, writer))) {
        made.addAll(done.get());
      }
      return made;
    } finally {
      pool.shutdownNow();
    }
  }

  /**
   * Demands {@code commits} versions after the first, each with one more row than the one before.
   */
  static void verify(Configuration conf, String root, int commits) throws IOException {
    TableVersion latest = new TableLog(conf, root).current();
    assertThat(latest.version()).isEqualTo(1 + commits);
    assertThat(latest.rows()).isEqualTo(commits);
    TableFiles files = new TableFiles(root);
    VersionReader reader = new VersionReader(files.log().getFileSystem(conf), files);
    TableVersion before = reader.read(1).version();
    for (long v = 2; v <= latest.version(); v++) {
      TableVersion version = reader.read(v).version();
      assertThat(version.timestampMs()).isGreaterThan(before.timestampMs());
      assertThat(version.segments()).hasSize((int) v - 1);
      assertThat(version.segments().subList(0, (int) v - 2)).isEqualTo(before.segments());
      before = version;
    }
  }

  /** Arguments: root, threads, commits per thread. */
  public static void main(String[] args) throws Exception {
    append(new Configuration(), args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
  }
}
