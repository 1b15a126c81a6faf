/* Licensed under the Apache License, Version 2.0; see LICENSE. */
package io.omendb.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.omendb.spark.testing.WithSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What transform adds, against the definition. */
@WithSpark
class VamanaNeighborsTest {
  private static final VectorData BASE = VectorData.random(300, 1);
  private static final VectorData QUERIES = VectorData.random(20, 2);

  private SparkSession spark;
  private Dataset<Row> base;
  private Dataset<Row> queries;

  @BeforeEach
  void frames(SparkSession shared) {
    spark = shared.newSession();
    base = BASE.frame(spark).repartition(3);
    queries = QUERIES.frame(spark);
  }

  private static List<Integer> ids(List<Row> neighbors) {
    return neighbors.stream().map(n -> ((Number) n.get(0)).intValue()).toList();
  }

  private static Map<Long, List<Row>> byId(Dataset<Row> found) {
    return found.collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs("id"), row -> row.getList(row.fieldIndex("neighbors"))));
  }

  private void assertExact(Dataset<Row> found, String measure, int k) {
    Map<Long, List<Row>> neighbors = byId(found);
    assertThat(neighbors).hasSize(QUERIES.vectors().length);
    for (int q = 0; q < QUERIES.vectors().length; q++) {
      float[] query = QUERIES.vectors()[q];
      List<Row> got = neighbors.get((long) q);
      assertThat(ids(got)).isEqualTo(BASE.nearest(query, measure, k));
      for (Row neighbor : got) {
        float[] vector = BASE.vectors()[((Number) neighbor.get(0)).intValue()];
        assertThat(neighbor.getDouble(1))
            .isEqualTo(VectorData.distance(query, vector, measure), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "euclidean, features, features",
    "euclidean, d, m",
    "euclidean, m, d",
    "cosine, features, m",
    "innerProduct, d, features"
  })
  void theNearestRowsComeBestFirst(String measure, String fitted, String asking) {
    VamanaNeighborsModel model =
        new VamanaNeighbors()
            .setFeaturesCol(fitted)
            .setDistanceMeasure(measure)
            .setNumPartitions(2)
            .fit(base);
    assertExact(model.setFeaturesCol(asking).transform(queries), measure, 10);
    assertExact(model.setMode("exact").setK(3).transform(queries), measure, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "i", "s"})
  void idsComeBackInTheirType(String idCol) {
    VamanaNeighborsModel model = new VamanaNeighbors().setIdCol(idCol).setK(2).fit(base);
    Dataset<Row> found = model.transform(queries);
    DataType type = base.schema().apply(idCol).dataType();
    StructType neighbor = new StructType().add("id", type).add("distance", DataTypes.DoubleType);
    assertThat(found.schema().apply("neighbors").dataType())
        .isEqualTo(DataTypes.createArrayType(neighbor, false));
    assertThat(model.transformSchema(queries.schema()).fieldNames())
        .isEqualTo(found.schema().fieldNames());
    List<Object> expected = new ArrayList<>();
    for (int nearest : BASE.nearest(QUERIES.vectors()[0], "euclidean", 2)) {
      expected.add(
          idCol.equals("s")
              ? (Object) ("r" + nearest)
              : idCol.equals("i") ? (Object) nearest : (Object) (long) nearest);
    }
    List<Row> got = found.filter("id = 0").first().getList(6);
    assertThat(got).extracting(row -> row.get(0)).isEqualTo(expected);
  }

  @Test
  void rowsAreNumberedWhenThereAreNoIds() {
    VamanaNeighborsModel model = new VamanaNeighbors().fit(base.select("features"));
    List<Row> found = model.transform(base.select("features")).collectAsList();
    assertThat(found).hasSize(300);
    assertThat(found.stream().map(row -> row.<Row>getList(1).get(0).getLong(0)).distinct())
        .hasSize(300);
  }

  @Test
  void aRowIsNotItsOwnNeighbour() {
    VamanaNeighborsModel model = new VamanaNeighbors().setExcludeSelf(true).setK(4).fit(base);
    Map<Long, List<Row>> neighbors = byId(model.transform(base));
    for (int q = 0; q < 300; q++) {
      List<Integer> expected = new ArrayList<>(BASE.nearest(BASE.vectors()[q], "euclidean", 5));
      expected.remove((Integer) q);
      assertThat(ids(neighbors.get((long) q))).isEqualTo(expected);
    }
    // A row with another id keeps all k.
    assertThat(byId(model.transform(base.withColumn("id", col("id").plus(1000)))).values())
        .allSatisfy(found -> assertThat(found).hasSize(4));
  }

  @Test
  void neighboursEndAtTheLargestDistance() {
    VamanaNeighborsModel model = new VamanaNeighbors().setMaxDistance(2.0).setK(50).fit(base);
    Map<Long, List<Row>> neighbors = byId(model.transform(queries));
    for (int q = 0; q < 20; q++) {
      float[] query = QUERIES.vectors()[q];
      long expected =
          BASE.nearest(query, "euclidean", 50).stream()
              .filter(i -> VectorData.distance(query, BASE.vectors()[i], "euclidean") <= 2)
              .count();
      assertThat(neighbors.get((long) q)).hasSize((int) expected);
    }
    assertThat(neighbors.values()).anyMatch(List::isEmpty);
  }

  @Test
  void rowsModeHasOneRowPerNeighbour() {
    VamanaNeighborsModel model = new VamanaNeighbors().setK(3).setDistCol("far").fit(base);
    List<Row> rows =
        model
            .setOutputMode("rows")
            .transform(queries)
            .filter("id = 7")
            .select("neighbors.id", "neighbors.far")
            .collectAsList();
    assertThat(ids(rows)).isEqualTo(BASE.nearest(QUERIES.vectors()[7], "euclidean", 3));
  }

  @Test
  void everyRowLeavesOnceWhateverItsVector() {
    VamanaNeighborsModel model =
        new VamanaNeighbors().setDistanceMeasure("cosine").setK(5).fit(base);
    Dataset<Row> odd =
        spark.sql(
            "SELECT * FROM VALUES (1L, NULL), (2L, array(0F,0F,0F,0F,0F,0F,0F,0F)),"
                + " (3L, array(1F,NULL,0F,0F,0F,0F,0F,0F)), (4L, array(1F,0F,0F,0F,0F,0F,0F,0F))"
                + " AS t(id, features)");
    Map<Long, List<Row>> neighbors = byId(model.transform(odd));
    assertThat(neighbors).hasSize(4);
    assertThat(neighbors.get(1L)).isEmpty();
    assertThat(neighbors.get(2L)).isEmpty();
    assertThat(neighbors.get(3L)).isEmpty();
    assertThat(neighbors.get(4L)).hasSize(5);
    assertThat(model.transform(odd).count()).isEqualTo(4);
    assertThat(model.transform(odd.repartition(7)).select("id").count()).isEqualTo(4);
  }

  /** Few different values, so that there are ties and zero vectors, and some vectors are NULL. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyRowsGiveOneRowEachWithTheNearestDistances(long seed) {
    Random random = new Random(seed);
    int k = 1 + random.nextInt(12);
    float[][] fitted = new float[random.nextInt(40)][2];
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < fitted.length; i++) {
      fitted[i] = new float[] {random.nextInt(3), 1 + random.nextInt(3)};
      rows.add(RowFactory.create((long) i, fitted[i]));
    }
    List<Row> asking = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      float[] query = {random.nextInt(3), random.nextInt(3)};
      asking.add(RowFactory.create((long) i, random.nextInt(5) == 0 ? null : query));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("features", DataTypes.createArrayType(DataTypes.FloatType));
    VectorData base = new VectorData(fitted);
    for (String measure : List.of("euclidean", "cosine", "innerProduct")) {
      Dataset<Row> frame = spark.createDataFrame(rows, schema).repartition(2);
      VamanaNeighborsModel model =
          new VamanaNeighbors().setDistanceMeasure(measure).setK(k).fit(frame);
      Map<Long, List<Row>> found =
          byId(model.transform(spark.createDataFrame(asking, schema).repartition(3)));
      assertThat(found).hasSize(50);
      for (Row row : asking) {
        float[] query = (float[]) row.get(1);
        boolean asks =
            query != null && (!measure.equals("cosine") || query[0] != 0 || query[1] != 0);
        List<Double> expected =
            !asks
                ? List.of()
                : base.nearest(query, measure, k).stream()
                    .map(i -> VectorData.distance(query, fitted[i], measure))
                    .toList();
        List<Row> got = found.get(row.getLong(0));
        assertThat(got).hasSize(expected.size());
        for (int i = 0; i < got.size(); i++) {
          assertThat(got.get(i).getDouble(1)).isEqualTo(expected.get(i), within(1e-6));
        }
      }
    }
  }

  @Test
  void moreNeighboursThanRowsAreAllRows() {
    VamanaNeighborsModel model = new VamanaNeighbors().setK(1000).fit(base);
    assertThat(byId(model.transform(queries)).values())
        .allSatisfy(found -> assertThat(found).hasSize(300));
  }

  @Test
  void anEmptyBaseGivesEmptyArrays() {
    VamanaNeighborsModel model = new VamanaNeighbors().fit(base.filter("id < 0"));
    assertThat(byId(model.transform(queries)).values())
        .hasSize(20)
        .allSatisfy(found -> assertThat(found).isEmpty());
  }

  @Test
  void aTransformedFrameCanBeJoinedWithItselfAndFiltered() {
    VamanaNeighborsModel model = new VamanaNeighbors().setK(2).fit(base);
    Dataset<Row> found = model.transform(queries);
    assertThat(found.as("a").join(found.as("b"), "id").count()).isEqualTo(20);
    assertThat(found.union(found).filter("id < 5").count()).isEqualTo(10);
    assertThat(model.setPredictionCol("again").transform(found).filter("neighbors = again").count())
        .isEqualTo(20);
    Dataset<Row> own = spark.read().format("omendb").load(model.tablePath());
    assertThat(model.setPredictionCol("own").transform(own).filter("own[0].id = id").count())
        .isEqualTo(300);
  }

  @Test
  void theTargetRecallOfTheModelIsWhatASearchAimsAt() {
    Dataset<Row> many = VectorData.random(12_000, 5).frame(spark).select("id", "features");
    VamanaNeighborsModel model = new VamanaNeighbors().setNumPartitions(1).fit(many);
    assertThat(listSize(model)).isLessThan(listSize(model.setTargetRecall(0.999)));
    assertThat(model.copy(ParamMap.empty()).getTargetRecall()).isEqualTo(0.999);
    assertThat(model.transform(queries).queryExecution().toString()).contains("targetRecall=0.999");
  }

  private int listSize(VamanaNeighborsModel model) {
    Matcher plan =
        Pattern.compile("listSize=(\\d+)")
            .matcher(model.transform(queries).queryExecution().toString());
    assertThat(plan.find()).isTrue();
    return Integer.parseInt(plan.group(1));
  }

  @Test
  void mistakesAreExplained() {
    VamanaNeighbors estimator = new VamanaNeighbors();
    VamanaNeighborsModel model = estimator.fit(base);
    Dataset<Row> shorter = queries.withColumn("features", lit(new float[] {1, 2, 3}));
    assertThatThrownBy(() -> model.transform(shorter.filter("id = 17")).collect())
        .hasStackTraceContaining(
            "The query vector of the row with id=17 has dimension 3, but column 'features' of the"
                + " table holds vectors of dimension 8.");
    assertThatThrownBy(() -> model.transform(queries.drop("features")))
        .hasMessageContaining("There is no column 'features'. The columns are id, i, s, d, m.");
    assertThatThrownBy(() -> model.copy(ParamMap.empty()).setFeaturesCol("i").transform(queries))
        .hasMessageContaining("Column 'i' of type INT holds no vectors.");
    assertThatThrownBy(() -> new VamanaNeighborsModel("m").transform(queries))
        .hasMessageContaining("Get one from VamanaNeighbors.fit");
    assertThatThrownBy(() -> new VamanaNeighbors().setIdCol("key").fit(base))
        .hasMessageContaining("There is no column 'key'");
    assertThatThrownBy(() -> new VamanaNeighbors().setIdCol("d").fit(base))
        .hasMessageContaining("Column 'd' of type ARRAY<DOUBLE> cannot identify rows.");
    assertThatThrownBy(() -> new VamanaNeighbors().setPredictionCol("S").fit(base))
        .hasMessageContaining("There is a column 'S' already.");
    assertThatThrownBy(
            () ->
                new VamanaNeighbors().setExcludeSelf(true).fit(base).transform(queries.drop("id")))
        .hasMessageContaining("excludeSelf needs the column 'id'");
    VamanaNeighborsModel cosine = model.copy(ParamMap.empty());
    cosine.set(cosine.distanceMeasure(), "cosine");
    assertThatThrownBy(() -> cosine.transform(queries))
        .hasMessageContaining(
            "distanceMeasure is cosine, but the model was fitted with euclidean, which its index"
                + " cannot change. Set it on a VamanaNeighbors and fit again.");
    assertThatThrownBy(
            () -> model.transform(queries, new ParamMap().put(estimator.maxDegree().w(8))))
        .hasMessageContaining("maxDegree is 8, but the model was fitted with 32");
    assertThatThrownBy(() -> model.set("maxDegree", 8)).hasMessageContaining("maxDegree");
    assertThatThrownBy(() -> estimator.setMaxDistance(Double.NaN))
        .hasMessageContaining("maxDistance given invalid value NaN");
    assertThatThrownBy(() -> estimator.setK(0)).hasMessageContaining("k given invalid value 0");
    assertThatThrownBy(() -> estimator.setDistanceMeasure("l2"))
        .hasMessageContaining("distanceMeasure given invalid value l2");
    Dataset<Row> cached = spark.read().format("omendb").load(model.tablePath()).cache();
    cached.count();
    assertThatThrownBy(() -> model.transform(queries).collect())
        .hasStackTraceContaining("The table is cached by Spark");
    cached.unpersist(true);
  }
}
