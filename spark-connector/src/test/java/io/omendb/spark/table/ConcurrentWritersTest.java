/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.MiniDfs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ConcurrentWritersTest {

  private final Configuration conf = new Configuration();

  @TempDir Path dir;

  @Test
  void eightThreadsOnALocalDiskLoseNothing() throws Exception {
    String root = dir.resolve("t").toString();
    new TableLog(conf, root).commit(TestTables.create());
    List<TableVersion> made = ConcurrentWriters.append(conf, root, 8, 50);
    assertThat(made).extracting(TableVersion::version).doesNotHaveDuplicates().hasSize(400);
    ConcurrentWriters.verify(conf, root, 400);
  }

  @Test
  void twoProcessesOnALocalDiskLoseNothing() throws Exception {
    String root = dir.resolve("t").toString();
    new TableLog(conf, root).commit(TestTables.create());
    List<Process> writers = new ArrayList<>();
    for (int process = 0; process < 2; process++) {
      File output = dir.resolve("writer" + process + ".log").toFile();
      writers.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ConcurrentWriters.class.getName(),
                  root,
                  "4",
                  "25")
              .redirectErrorStream(true)
              .redirectOutput(output)
              .start());
    }
    for (int process = 0; process < 2; process++) {
      assertThat(writers.get(process).waitFor()).as(() -> "writer failed: " + read(dir)).isZero();
    }
    ConcurrentWriters.verify(conf, root, 200);
  }

  @Test
  @ExtendWith(MiniDfs.class)
  void eightThreadsOnHdfsLoseNothing(MiniDFSCluster cluster) throws Exception {
    String root = MiniDfs.newDirectory(cluster);
    Configuration hdfs = cluster.getConfiguration(0);
    new TableLog(hdfs, root).commit(TestTables.create());
    List<TableVersion> made = ConcurrentWriters.append(hdfs, root, 8, 10);
    assertThat(made).extracting(TableVersion::version).doesNotHaveDuplicates().hasSize(80);
    ConcurrentWriters.verify(hdfs, root, 80);
  }

  private static String read(Path dir) {
    try {
      return Files.readString(dir.resolve("writer0.log"))
          + Files.readString(dir.resolve("writer1.log"));
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
