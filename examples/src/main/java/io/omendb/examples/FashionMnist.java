/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The 10,000 test images of Fashion-MNIST (Zalando SE, MIT licence), which travel inside the
 * examples jar. Every image has 28 x 28 grey values, read as 784 floats from 0 to 255, and a label
 * from 0 to 9. Thread-safe.
 */
final class FashionMnist {
  static final int IMAGES = 10_000;
  static final int DIMENSION = 784;

  private static final StructType SCHEMA =
      StructType.fromDDL("id INT NOT NULL, label INT NOT NULL, v ARRAY<FLOAT> NOT NULL");

  private FashionMnist() {}

  /** Images {@code from} to {@code until - 1} as (id, label, v), decoded by Spark's tasks. */
  static Dataset<Row> images(SparkSession spark, int from, int until) {
    int tasks = spark.sparkContext().defaultParallelism();
    MapPartitionsFunction<Long, Row> decode = FashionMnist::rows;
    return spark.range(from, until, 1, tasks).mapPartitions(decode, Encoders.row(SCHEMA));
  }

  /** The grey values of image {@code id}. */
  static float[] vector(int id) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = Files.PIXELS[id * DIMENSION + i] & 0xFF;
    }
    return vector;
  }

  /** What image {@code id} shows: 0 T-shirt, 1 trousers, ... 9 ankle boot. */
  static int label(int id) {
    return Files.LABELS[id];
  }

  private static Iterator<Row> rows(Iterator<Long> ids) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(ids, 0), false)
        .map(id -> RowFactory.create(id.intValue(), label(id.intValue()), vector(id.intValue())))
        .iterator();
  }

  /** Loaded once in every JVM that needs it: 8 MB. */
  private static final class Files {
    static final byte[] PIXELS = load("t10k-images-idx3-ubyte.gz", 16, IMAGES * DIMENSION);
    static final byte[] LABELS = load("t10k-labels-idx1-ubyte.gz", 8, IMAGES);

    private static byte[] load(String name, int headerBytes, int bytes) {
      try (InputStream file = FashionMnist.class.getResourceAsStream("/fashion-mnist/" + name)) {
        if (file == null) {
          throw new IOException(name + " is missing from the examples jar; build the jar again");
        }
        try (InputStream in = new GZIPInputStream(file)) {
          in.skipNBytes(headerBytes);
          byte[] content = in.readNBytes(bytes);
          if (content.length != bytes) {
            throw new IOException(
                name + " ends after " + content.length + " of " + bytes + " bytes");
          }
          return content;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
