/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import io.omendb.spark.error.ReadErrors;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapred.FileSplit;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.RebaseDateTime;
import org.apache.spark.sql.execution.datasources.DataSourceUtils;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFilters;
import org.apache.spark.sql.execution.datasources.parquet.VectorizedParquetRecordReader;
import org.apache.spark.sql.internal.LegacyBehaviorPolicy;
import org.apache.spark.sql.sources.Filter;
import scala.Option;

/**
 * The rows of an open payload file, decoded by Spark's vectorized reader. The last column that is
 * read is the row's position in the file. Owned by one thread.
 */
final class PayloadFile implements Closeable {

  /** Rows decoded at a time. */
  private static final int BATCH_ROWS = 1024;

  /** Longer lists of values are pushed as a range. */
  private static final int MAX_IN_VALUES = 10;

  /** Dates and times as they are. */
  static final RebaseDateTime.RebaseSpec GREGORIAN =
      new RebaseDateTime.RebaseSpec(LegacyBehaviorPolicy.CORRECTED(), Option.empty());

  private final SegmentFile file;
  private final VectorizedParquetRecordReader reader;
  private final int positionColumn;

  private PayloadFile(SegmentFile file, VectorizedParquetRecordReader reader, int positionColumn) {
    this.file = file;
    this.reader = reader;
    this.positionColumn = positionColumn;
  }

  /** All rows that {@code pushed} does not rule out by the statistics of row groups and pages. */
  static PayloadFile scan(SegmentFile file, Configuration conf, int columns, Filter[] pushed)
      throws IOException {
    HadoopInputFile input = PayloadFooters.open(file, conf);
    SeekableInputStream stream = input.newStream();
    try {
      ParquetMetadata footer = PayloadFooters.read(file, input, stream);
      FilterPredicate filter = predicate(footer.getFileMetaData(), pushed);
      return open(file, conf, columns, input, stream, footer, filter);
    } catch (Throwable failure) {
      stream.close();
      throw failure;
    }
  }

  /** The rows of the row groups that hold {@code ordinals[0 .. count)}, which ascend. */
  static PayloadFile around(
      SegmentFile file, Configuration conf, int columns, int[] ordinals, int count)
      throws IOException {
    HadoopInputFile input = PayloadFooters.open(file, conf);
    SeekableInputStream stream = input.newStream();
    try {
      ParquetMetadata whole = PayloadFooters.read(file, input, stream);
      List<BlockMetaData> needed = new ArrayList<>();
      int at = 0;
      for (BlockMetaData block : whole.getBlocks()) {
        long end = block.getRowIndexOffset() + block.getRowCount();
        if (at < count && ordinals[at] < end) {
          needed.add(block);
        }
        while (at < count && ordinals[at] < end) {
          at++;
        }
      }
      ParquetMetadata part = new ParquetMetadata(whole.getFileMetaData(), needed);
      return open(file, conf, columns, input, stream, part, null);
    } catch (Throwable failure) {
      stream.close();
      throw failure;
    }
  }

  private static PayloadFile open(
      SegmentFile file,
      Configuration conf,
      int columns,
      HadoopInputFile input,
      SeekableInputStream stream,
      ParquetMetadata footer,
      FilterPredicate filter)
      throws IOException {
    TaskAttemptContext context = new TaskAttemptContextImpl(conf, new TaskAttemptID());
    if (filter != null) {
      ParquetInputFormat.setFilterPredicate(context.getConfiguration(), filter);
    }
    RebaseDateTime.RebaseSpec calendar = calendar(footer.getFileMetaData());
    String mode = calendar.mode().toString();
    VectorizedParquetRecordReader reader =
        new VectorizedParquetRecordReader(
            null, mode, calendar.timeZone(), mode, calendar.timeZone(), false, BATCH_ROWS);
    try {
      reader.initialize(
          new FileSplit(file.payloadPath(), 0, input.getLength(), new String[0]),
          context,
          Option.apply(input),
          Option.apply(stream),
          Option.apply(footer));
    } catch (InterruptedException e) {
      reader.close();
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
    return new PayloadFile(file, reader, columns);
  }

  /** What of {@code pushed} the statistics of this file can decide; null when nothing. */
  private static FilterPredicate predicate(FileMetaData file, Filter[] pushed) {
    ParquetFilters filters = filters(file.getSchema(), calendar(file));
    FilterPredicate all = null;
    for (Filter filter : pushed) {
      Option<FilterPredicate> one = filters.createFilter(filter);
      if (one.isDefined()) {
        all = all == null ? one.get() : FilterApi.and(all, one.get());
      }
    }
    return all;
  }

  /** The session that wrote the file may have asked Spark for the calendar of Spark 2. */
  private static RebaseDateTime.RebaseSpec calendar(FileMetaData file) {
    Map<String, String> facts = file.getKeyValueMetaData();
    return DataSourceUtils.datetimeRebaseSpec(
        facts::get, LegacyBehaviorPolicy.CORRECTED().toString());
  }

  static ParquetFilters filters(MessageType schema, RebaseDateTime.RebaseSpec calendar) {
    return new ParquetFilters(schema, true, true, true, true, MAX_IN_VALUES, true, calendar);
  }

  /** Moves to the next row; false behind the last. */
  boolean next() throws IOException {
    try {
      return reader.nextKeyValue();
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Spark's and Parquet's decoders meet damage with whatever it makes them trip over.
      throw ReadErrors.damagedFile(file.payloadPath().toString(), e);
    }
  }

  /** The current row, valid until the next move. */
  InternalRow row() {
    return (InternalRow) reader.getCurrentValue();
  }

  /** The position of the current row in the file. */
  int ordinal() {
    return (int) row().getLong(positionColumn);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
