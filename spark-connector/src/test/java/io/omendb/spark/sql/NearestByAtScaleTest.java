/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.omendb.spark.testing.WithSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments with graphs: what EXPLAIN and the metrics say, and how much of the truth is found. */
@WithSpark
class NearestByAtScaleTest {
  private static final int ROWS = 10_000;
  private static final int DIMENSION = 16;
  private static final String JOIN =
      "SELECT qid, id FROM q JOIN t %s NEAREST 10 BY DISTANCE vector_l2_distance(qv, v)";

  @TempDir static Path directory;

  private SparkSession spark;

  /** Clustered, as embeddings are. */
  private static float[] vector(Random random) {
    int cluster = random.nextInt(40);
    Random centre = new Random(cluster);
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (3 * centre.nextGaussian() + random.nextGaussian());
    }
    return vector;
  }

  private static Dataset<Row> rows(SparkSession spark, String id, String v, int count, long seed) {
    Random random = new Random(seed);
    StructType schema =
        new StructType()
            .add(id, DataTypes.IntegerType)
            .add(v, DataTypes.createArrayType(DataTypes.FloatType));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(i, vector(random)));
    }
    return spark.createDataFrame(rows, schema);
  }

  @BeforeAll
  static void writeTable(SparkSession spark) {
    rows(spark, "id", "v", ROWS, 1)
        .selectExpr("id", "v", "id % 10 AS grp")
        .write()
        .format("omendb")
        .option("segments", "2")
        .save(directory.resolve("t").toString());
  }

  @BeforeEach
  void registerViews(SparkSession shared) {
    spark = shared.newSession();
    spark
        .read()
        .format("omendb")
        .load(directory.resolve("t").toString())
        .createOrReplaceTempView("t");
    rows(spark, "qid", "qv", 300, 2).createOrReplaceTempView("q");
  }

  private static Map<Integer, Set<Integer>> neighbours(Dataset<Row> joined) {
    Map<Integer, Set<Integer>> neighbours = new HashMap<>();
    for (Row row : joined.collectAsList()) {
      neighbours.computeIfAbsent(row.getInt(0), q -> new HashSet<>()).add(row.getInt(1));
    }
    return neighbours;
  }

  private static double recall(Map<Integer, Set<Integer>> found, Map<Integer, Set<Integer>> truth) {
    int hits = 0;
    int all = 0;
    for (Map.Entry<Integer, Set<Integer>> entry : truth.entrySet()) {
      Set<Integer> hit = new HashSet<>(found.getOrDefault(entry.getKey(), Set.of()));
      hit.retainAll(entry.getValue());
      hits += hit.size();
      all += entry.getValue().size();
    }
    return (double) hits / all;
  }

  @Test
  void theExactJoinIsExactAndTheApproximateOneReachesItsTarget() {
    Map<Integer, Set<Integer>> exact = neighbours(spark.sql(JOIN.formatted("EXACT")));
    spark.sql("CREATE TEMP VIEW few AS SELECT * FROM q WHERE qid < 5");
    String few = JOIN.formatted("EXACT").replace("FROM q", "FROM few");
    Map<Integer, Set<Integer>> stock = new HashMap<>();
    for (Row row : Oracle.stock(spark, s -> s.sql(few))) {
      stock.computeIfAbsent(row.getInt(0), q -> new HashSet<>()).add(row.getInt(1));
    }
    assertThat(exact).hasSize(300).containsAllEntriesOf(stock);
    Map<Integer, Set<Integer>> approximate = neighbours(spark.sql(JOIN.formatted("APPROX")));
    assertThat(approximate).hasSize(300).allSatisfy((q, ids) -> assertThat(ids).hasSize(10));
    assertThat(recall(approximate, exact)).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void filteredSearchesReachTheTargetToo() {
    for (String condition : List.of("grp = 3", "grp < 8", "id < 40", "v[0] > 3")) {
      String sql = JOIN.replace(" t ", " (SELECT * FROM t WHERE " + condition + ") ");
      Map<Integer, Set<Integer>> exact = neighbours(spark.sql(sql.formatted("EXACT")));
      Map<Integer, Set<Integer>> found = neighbours(spark.sql(sql.formatted("APPROX")));
      assertThat(recall(found, exact)).as(condition).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void explainSaysHowTheIndexIsSearched() {
    assertThat(Oracle.plan(spark.sql(JOIN.formatted("APPROX"))))
        .containsPattern(
            "OmenKnnJoin Inner, index=file:.*/t, version=1, metric=l2, k=10, mode=approx,"
                + " listSize=\\d+(\\.\\.\\d+)?, targetRecall=0.95, expectedRecall=[01]\\.\\d{3},"
                + " rerank=full precision, segments=2, rows=10000, query=q.qv");
    assertThat(Oracle.plan(spark.sql(JOIN.formatted("EXACT"))))
        .contains("mode=exact, search=exact, segments=2, rows=10000");
    assertThat(
            Oracle.plan(
                spark.sql(
                    JOIN.formatted("APPROX").replace(" t ", " (SELECT * FROM t WHERE grp > 3) "))))
        .containsPattern("filter=.*grp > 3");
    List<Row> formatted =
        spark.sql("EXPLAIN FORMATTED " + JOIN.formatted("APPROX")).collectAsList();
    assertThat(formatted.get(0).getString(0))
        .contains("OmenKnnJoin", "Arguments: Inner, index=file:");
  }

  @Test
  void theListSizeIsASettingAnOptionAndAnArgument() {
    spark.conf().set("spark.omendb.search.listSize", "77");
    assertThat(Oracle.plan(spark.sql(JOIN.formatted("APPROX")))).contains("listSize=77,");
    spark
        .read()
        .format("omendb")
        .option("listSize", "88")
        .load(directory.resolve("t").toString())
        .createOrReplaceTempView("t");
    assertThat(Oracle.plan(spark.sql(JOIN.formatted("APPROX")))).contains("listSize=88,");
    assertThat(
            Oracle.plan(
                spark.sql(
                    "SELECT id FROM ann_search('t', (SELECT qv FROM q WHERE qid = 1), list_size =>"
                        + " 99)")))
        .contains("listSize=99,");
  }

  @Test
  void metricsCountWhatWasDone() {
    Dataset<Row> joined = spark.sql(JOIN.formatted("APPROX"));
    Map<String, Long> metrics = SqlMetrics.of(joined, "OmenKnnJoin");
    assertThat(metrics).containsEntry("numOutputRows", 3000L).containsEntry("queries", 300L);
    assertThat(metrics).containsEntry("shortQueries", 0L);
    assertThat(metrics.get("segmentsSearched")).isBetween(2L, 4L);
    for (String name :
        List.of("bytesMapped", "hops", "estimates", "exactDistances", "searchTime", "fetchTime")) {
      assertThat(metrics.get(name)).as(name).isPositive();
    }
    Dataset<Row> exact = spark.sql(JOIN.formatted("EXACT"));
    Map<String, Long> exactMetrics = SqlMetrics.of(exact, "OmenKnnJoin");
    assertThat(exactMetrics).containsEntry("exactDistances", 300L * ROWS).containsEntry("hops", 0L);
  }

  @Test
  void aSinglePartitionOfQueriesIsSpreadOverTheCores() {
    Dataset<Row> joined =
        spark
            .table("q")
            .coalesce(1)
            .nearestByJoin(
                spark.table("t"),
                org.apache.spark.sql.functions.expr("vector_l2_distance(qv, v)"),
                10,
                "approx",
                "distance");
    assertThat(joined.javaRDD().getNumPartitions()).isEqualTo(2);
    assertThat(joined.count()).isEqualTo(3000);
  }
}
