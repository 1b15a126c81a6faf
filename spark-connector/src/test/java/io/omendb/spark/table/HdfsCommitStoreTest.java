/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.table.CommitStore.Outcome;
import io.omendb.spark.testing.MiniDfs;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.server.namenode.SafeModeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(MiniDfs.class)
class HdfsCommitStoreTest extends CommitStoreContract {

  private MiniDFSCluster cluster;
  private TableFiles files;
  private DistributedFileSystem fs;

  @BeforeEach
  void open(MiniDFSCluster cluster) throws IOException {
    this.cluster = cluster;
    this.files = new TableFiles(MiniDfs.newDirectory(cluster));
    this.fs = cluster.getFileSystem();
  }

  @Override
  CommitStore store() throws IOException {
    CommitStore store = CommitStore.forTable(fs, files, cluster.getConfiguration(0));
    assertThat(store).isInstanceOf(HdfsCommitStore.class);
    return store;
  }

  @Override
  Optional<byte[]> read(String name) throws IOException {
    try (InputStream in = fs.open(new Path(files.log(), name))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  void makeDirectory(String name) throws IOException {
    fs.mkdirs(new Path(files.log(), name));
  }

  @Override
  List<String> list(String directory) throws IOException {
    return Stream.of(fs.listStatus(new Path(files.log().getParent(), directory)))
        .map(status -> status.getPath().getName())
        .toList();
  }

  @Test
  void refusesInSafeModeAndWorksAfterwards() throws IOException {
    CommitStore store = store();
    fs.setSafeMode(SafeModeAction.ENTER);
    try {
      assertThatThrownBy(() -> store.putIfAbsent(TableFiles.versionName(1), bytes(10, 1)))
          .hasStackTraceContaining(SafeModeException.class.getSimpleName());
    } finally {
      fs.setSafeMode(SafeModeAction.LEAVE);
    }
    assertThat(store.putIfAbsent(TableFiles.versionName(1), bytes(10, 1)))
        .isEqualTo(Outcome.COMMITTED);
  }
}
