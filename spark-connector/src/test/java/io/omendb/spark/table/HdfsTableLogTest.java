/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.OmenException;
import io.omendb.spark.testing.MiniDfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PrivilegedExceptionAction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.NSQuotaExceededException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(MiniDfs.class)
class HdfsTableLogTest {

  private MiniDFSCluster cluster;
  private Configuration conf;
  private String root;
  private TableLog log;

  @BeforeEach
  void open(MiniDFSCluster cluster) {
    this.cluster = cluster;
    this.conf = cluster.getConfiguration(0);
    this.root = MiniDfs.newDirectory(cluster);
    this.log = new TableLog(conf, root);
  }

  @Test
  void tablesLiveOnHdfsAsOnALocalDisk() {
    assertThat(log.latest()).isEmpty();
    TableVersion created = log.commit(TestTables.create(written(2)));
    TableVersion appended = log.commit(TestTables.append(created, written(3)));
    TableVersion replaced = log.commit(TestTables.overwrite(appended, written(1)));
    assertThat(appended.rows()).isEqualTo(5);
    assertThat(log.latest()).contains(replaced);
    assertThat(log.load(1)).isEqualTo(created);
    assertThat(log.files().root()).isEqualTo(root);
  }

  @Test
  void aMissingFileIsNotPublished() {
    TableVersion created = log.commit(TestTables.create());
    assertThatThrownBy(() -> log.commit(TestTables.append(created, TestTables.segment(1))))
        .isInstanceOf(OmenException.class)
        .hasMessageContaining("is not there");
    assertThat(log.latest()).contains(created);
  }

  @Test
  void publishedVersionsSurviveARestartOfTheNameNode() throws IOException {
    TableVersion created = log.commit(TestTables.create(written(2)));
    cluster.restartNameNode();
    cluster.waitActive();
    assertThat(log.latest()).contains(created);
    assertThat(log.commit(TestTables.append(created, written(1))).rows()).isEqualTo(3);
  }

  @Test
  void aQuotaStopsTheCommitAndLeavesTheVersionBefore() throws IOException {
    TableVersion created = log.commit(TestTables.create());
    DistributedFileSystem fs = cluster.getFileSystem();
    long used = fs.getContentSummary(new Path(root)).getFileAndDirectoryCount();
    fs.setQuota(new Path(root), used, HdfsConstants.QUOTA_DONT_SET);
    assertThatThrownBy(() -> log.commit(TestTables.append(created)))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(NSQuotaExceededException.class)
        .hasMessageContaining("cannot commit to table '" + root + "'");
    assertThat(log.latest()).contains(created);

    fs.setQuota(new Path(root), HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_DONT_SET);
    assertThat(log.commit(TestTables.append(created)).version()).isEqualTo(2);
  }

  @Test
  void whoMayNotWriteIsToldSoAndMayRead() throws Exception {
    TableVersion created = log.commit(TestTables.create());
    cluster.getFileSystem().setPermission(new Path(root), new FsPermission("755"));
    UserGroupInformation guest =
        UserGroupInformation.createUserForTesting("guest", new String[] {"guests"});
    guest.doAs(
        (PrivilegedExceptionAction<Void>)
            () -> {
              TableLog seen = new TableLog(conf, root);
              assertThat(seen.latest()).contains(created);
              assertThatThrownBy(() -> seen.commit(TestTables.append(created)))
                  .isInstanceOf(UncheckedIOException.class)
                  .hasCauseInstanceOf(AccessControlException.class)
                  .hasMessageContaining("guest");
              return null;
            });
    assertThat(log.latest()).contains(created);
  }

  private SegmentEntry written(int rows) {
    return TestTables.written(conf, root, rows);
  }
}
