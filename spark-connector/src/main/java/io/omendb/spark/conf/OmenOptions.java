/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.conf;

import static io.omendb.spark.conf.OmenOption.Scope.APPLICATION;
import static io.omendb.spark.conf.OmenOption.Scope.READ;
import static io.omendb.spark.conf.OmenOption.Scope.SESSION;
import static io.omendb.spark.conf.OmenOption.Scope.TABLE;
import static io.omendb.spark.conf.OmenOption.Scope.WRITE;

import io.omendb.index.segment.VectorStorage;
import io.omendb.index.vector.Metric;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.network.util.JavaUtils;

/**
 * Everything that can be set. A value given as an option wins over the session's setting, that over
 * what the table stores, that over the default.
 */
public final class OmenOptions {

  private static final List<OmenOption<?>> ALL = new ArrayList<>();
  private static final Set<OmenOption.Scope> INDEX = EnumSet.of(WRITE, TABLE);

  /** Name of the vector column; empty means the only ARRAY&lt;FLOAT&gt; column. */
  public static final OmenOption<String> VECTOR_COLUMN =
      add(
          "vectorColumn",
          null,
          INDEX,
          "",
          "the name of a column of type ARRAY<FLOAT>, ARRAY<DOUBLE> or Spark ML Vector",
          "The column that is indexed. When not given, the only ARRAY<FLOAT> column.",
          text -> text);

  /** How vectors are compared. */
  public static final OmenOption<Metric> METRIC =
      add(
          "metric",
          null,
          INDEX,
          Metric.L2,
          "l2, cosine or inner_product",
          "How vectors are compared.",
          Metric::fromName);

  /** Out-degree bound R of the graph. */
  public static final OmenOption<Integer> MAX_DEGREE =
      add(
          "maxDegree",
          null,
          INDEX,
          32,
          "an integer in [4, 512]",
          "Out-degree bound R of the graph. More edges cost space and build time and raise recall.",
          integer(4, 512));

  /** Beam width L of the build. */
  public static final OmenOption<Integer> BUILD_LIST_SIZE =
      add(
          "buildListSize",
          null,
          INDEX,
          100,
          "an integer in [maxDegree, 10000]",
          "Beam width L while the graph is built. Wider costs build time and raises recall.",
          integer(4, 10_000));

  /** Pruning slack. */
  public static final OmenOption<Float> ALPHA =
      add(
          "alpha",
          null,
          INDEX,
          1.2f,
          "a number in [1.0, 2.0]",
          "Pruning slack on squared distances. Larger keeps more long edges.",
          text -> (float) number(text, 1, 2));

  /** Bytes of a product-quantization code. */
  public static final OmenOption<Integer> PQ_SUBSPACES =
      add(
          "pqSubspaces",
          null,
          INDEX,
          0,
          "an integer in [0, dimension]; 0 lets the build choose the codes",
          "Bytes of a product-quantization code of a vector. More bytes estimate distances better.",
          integer(0, 65_536));

  /** How vectors are kept. */
  public static final OmenOption<VectorStorage> VECTOR_STORAGE =
      add(
          "vectorStorage",
          null,
          INDEX,
          VectorStorage.FLOAT32,
          "float32 or int8",
          "How vectors are kept. int8 takes a quarter of the space; vectors are rounded to 255 steps"
              + " between their own smallest and largest value, and the rounded ones are what is"
              + " read back and compared.",
          VectorStorage::fromName);

  /** Seed of every random choice of a build. */
  public static final OmenOption<Long> SEED =
      add(
          "seed",
          null,
          INDEX,
          42L,
          "a 64-bit integer",
          "Seed of every random choice. Equal rows, options and seed give equal segment files.",
          Long::parseLong);

  /** Recall that searches aim at. */
  public static final OmenOption<Double> TARGET_RECALL =
      add(
          "targetRecall",
          null,
          INDEX,
          0.95,
          "a number in (0, 1]",
          "Share of the true neighbours that a search aims to find, measured while building.",
          text -> number(text, Double.MIN_VALUE, 1));

  /** Number of segments that a write makes; 0 means one per partition. */
  public static final OmenOption<Integer> SEGMENTS =
      add(
          "segments",
          null,
          EnumSet.of(WRITE),
          0,
          "an integer of at least 1",
          "Number of segments that this write makes, by repartitioning the rows. When not given,"
              + " one per partition that has rows.",
          integer(1, 1_000_000));

