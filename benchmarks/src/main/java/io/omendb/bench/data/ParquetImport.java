/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.bench.data;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads the vector column of a Parquet data set into an .fvecs file. */
public final class ParquetImport {
  private ParquetImport() {}

  /**
   * Writes the first {@code limit} vectors to {@code fvecs} and returns how many there were.
   *
   * @param column ARRAY&lt;FLOAT&gt; or ARRAY&lt;DOUBLE&gt; without nulls, all of one dimension
   */
  public static int read(Path parquet, String column, int limit, Path fvecs) throws IOException {
    if (!Files.exists(parquet)) {
      throw new VectorFileException(parquet, "does not exist.");
    }
    Dataset<Row> data = session().read().parquet(parquet.toString());
    if (Arrays.stream(data.columns()).noneMatch(column::equalsIgnoreCase)) {
      throw new VectorFileException(
          parquet,
          "has no column '%s'; its columns are %s."
              .formatted(column, String.join(", ", data.columns())));
    }
    Iterator<Row> rows =
        data.select(col("`" + column + "`").cast("array<float>")).toLocalIterator();
    if (!rows.hasNext()) {
      throw new VectorFileException(parquet, "has no rows.");
    }
    int count = 0;
    float[] vector = vector(rows.next());
    try (Fvecs.Writer writer = new Fvecs.Writer(fvecs, vector.length)) {
      writer.write(vector);
      for (count = 1; count < limit && rows.hasNext(); count++) {
        writer.write(vector(rows.next()));
      }
    }
    return count;
  }

  private static float[] vector(Row row) {
    List<Float> values = row.getList(0);
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    return vector;
  }

  /** The session that data sets are read and written with; not the one that is measured. */
  static SparkSession session() {
    return SparkSession.builder()
        .master("local[*]")
        .config("spark.ui.enabled", false)
        .getOrCreate();
  }
}
