/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes an .fvecs file as Parquet (id BIGINT, v ARRAY&lt;FLOAT&gt;); the id is the ordinal. */
public final class ParquetExport {
  private static final StructType SCHEMA =
      StructType.fromDDL("id BIGINT NOT NULL, v ARRAY<FLOAT> NOT NULL");

  private ParquetExport() {}

  /** Replaces what is at {@code out}. */
  public static void write(Path fvecs, Path out) throws IOException {
    int size;
    try (Fvecs vectors = Fvecs.open(fvecs)) {
      size = vectors.size();
    }
    String file = fvecs.toString();
    MapPartitionsFunction<Long, Row> read = ids -> new Rows(Path.of(file), ids);
    SparkSession spark = ParquetImport.session();
    int tasks = 2 * spark.sparkContext().defaultParallelism();
    spark
        .range(0, size, 1, tasks)
        .mapPartitions(read, Encoders.row(SCHEMA))
        .write()
        .mode("overwrite")
        .parquet(out.toString());
  }

  /** A consecutive range of vectors, read from the file by the task. */
  private static final class Rows implements Iterator<Row> {
    private final Iterator<Long> ids;
    private final Fvecs vectors;
    private boolean started;

    Rows(Path file, Iterator<Long> ids) throws IOException {
      this.ids = ids;
      this.vectors = Fvecs.open(file);
    }

    @Override
    public boolean hasNext() {
      boolean more = ids.hasNext();
      if (!more) {
        close();
      }
      return more;
    }

    @Override
    public Row next() {
      long id = ids.next();
      float[] vector = new float[vectors.dimension()];
      try {
        if (!started) {
          vectors.seek((int) id);
          started = true;
        }
        vectors.read(vector);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return RowFactory.create(id, vector);
    }

    private void close() {
      try {
        vectors.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
