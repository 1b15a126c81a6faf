/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.conf.OmenOption;
import io.omendb.spark.conf.OmenOptions;
import io.omendb.spark.conf.OmenSettings;
import io.omendb.spark.error.InputErrors;
import io.omendb.spark.error.OmenException;
import io.omendb.spark.table.TableLog;
import io.omendb.spark.table.TableVersion;
import io.omendb.spark.table.Transaction;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code df.write().format("omendb").save(path)}: resolves the save mode against what is at the
 * path, checks options and schema, then sends the rows through Spark's DataSource V2 write. That
 * write is a second {@code save} that finds the plan by a key, because Spark hands a V2 table only
 * appends and overwrites.
 */
final class PathWrite {

  /** Option of the second save. */
  static final String KEY = "omendb.internal.write";

  private static final Logger LOG = LoggerFactory.getLogger(PathWrite.class);
  private static final Map<String, WritePlan> RUNNING = new ConcurrentHashMap<>();

  private final SparkSession spark;
  private final SaveMode mode;
  private final OmenSettings settings;
  private final TableLog log;
  private final String root;

  /** Checks options and path; nothing is written yet. */
  PathWrite(SparkSession spark, SaveMode mode, Map<String, String> options) {
    this.spark = spark;
    this.mode = mode;
    refusePartitioning(options);
    this.settings = OmenSettings.of(OmenOption.Scope.WRITE, options, spark);
    String path = options.get("path");
    if (path == null || path.isBlank()) {
      throw InputErrors.onePath();
    }
    this.log = new TableLog(spark.sessionState().newHadoopConf(), path);
    this.root = log.files().root();
  }

  /** The plan that the second save asks for. */
  static WritePlan running(String key) {
    WritePlan plan = RUNNING.get(key);
    if (plan == null) {
      throw new IllegalStateException("no write is running under the key " + key);
    }
    return plan;
  }

  /** Writes the rows, or does nothing when the mode or the transaction says so. */
  void run(Dataset<Row> rows) {
    refuseLocalPathOnCluster();
    Optional<TableVersion> existing = log.latest();
    if (existing.isPresent() && mode == SaveMode.ErrorIfExists) {
      throw InputErrors.tableExists(root);
    }
    if (existing.isPresent() && mode == SaveMode.Ignore) {
      LOG.info("Table {} exists, mode ignore writes nothing", root);
      return;
    }
    Optional<Transaction> transaction = TableOptions.transaction(settings);
    if (existing.isPresent() && transaction.filter(existing.get()::contains).isPresent()) {
      LOG.info("Table {} contains {} already, nothing is written", root, transaction.get());
      return;
    }
    execute(plan(rows.schema(), existing, transaction), rows);
  }

  private WritePlan plan(
      StructType rows, Optional<TableVersion> existing, Optional<Transaction> transaction) {
    SegmentLimits limits =
        new SegmentLimits(
            settings.get(OmenOptions.MAX_SEGMENT_ROWS),
            settings.get(OmenOptions.MAX_SEGMENT_BYTES));
    if (existing.isPresent() && mode == SaveMode.Append) {
      TableOptions.requireConsistent(settings, existing.get().config());
      return WritePlan.append(root, existing.get(), limits, transaction);
    }
    StructType schema = TableSchema.of(rows);
    if (existing.isPresent()) {
      return WritePlan.overwrite(
          root, existing.get(), schema, TableOptions.config(settings, schema), limits, transaction);
    }
    return WritePlan.create(
        root, schema, TableOptions.config(settings, schema), limits, transaction);
  }

  private void execute(WritePlan plan, Dataset<Row> rows) {
    int segments = settings.get(OmenOptions.SEGMENTS);
    Dataset<Row> spread = segments > 0 ? rows.repartition(segments) : rows;
    String key = UUID.randomUUID().toString();
    RUNNING.put(key, plan);
    try {
      spread
          .write()
          .format("omendb")
          .option(KEY, key)
          .mode(plan.kind() == WritePlan.Kind.OVERWRITE ? SaveMode.Overwrite : SaveMode.Append)
          .save(root);
    } catch (Throwable failure) {
      throwOurs(failure);
      throw failure;
    } finally {
      RUNNING.remove(key);
    }
  }

  /** Our own sentence when there is one below what Spark says of failed jobs. */
  private static void throwOurs(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OmenException ours) {
        throw ours;
      }
    }
  }

  /** DataFrameWriter passes the columns of these calls as options. */
  private static void refusePartitioning(Map<String, String> options) {
    if (options.containsKey("__partition_columns")) {
      throw InputErrors.partitioning("partitionBy");
    }
    if (options.containsKey("__clustering_columns")) {
      throw InputErrors.partitioning("clusterBy");
    }
  }

  private void refuseLocalPathOnCluster() {
    String scheme = new Path(root).toUri().getScheme();
    String master = spark.sparkContext().master();
    if ((scheme == null || scheme.equals("file"))
        && !master.startsWith("local")
        && !OmenOptions.ALLOW_SHARED_LOCAL_FS.of(spark)) {
      throw InputErrors.localPathOnCluster(
          root, master, OmenOptions.ALLOW_SHARED_LOCAL_FS.confKey().orElseThrow());
    }
  }
}
