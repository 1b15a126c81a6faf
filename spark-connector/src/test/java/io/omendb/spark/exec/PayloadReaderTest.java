/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omendb.spark.error.CorruptDataException;
import io.omendb.spark.table.TableLog;
import io.omendb.spark.table.TableVersion;
import io.omendb.spark.testing.WithSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithSpark
class PayloadReaderTest {

  private static final int ROWS = 40_000;

  @TempDir static Path dir;

  private static StructType schema;
  private static SegmentFile file;

  @BeforeAll
  static void write(SparkSession spark) {
    file =
        write(
            spark,
            dir.resolve("t"),
            "SELECT id, concat('name', id) AS name, array(double(id), id / 3) AS v, array(id) AS a"
                + " FROM range(0, %d, 1, 1)".formatted(ROWS));
    schema = spark.read().format("omendb").load(dir.resolve("t").toString()).schema();
  }

  private static SegmentFile write(SparkSession spark, Path path, String query) {
    spark.sql(query).write().format("omendb").option("vectorColumn", "v").save(path.toString());
    TableLog log = new TableLog(new Configuration(), path.toString());
    TableVersion version = log.current();
    return new SegmentFile(log.files().root(), version.tableId(), version.segments().get(0));
  }

  private static PayloadReader reader(SparkSession spark, String... columns) {
    StructType all = schema.add(PayloadReader.ORDINAL).add(PayloadReader.SEGMENT);
    StructType required = new StructType();
    for (String column : columns) {
      required = required.add(all.apply(column));
    }
    return PayloadReader.of(spark, schema, "v", required, new Filter[0]);
  }

  private static int field(PayloadReader reader, String name) {
    return reader.schema().fieldIndex(name);
  }

  @Test
  void fetchesTheRowsAtAnyOrdinals(SparkSession spark) throws IOException {
    PayloadReader reader = reader(spark, "name", "v", "_ordinal", "a");
    Random random = new Random(5);
    for (int count : new int[] {0, 1, 2, 50, 3000}) {
      int[] ordinals =
          IntStream.generate(() -> random.nextInt(ROWS)).limit(count).sorted().distinct().toArray();
      try (PayloadRows rows = reader.fetch(file, ordinals, ordinals.length)) {
        for (int ordinal : ordinals) {
          assertThat(rows.hasNext()).isTrue();
          InternalRow row = rows.next();
          assertThat(rows.ordinal()).isEqualTo(ordinal);
          assertThat(row.getInt(field(reader, "_ordinal"))).isEqualTo(ordinal);
          assertThat(row.getUTF8String(field(reader, "name"))).hasToString("name" + ordinal);
          assertThat(row.getArray(field(reader, "a")).getLong(0)).isEqualTo(ordinal);
          assertThat(row.getArray(field(reader, "v")).toDoubleArray())
              .containsExactly(ordinal, ordinal / 3.0);
        }
        assertThat(rows.hasNext()).isFalse();
      }
    }
  }

  @Test
  void fetchesTheFirstAndTheLastRow(SparkSession spark) throws IOException {
    PayloadReader reader = reader(spark, "id");
    try (PayloadRows rows = reader.fetch(file, new int[] {0, ROWS - 1, 99}, 2)) {
      assertThat(rows.next().getLong(0)).isZero();
      assertThat(rows.next().getLong(0)).isEqualTo(ROWS - 1);
      assertThat(rows.hasNext()).isFalse();
    }
    assertThatThrownBy(
            () -> {
              try (PayloadRows rows = reader.fetch(file, new int[] {ROWS}, 1)) {
                rows.next();
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ordinal " + ROWS);
  }

  @Test
  void scansInTheOrderOfOrdinals(SparkSession spark) throws IOException {
    for (PayloadReader reader :
        new PayloadReader[] {reader(spark), reader(spark, "id"), reader(spark, "_segment", "v")}) {
      try (PayloadRows rows = reader.scan(file)) {
        int ordinal = 0;
        while (rows.hasNext()) {
          rows.next();
          assertThat(rows.ordinal()).isEqualTo(ordinal++);
        }
        assertThat(ordinal).isEqualTo(ROWS);
      }
    }
  }

  @Test
  void rowsThatAreCopiedOutliveTheNext(SparkSession spark) throws IOException {
    PayloadReader reader = reader(spark, "id", "name", "v", "a");
    try (PayloadRows rows = reader.fetch(file, new int[] {3, 30_000}, 2)) {
      InternalRow first = rows.next().copy();
      rows.next();
      assertThat(first.getUTF8String(field(reader, "name"))).hasToString("name3");
      assertThat(first.getArray(field(reader, "v")).toDoubleArray()).containsExactly(3, 1);
    }
  }

  @Test
  void readersTravelToTasks(SparkSession spark) throws IOException {
    PayloadReader reader = reader(spark, "name", "_ordinal");
    try (PayloadRows rows =
        spark
            .sparkContext()
            .env()
            .closureSerializer()
            .newInstance()
            .<PayloadReader>deserialize(
                spark
                    .sparkContext()
                    .env()
                    .closureSerializer()
                    .newInstance()
                    .serialize(reader, scala.reflect.ClassTag$.MODULE$.apply(PayloadReader.class)),
                scala.reflect.ClassTag$.MODULE$.apply(PayloadReader.class))
            .fetch(file, new int[] {17}, 1)) {
      assertThat(rows.next().getInt(0)).isEqualTo(17);
    }
  }

  @Test
  void everyDamageOfAPayloadIsFoundBeforeItsRowsAreReturned(SparkSession spark) throws IOException {
    SegmentFile small =
        write(
            spark,
            dir.resolve("small"),
            "SELECT id, concat('name', id) AS name, array(double(id), 1D) AS v, array(id) AS a"
                + " FROM range(0, 300, 1, 1)");
    Path path = dir.resolve("small").resolve("pay/" + small.entry().id() + ".parquet");
    byte[] good = Files.readAllBytes(path);
    PayloadReader reader = reader(spark, "id", "name", "a");
    assertThat(contents(reader, small)).startsWith("0 name0 0\n1 name1 1\n");
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(path, bad);
      assertThatThrownBy(() -> contents(reader, small))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining(small.entry().id().toString());
    }
    Files.write(path, Arrays.copyOf(good, good.length - 1));
    assertThatThrownBy(() -> contents(reader, small))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(good.length + " bytes");
    Files.delete(path);
    assertThatThrownBy(() -> contents(reader, small))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("does not exist");
  }

  private static String contents(PayloadReader reader, SegmentFile file) throws IOException {
    StringBuilder all = new StringBuilder();
    try (PayloadRows rows = reader.scan(file)) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        all.append(row.isNullAt(0) ? null : row.getLong(0)).append(' ');
        all.append(row.isNullAt(1) ? null : row.getUTF8String(1)).append(' ');
        all.append(row.isNullAt(2) ? null : row.getArray(2).getLong(0)).append('\n');
      }
    }
    return all.toString();
  }
}
