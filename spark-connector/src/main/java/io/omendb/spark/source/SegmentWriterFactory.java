/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.source;

import io.omendb.spark.exec.PayloadFormat;
import io.omendb.spark.exec.RowVectors;
import io.omendb.spark.exec.VectorApi;
import io.omendb.spark.table.TableConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What every task of a write needs.
 *
 * @param root directory of the table
 * @param tableId identity of the table
 * @param config how segments are built
 * @param limits where a segment ends
 * @param rows schema of the rows that are written
 * @param vectorOrdinal position of the vector column in them
 * @param vectors reads that column
 * @param payloadSchema columns of the payload files; empty when there are none
 * @param payload writes payload files; null when there are none
 * @param conf what file systems are opened with
 */
record SegmentWriterFactory(
    String root,
    UUID tableId,
    TableConfig config,
    SegmentLimits limits,
    StructType rows,
    int vectorOrdinal,
    RowVectors vectors,
    StructType payloadSchema,
    PayloadFormat payload,
    Broadcast<SerializableConfiguration> conf)
    implements DataWriterFactory {

  static SegmentWriterFactory of(SparkSession spark, WritePlan plan, StructType rows) {
    int vectorOrdinal = rows.fieldIndex(plan.config().vectorColumn());
    RowVectors vectors = RowVectors.of(rows.fields()[vectorOrdinal].dataType()).orElseThrow();
    // Nullable like the table's columns, and because the vector is null where floats restore it.
    List<StructField> columns = new ArrayList<>(List.of(rows.asNullable().fields()));
    if (vectors.isAlwaysLossless()) {
      columns.remove(vectorOrdinal);
    }
    StructType payloadSchema = new StructType(columns.toArray(StructField[]::new));
    return new SegmentWriterFactory(
        plan.root(),
        plan.tableId(),
        plan.config(),
        plan.limits(),
        rows,
        vectorOrdinal,
        vectors,
        payloadSchema,
        payloadSchema.isEmpty() ? null : PayloadFormat.of(spark, payloadSchema),
        SerializableConfiguration.broadcast(
            spark.sparkContext(), spark.sessionState().newHadoopConf()));
  }

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId) {
    VectorApi.warnOnceIfMissing();
    return new SegmentDataWriter(this, partitionId, TaskContext.get());
  }

  Configuration configuration() {
    return conf.value().value();
  }
}
