/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(MiniDfs.class)
class MiniDfsTest {

  @Test
  void storesWhatIsWritten(MiniDFSCluster cluster) throws IOException {
    Path file = new Path(MiniDfs.newDirectory(cluster), "file");
    FileSystem fs = file.getFileSystem(cluster.getConfiguration(0));
    try (OutputStream out = fs.create(file)) {
      out.write(new byte[] {1, 2, 3});
    }
    try (InputStream in = fs.open(file)) {
      assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
    }
  }
}
