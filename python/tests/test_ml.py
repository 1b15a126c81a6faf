"""The estimator, its model and the evaluator, alone, in pipelines and in cross-validation."""

import numpy as np
import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import Normalizer, VectorAssembler
from pyspark.ml.functions import array_to_vector
from pyspark.ml.linalg import Vectors
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel, ParamGridBuilder

from conftest import truth
from omendb_spark import OmenError, from_numpy
from omendb_spark.ml import NeighborsEvaluator, VamanaNeighbors, VamanaNeighborsModel

pytestmark = pytest.mark.both


@pytest.fixture(scope="session")
def fitted_rows(spark, points):
    return from_numpy(spark, points, vector_col="features").cache()


@pytest.fixture(scope="session")
def model(fitted_rows):
    return VamanaNeighbors(k=5, targetRecall=0.99).fit(fitted_rows)


@pytest.fixture
def asking(spark, points):
    return from_numpy(spark, points[:20] + np.float32(0.01), ids=np.arange(1000, 1020), vector_col="features")


def ids(rows, column="neighbors"):
    return [[n.id for n in row[column]] for row in sorted(rows.collect(), key=lambda row: row.id)]


def test_transform_adds_the_neighbours(points, model, asking):
    found = model.transform(asking)
    assert found.columns == ["id", "features", "neighbors"]
    assert found.schema["neighbors"].dataType.simpleString().startswith("array<struct<id:bigint,distance:")
    assert ids(found) == truth(points, points[:20] + 0.01, 5)
    first = found.where("id = 1003").head()
    assert first.neighbors[0].distance == pytest.approx(0.04, rel=1e-3)


def test_parameters(points, model, fitted_rows, asking):
    estimator = VamanaNeighbors(k=3).setDistanceMeasure("cosine").setMaxDegree(16).setSeed(7)
    assert (estimator.getK(), estimator.getDistanceMeasure(), estimator.getMaxDegree(), estimator.getSeed()) == (3, "cosine", 16, 7)
    assert estimator.getTargetRecall() == 0.95 and "out-degree bound" in estimator.explainParams()
    assert estimator.copy({estimator.k: 4}).getK() == 4 and estimator.getK() == 3
    two = model.copy({model.k: 2})
    assert ids(two.transform(asking)) == truth(points, points[:20] + 0.01, 2)
    with pytest.raises(TypeError):
        VamanaNeighbors(k="many")
    with pytest.raises(TypeError):
        VamanaNeighbors(5)


def test_parameters_that_are_refused(fitted_rows):
    for estimator, sentence in [
        (VamanaNeighbors(k=0), "[OMEN_BAD_PARAMETER] Parameter k of VamanaNeighbors cannot be '0'; it is: most neighbours per row, in [1, 100000]."),
        (VamanaNeighbors(distanceMeasure="l2"), "Parameter distanceMeasure of VamanaNeighbors cannot be 'l2'; it is: euclidean, cosine (1 - cosine"),
    ]:
        with pytest.raises(OmenError) as error:
            estimator.fit(fitted_rows)
        assert sentence in str(error.value) and "\n" not in str(error.value)


def test_without_the_row_itself_and_within_a_distance(points, model, fitted_rows):
    some = fitted_rows.where("id < 10")
    alone = model.copy({model.excludeSelf: True})
    assert ids(alone.transform(some)) == [row[1:] for row in truth(points, points[:10], 6)]
    near = model.copy({model.maxDistance: 1e-3})
    assert ids(near.transform(some)) == [[i] for i in range(10)]


def test_one_row_per_neighbour(model, asking):
    rows = model.copy({model.outputMode: "rows", model.predictionCol: "n"}).transform(asking)
    assert rows.count() == 100
    assert {"id", "distance"} == set(rows.select("n.*").columns)


def test_like_spark_lsh(points, model, fitted_rows):
    nearest = model.approxNearestNeighbors(fitted_rows, Vectors.dense(points[33]), 3)
    assert [row.id for row in nearest.collect()] == truth(points, points[33:34], 3)[0]
    assert nearest.columns == ["id", "features", "distCol"]
    pairs = model.approxSimilarityJoin(fitted_rows, fitted_rows.where("id < 50"), 1e-3, "far")
    assert pairs.columns == ["datasetA", "datasetB", "far"]
    assert sorted((row.datasetA.id, row.datasetB.id) for row in pairs.collect()) == [(i, i) for i in range(50)]


