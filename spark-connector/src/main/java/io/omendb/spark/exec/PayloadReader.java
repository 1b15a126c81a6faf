/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetReadSupport;
import org.apache.spark.sql.execution.datasources.parquet.SparkToParquetSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads rows of segments: the vector column from the segment file, the other columns from its
 * Parquet file, {@code _segment} and {@code _ordinal} from neither. Made on the driver for a set of
 * columns, used in tasks; immutable and shared by threads.
 */
public final class PayloadReader implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Metadata column: the segment's id as text. */
  public static final StructField SEGMENT =
      new StructField("_segment", DataTypes.StringType, false, Metadata.empty());

  /** Metadata column: the position of the row in its segment. */
  public static final StructField ORDINAL =
      new StructField("_ordinal", DataTypes.IntegerType, false, Metadata.empty());

  /** Column under which Spark's reader gives the position of a row in its file. */
  public static final String ROW_INDEX = ParquetFileFormat.ROW_INDEX_TEMPORARY_COLUMN_NAME();

  /**
   * Where the columns are. The front holds those that are not in the payload; {@code -1} stands for
   * a column that is not read.
   *
   * @param originalColumn position in the payload of the vectors that floats do not restore
   */
  record Layout(
      int frontColumns,
      int vectorColumn,
      int segmentColumn,
      int ordinalColumn,
      int originalColumn,
      DataType vectorType,
      RowVectors vectors)
      implements Serializable {}

  /** The required columns, parted by where they come from; {@code -1} for one not required. */
  private record Columns(
      StructType front, StructType payload, int vector, int segment, int ordinal) {

    static Columns of(StructType tableSchema, String vectorColumn, StructType required) {
      List<String> names = List.of(tableSchema.fieldNames());
      StructType front = new StructType();
      StructType payload = new StructType();
      int vector = -1;
      int segment = -1;
      int ordinal = -1;
      for (StructField field : required.fields()) {
        if (field.name().equals(vectorColumn)) {
          vector = front.length();
          front = front.add(field);
        } else if (names.contains(field.name())) {
          payload = payload.add(field);
        } else if (field.name().equals(SEGMENT.name())) {
          segment = front.length();
          front = front.add(field);
        } else if (field.name().equals(ORDINAL.name())) {
          ordinal = front.length();
          front = front.add(field);
        } else {
          throw new IllegalArgumentException("there is no column '" + field.name() + "'");
        }
      }
      return new Columns(front, payload, vector, segment, ordinal);
    }
  }

  private final StructType schema;
  private final StructType parquetColumns;
  private final Layout layout;
  private final Filter[] pushed;
  private final Broadcast<SerializableConfiguration> conf;

  private PayloadReader(
      StructType schema,
      StructType parquetColumns,
      Layout layout,
      Filter[] pushed,
      Broadcast<SerializableConfiguration> conf) {
    this.schema = schema;
    this.parquetColumns = parquetColumns;
    this.layout = layout;
    this.pushed = pushed;
    this.conf = conf;
  }

  /**
   * The {@code required} columns in the order in which rows hold them: first those that are not in
   * the payload file.
   */
  public static StructType rowSchema(
      StructType tableSchema, String vectorColumn, StructType required) {
    Columns columns = Columns.of(tableSchema, vectorColumn, required);
    return new StructType(concat(columns.front().fields(), columns.payload().fields()));
  }

  /**
   * The filters by which {@link #scan} can skip rows: those that Parquet's statistics can decide
   * and that look at payload columns only.
   */
  public static Filter[] decidable(
      SparkSession spark, StructType tableSchema, String vectorColumn, Filter[] filters) {
    StructType payload = Columns.of(tableSchema, vectorColumn, tableSchema).payload();
    if (payload.isEmpty() || !spark.sessionState().conf().parquetFilterPushDown()) {
      return new Filter[0];
    }
    MessageType schema =
        new SparkToParquetSchemaConverter(spark.sessionState().conf()).convert(payload);
    List<Filter> decidable =
        CollectionConverters.asJava(
            PayloadFile.filters(schema, PayloadFile.GREGORIAN)
                .convertibleFilters(CollectionConverters.asScala(List.of(filters)).toList()));
    return decidable.toArray(Filter[]::new);
  }

  /**
   * A reader of {@code required} columns.
   *
   * @param tableSchema all columns of the table
   * @param vectorColumn name of its vector column
   * @param required columns to read, nested fields pruned at will; may hold the metadata columns
   * @param pushed filters with which {@link #scan} may leave out rows, see {@link #decidable}; rows
   *     that do not satisfy them may be returned all the same
   */
  public static PayloadReader of(
      SparkSession spark,
      StructType tableSchema,
      String vectorColumn,
      StructType required,
      Filter[] pushed) {
    Columns columns = Columns.of(tableSchema, vectorColumn, required);
    StructType payload = columns.payload();
    DataType vectorType = tableSchema.apply(vectorColumn).dataType();
    RowVectors vectors = RowVectors.of(vectorType).orElseThrow();
    int original = -1;
    if (columns.vector() >= 0 && !vectors.isAlwaysLossless()) {
      original = payload.length();
      payload = payload.add(vectorColumn, vectorType, true);
    }
    if (!payload.isEmpty()) {
      // Nullable, for the reader takes it for a column that is missing in the file and fills it.
      payload = payload.add(ROW_INDEX, DataTypes.LongType, true);
    }
    return new PayloadReader(
        rowSchema(tableSchema, vectorColumn, required),
        payload,
        new Layout(
            columns.front().length(),
            columns.vector(),
            columns.segment(),
            columns.ordinal(),
            original,
            vectorType,
            vectors),
        pushed.clone(),
        SerializableConfiguration.broadcast(spark.sparkContext(), readConf(spark, payload)));
  }

  /** The required columns in the order in which rows hold them. */
  public StructType schema() {
    return schema;
  }

  /** What tasks open files with. */
  public Configuration configuration() {
    return conf.value().value();
  }

  /** All rows of a segment that the pushed filters do not rule out, with their ordinals. */
  public PayloadRows scan(SegmentFile file) throws IOException {
    PayloadFile payload =
        parquetColumns.isEmpty()
            ? null
            : PayloadFile.scan(file, configuration(), parquetColumns.length() - 1, pushed);
    return rows(file, null, file.entry().rows(), payload);
  }

  /**
   * The rows at {@code ordinals[0 .. count)}, which ascend strictly. Reads only the row groups that
   * hold them; pushed filters play no part. The array must not change while rows are read.
   */
  public PayloadRows fetch(SegmentFile file, int[] ordinals, int count) throws IOException {
    PayloadFile payload =
        parquetColumns.isEmpty() || count == 0
            ? null
            : PayloadFile.around(
                file, configuration(), parquetColumns.length() - 1, ordinals, count);
    return rows(file, ordinals, count, payload);
  }

  private PayloadRows rows(SegmentFile file, int[] ordinals, int count, PayloadFile payload)
      throws IOException {
    try {
      SegmentHandle handle =
          layout.vectorColumn() < 0 ? null : SegmentCache.acquire(file, configuration());
      return new SegmentRows(layout, file, ordinals, count, payload, handle);
    } catch (Throwable failure) {
      if (payload != null) {
        payload.close();
      }
      throw failure;
    }
  }

  private static StructField[] concat(StructField[] first, StructField[] second) {
    List<StructField> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(second));
    return all.toArray(StructField[]::new);
  }

  /** What Spark's Parquet reader looks up; nothing of it depends on the session's settings. */
  private static Configuration readConf(SparkSession spark, StructType columns) {
    Configuration conf = spark.sessionState().newHadoopConf();
    conf.set(ParquetInputFormat.READ_SUPPORT_CLASS, ParquetReadSupport.class.getName());
    conf.set(ParquetReadSupport.SPARK_ROW_REQUESTED_SCHEMA(), columns.json());
    conf.set(SQLConf.SESSION_LOCAL_TIMEZONE().key(), "UTC");
    conf.setBoolean(SQLConf.NESTED_SCHEMA_PRUNING_ENABLED().key(), true);
    conf.setBoolean(SQLConf.CASE_SENSITIVE().key(), true);
    conf.setBoolean(SQLConf.PARQUET_BINARY_AS_STRING().key(), false);
    conf.setBoolean(SQLConf.PARQUET_INT96_AS_TIMESTAMP().key(), true);
    conf.setBoolean(SQLConf.PARQUET_INFER_TIMESTAMP_NTZ_ENABLED().key(), true);
    conf.setBoolean(SQLConf.LEGACY_PARQUET_NANOS_AS_LONG().key(), false);
    conf.setBoolean(SQLConf.PARQUET_READER_RESPECT_UNKNOWN_TYPE_ANNOTATION().key(), false);
    conf.setBoolean(ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED, true);
    return conf;
  }
}
