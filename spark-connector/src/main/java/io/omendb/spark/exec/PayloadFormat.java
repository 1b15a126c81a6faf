/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes payload files with Spark's own Parquet writer. Row groups are small, so that fetching a
 * few rows decodes little; compression follows {@code spark.sql.parquet.compression.codec}.
 */
public final class PayloadFormat implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int ROW_GROUP_ROWS = 8192;
  private static final int ROW_GROUP_BYTES = 4 << 20;

  private final StructType schema;
  private final OutputWriterFactory factory;
  private final Broadcast<SerializableConfiguration> conf;

  private PayloadFormat(
      StructType schema, OutputWriterFactory factory, Broadcast<SerializableConfiguration> conf) {
    this.schema = schema;
    this.factory = factory;
    this.conf = conf;
  }

  /** Prepared on the driver for files with these columns. */
  public static PayloadFormat of(SparkSession spark, StructType schema) {
    try {
      Job job = Job.getInstance(spark.sessionState().newHadoopConf());
      Configuration conf = job.getConfiguration();
      conf.setInt(ParquetOutputFormat.BLOCK_ROW_COUNT_LIMIT, ROW_GROUP_ROWS);
      conf.setInt(ParquetOutputFormat.BLOCK_SIZE, ROW_GROUP_BYTES);
      conf.set(SQLConf.PARQUET_OUTPUT_TIMESTAMP_TYPE().key(), "TIMESTAMP_MICROS");
      conf.setBoolean(SQLConf.PARQUET_WRITE_LEGACY_FORMAT().key(), false);
      conf.setBoolean(SQLConf.LEGACY_PARQUET_NANOS_AS_LONG().key(), false);
      // Payloads are written to local disk, and a .crc file beside one would stay there.
      conf.setClass("fs.file.impl", RawLocalFileSystem.class, RawLocalFileSystem.class);
      conf.setBoolean("fs.file.impl.disable.cache", true);
      OutputWriterFactory factory =
          new ParquetFileFormat()
              .prepareWrite(spark, job, scala.collection.immutable.Map$.MODULE$.empty(), schema);
      return new PayloadFormat(
          schema,
          factory,
          SerializableConfiguration.broadcast(spark.sparkContext(), job.getConfiguration()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a column of this type can be in a payload. */
  public static boolean supports(DataType type) {
    return new ParquetFileFormat().supportDataType(type);
  }

  /** A writer of a new local file, whose directory exists. */
  public PayloadWriter create(Path file) {
    return new PayloadWriter(newWriter(file));
  }

  private OutputWriter newWriter(Path file) {
    return factory.newInstance(
        new org.apache.hadoop.fs.Path(file.toUri()).toString(),
        schema,
        new TaskAttemptContextImpl(conf.value().value(), new TaskAttemptID()));
  }
}
