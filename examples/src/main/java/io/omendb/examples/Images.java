/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** {@link FashionMnist} as rows of Spark. */
final class Images {
  private static final StructType SCHEMA =
      StructType.fromDDL("id INT NOT NULL, label INT NOT NULL, v ARRAY<FLOAT> NOT NULL");

  private Images() {}

  /** Images {@code from} to {@code until - 1} as (id, label, v), decoded by Spark's tasks. */
  static Dataset<Row> read(SparkSession spark, int from, int until) {
    int tasks = spark.sparkContext().defaultParallelism();
    MapPartitionsFunction<Long, Row> decode = Images::rows;
    return spark.range(from, until, 1, tasks).mapPartitions(decode, Encoders.row(SCHEMA));
  }

  private static Iterator<Row> rows(Iterator<Long> ids) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(ids, 0), false)
        .map(Long::intValue)
        .map(id -> RowFactory.create(id, FashionMnist.label(id), FashionMnist.vector(id)))
        .iterator();
  }
}
