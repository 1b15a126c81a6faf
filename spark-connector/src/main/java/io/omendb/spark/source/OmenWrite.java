/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.error.CommitStateUnknownException;
import io.omendb.spark.error.InputErrors;
import io.omendb.spark.table.SegmentEntry;
import io.omendb.spark.table.TableConfig;
import io.omendb.spark.table.TableFiles;
import io.omendb.spark.table.TableLog;
import io.omendb.spark.table.TableVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes segments in tasks and publishes them as one version. */
final class OmenWrite implements Write, BatchWrite {
  private static final Logger LOG = LoggerFactory.getLogger(OmenWrite.class);

  private final WritePlan plan;
  private final StructType rows;
  private final SparkSession spark;

  /** Set when the files of the tasks may belong to a published version. */
  private boolean keepFiles;

  /**
   * A write of the active session.
   *
   * @param rows schema of the rows that tasks will be given
   */
  OmenWrite(WritePlan plan, StructType rows) {
    this.plan = plan;
    this.rows = rows;
    this.spark = SparkSession.active();
  }

  @Override
  public String description() {
    TableConfig config = plan.config();
    return "omendb %s of %s [vector=%s, metric=%s, maxDegree=%d, buildListSize=%d]"
        .formatted(
            plan.kind().name().toLowerCase(Locale.ROOT),
            plan.root(),
            config.vectorColumn(),
            config.metric().optionName(),
            config.maxDegree(),
            config.buildListSize());
  }

  @Override
  public BatchWrite toBatch() {
    return this;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return OmenMetrics.ofWrites();
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return SegmentWriterFactory.of(spark, plan, rows);
  }

  /** Attempts of a task never share a file, so it does not matter which of them is counted. */
  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    List<SegmentEntry> segments = new ArrayList<>();
    long added = 0;
    long buildMillis = 0;
    for (WriterCommitMessage message : messages) {
      WrittenSegments written = (WrittenSegments) message;
      segments.addAll(written.segments());
      buildMillis += written.buildMillis();
    }
    for (SegmentEntry segment : segments) {
      added += segment.rows();
    }
    int dimension = commonDimension(messages);
    TableVersion version;
    try {
      version =
          new TableLog(conf(), plan.root())
              .commit(
                  plan.change(
                      dimension,
                      segments,
                      Map.of("sparkApplicationId", spark.sparkContext().applicationId())));
    } catch (CommitStateUnknownException e) {
      keepFiles = true;
      throw e;
    }
    keepFiles = true;
    LOG.info(
        "Committed version {} of table {}: {}, {} rows in {} segments added, {} rows in all, {} ms of"
            + " task time for building",
        version.version(),
        plan.root(),
        version.operation(),
        added,
        segments.size(),
        version.rows(),
        buildMillis);
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    if (keepFiles) {
      return;
    }
    List<UUID> ids = new ArrayList<>();
    for (WriterCommitMessage message : messages) {
      if (message instanceof WrittenSegments written) {
        written.segments().forEach(segment -> ids.add(segment.id()));
      }
    }
    SegmentFiles.delete(new TableFiles(plan.root()), ids, conf());
  }

  private int commonDimension(WriterCommitMessage[] messages) {
    WrittenSegments first = null;
    for (WriterCommitMessage message : messages) {
      WrittenSegments written = (WrittenSegments) message;
      if (written.segments().isEmpty()) {
        continue;
      }
      if (first == null) {
        first = written;
      } else if (first.dimension() != written.dimension()) {
        throw InputErrors.mixedDimensions(
            plan.config().vectorColumn(),
            first.partition(),
            first.dimension(),
            written.partition(),
            written.dimension());
      }
    }
    return first == null ? 0 : first.dimension();
  }

  private Configuration conf() {
    return spark.sessionState().newHadoopConf();
  }
}