  /** Rows after which a task starts its next segment. */
  public static final OmenOption<Integer> MAX_SEGMENT_ROWS =
      add(
          "maxSegmentRows",
          "spark.omendb.write.maxSegmentRows",
          EnumSet.of(WRITE, SESSION),
          2_000_000,
          "an integer of at least 1",
          "Rows after which a task closes a segment and starts the next.",
          integer(1, Integer.MAX_VALUE));

  /** Heap that the build of one segment may take; 0 derives it from the heap of the JVM. */
  public static final OmenOption<Long> MAX_SEGMENT_BYTES =
      add(
          "maxSegmentBytes",
          "spark.omendb.write.maxSegmentBytes",
          EnumSet.of(WRITE, SESSION),
          0L,
          "a size of at least 4m, such as 512m, or 0 for the task's share of the heap",
          "Heap that the build of one segment may take; a task starts the next segment before it"
              + " would need more.",
          text -> zeroOrAtLeast(JavaUtils.byteStringAsBytes(text), 4L << 20));

  /** Application id that makes a write repeatable; empty means none. */
  public static final OmenOption<String> TXN_APP_ID =
      add(
          "txnAppId",
          null,
          EnumSet.of(WRITE),
          "",
          "a text of 1 to 512 characters, given together with txnVersion",
          "Together with txnVersion makes a write repeatable: a write whose version is not larger"
              + " than the last one of the same id does nothing.",
          text -> text);

  /** Version of a repeatable write; -1 means none. */
  public static final OmenOption<Long> TXN_VERSION =
      add(
          "txnVersion",
          null,
          EnumSet.of(WRITE),
          -1L,
          "an integer of at least 0, given together with txnAppId",
          "See txnAppId.",
          text -> whole(text, 0, Long.MAX_VALUE));

  /** Beam width of a search; 0 derives it from the target recall. */
  public static final OmenOption<Integer> LIST_SIZE =
      add(
          "listSize",
          "spark.omendb.search.listSize",
          EnumSet.of(READ, SESSION),
          0,
          "an integer in [0, 1000000]; 0 derives it from targetRecall",
          "Beam width of a search. Wider is slower and finds more of the true neighbours.",
          integer(0, 1_000_000));

  /** Whether NEAREST BY over a table is answered by its index. */
  public static final OmenOption<Boolean> NEAREST_BY_ENABLED =
      add(
          null,
          "spark.omendb.nearestBy.enabled",
          EnumSet.of(SESSION),
          true,
          "true or false",
          "Whether NEAREST BY joins over a table are answered by its index.",
          OmenOptions::flag);

  /** Whether tables on file: may be used from several machines. */
  public static final OmenOption<Boolean> ALLOW_SHARED_LOCAL_FS =
      add(
          null,
          "spark.omendb.allowSharedLocalFs",
          EnumSet.of(SESSION),
          false,
          "true or false",
          "Whether tables may be written to file: paths from a cluster. Set it when every machine"
              + " mounts the same directory there.",
          OmenOptions::flag);

  /** Local disk that copies of remote segments may take. */
  public static final OmenOption<Long> CACHE_MAX_BYTES =
      add(
          null,
          "spark.omendb.cache.maxBytes",
          EnumSet.of(APPLICATION),
          64L << 30,
          "a size such as 20g",
          "Local disk that one executor's copies of remote segment files may take.",
          JavaUtils::byteStringAsBytes);

  private OmenOptions() {}

  /** Every option, in the order of the documentation. */
  public static List<OmenOption<?>> all() {
    return List.copyOf(ALL);
  }

  private static <T> OmenOption<T> add(
      String name,
      String confKey,
      Set<OmenOption.Scope> scopes,
      T defaultValue,
      String range,
      String doc,
      Function<String, T> parser) {
    OmenOption<T> option =
        new OmenOption<>(name, confKey, scopes, defaultValue, range, doc, parser);
    ALL.add(option);
    return option;
  }

  private static Function<String, Integer> integer(int min, int max) {
    return text -> (int) whole(text, min, max);
  }

  private static long whole(String text, long min, long max) {
    long value = Long.parseLong(text);
    if (value < min || value > max) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static long zeroOrAtLeast(long value, long min) {
    if (value != 0 && value < min) {
      throw new IllegalArgumentException(Long.toString(value));
    }
    return value;
  }

  private static double number(String text, double min, double max) {
    double value = Double.parseDouble(text);
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static boolean flag(String text) {
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.parseBoolean(text);
    }
    throw new IllegalArgumentException(text);
  }
}