def test_a_program_for_spark_lsh(spark, points, tmp_path):
    left = from_numpy(spark, points[:60], vector_col="features").selectExpr("id", "features AS v")
    right = from_numpy(spark, points[60:90], vector_col="features").selectExpr("id", "features AS v")
    lsh = VamanaNeighbors(inputCol="v", outputCol="hashes", seed=5, numHashTables=3, bucketLength=2.0)
    assert (lsh.getInputCol(), lsh.getOutputCol(), lsh.getNumHashTables(), lsh.getBucketLength()) == ("v", "hashes", 3, 2.0)
    model = lsh.fit(left)
    assert model.transform(left).columns == ["id", "v", "hashes"]
    distances = np.linalg.norm(points[:60, None].astype(np.float64) - points[None, 60:90], axis=2)
    threshold = float(np.median(distances))
    expected = sorted(map(tuple, np.argwhere(distances < threshold).tolist()))

    def pairs(a, b, model=model):
        found = model.approxSimilarityJoin(a, b, threshold, "far").collect()
        assert all(row.far == pytest.approx(distances[row.datasetA.id, row.datasetB.id], rel=1e-4) for row in found)
        return sorted((row.datasetA.id, row.datasetB.id) for row in found)

    assert pairs(left, right) == expected
    assert pairs(model.transform(left), model.transform(right)) == expected
    model.write().overwrite().save(str(tmp_path / "lsh"))
    assert pairs(left, right, VamanaNeighborsModel.load(str(tmp_path / "lsh"))) == expected
    twice = left.union(left)
    assert len(pairs(twice, right)) == len(pairs(twice, right, lsh.fit(twice))) == 2 * len(expected)
    other = lsh.fit(right)  # the rows of the first data frame are not fitted
    assert pairs(left, right, other) == expected
    nearest = other.approxNearestNeighbors(left, Vectors.dense(points[33]), 3)
    assert [row.id for row in nearest.collect()] == truth(points[:60], points[33:34], 3)[0]
    with pytest.raises(OmenError):
        lsh.setParams(inputCol="v", featuresCol="w")


def test_what_a_fit_decides_stays(model, fitted_rows, asking):
    assert not model.hasParam("maxDegree") and model.copy().setTargetRecall(0.5).transform(asking).count() == 20
    with pytest.raises(OmenError, match="distanceMeasure is cosine, but the model was fitted with euclidean"):
        model.copy({model.distanceMeasure: "cosine"}).transform(asking).count()


def test_save_and_load(points, model, asking, tmp_path):
    VamanaNeighbors(k=7, alpha=1.3).save(str(tmp_path / "estimator"))
    estimator = VamanaNeighbors.load(str(tmp_path / "estimator"))
    assert (estimator.getK(), estimator.getAlpha(), estimator.getIdCol()) == (7, 1.3, "id")
    model.write().overwrite().save(str(tmp_path / "model"))
    loaded = VamanaNeighborsModel.load(str(tmp_path / "model"))
    assert loaded.getK() == 5
    assert ids(loaded.transform(asking)) == ids(model.transform(asking))
    NeighborsEvaluator(k=3).save(str(tmp_path / "evaluator"))
    assert NeighborsEvaluator.load(str(tmp_path / "evaluator")).getK() == 3


def test_pipelines(spark, points, tmp_path):
    parts = from_numpy(spark, points).selectExpr("id", "v[0] AS a", "v[1] AS b", "v[2] AS c")
    stages = [
        VectorAssembler(inputCols=["a", "b", "c"], outputCol="raw"),
        Normalizer(inputCol="raw", outputCol="features"),
        VamanaNeighbors(k=4),
    ]
    pipeline = Pipeline(stages=stages)
    pipeline.save(str(tmp_path / "pipeline"))
    again = Pipeline.load(str(tmp_path / "pipeline"))
    assert again.getStages()[2].getK() == 4
    fitted = again.fit(parts)
    found = ids(fitted.transform(parts))
    assert all(row[0] == i for i, row in enumerate(found))
    fitted.save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted"))
    assert isinstance(loaded.stages[2], VamanaNeighborsModel)
    assert ids(loaded.transform(parts)) == found


def test_evaluation(spark, points, model, asking):
    evaluator = NeighborsEvaluator()
    assert evaluator.isLargerBetter()
    assert evaluator.evaluate(model.transform(asking)) == 1.0
    from pyspark.sql import functions as f

    labels = model.transform(asking).withColumn("truth", f.expr("transform(slice(neighbors, 1, 4), n -> n.id)"))
    half = labels.withColumn("truth", f.expr("IF(id % 2 = 0, truth, transform(truth, t -> -t - 1))"))
    assert NeighborsEvaluator(labelCol="truth", k=4).evaluate(half) == 0.5


def test_cross_validation(spark, fitted_rows, tmp_path):
    estimator = VamanaNeighbors(excludeSelf=True)
    grid = ParamGridBuilder().addGrid(estimator.mode, ["approx", "exact"]).build()
    validator = CrossValidator(estimator=estimator, estimatorParamMaps=grid, evaluator=NeighborsEvaluator(k=5), numFolds=2, seed=1)
    best = validator.fit(fitted_rows)
    assert best.avgMetrics[1] == 1.0 and 0.9 <= best.avgMetrics[0] <= 1.0
    assert isinstance(best.bestModel, VamanaNeighborsModel)
    best.save(str(tmp_path / "validated"))
    assert CrossValidatorModel.load(str(tmp_path / "validated")).avgMetrics == best.avgMetrics


def test_mistakes_are_one_sentence(spark, model, fitted_rows, asking):
    for act in [
        lambda: model.transform(asking.withColumnRenamed("features", "f")).collect(),
        lambda: model.transform(from_numpy(spark, np.ones((2, 3)), vector_col="features")).collect(),
        lambda: VamanaNeighbors(featuresCol="id").fit(fitted_rows),
        lambda: model.approxNearestNeighbors(fitted_rows, Vectors.dense([1.0]), 1).collect(),
        lambda: model.approxSimilarityJoin(fitted_rows, asking, float("nan")),
    ]:
        with pytest.raises(OmenError) as error:
            act()
        assert str(error.value).startswith("[OMEN_") and "\n" not in str(error.value)
