"""Nearest-neighbour search as a Spark ML estimator, its model and its evaluator.

Wrappers of the Java classes of the same names, in classic sessions and through Spark Connect; they are stages of
``pyspark.ml.Pipeline`` and candidates of ``CrossValidator``.
"""

from __future__ import annotations

import sys
from typing import Any, Optional, TypeVar

from pyspark.ml.evaluation import JavaEvaluator
from pyspark.ml.linalg import Vector
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasFeaturesCol, HasPredictionCol, HasSeed
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark import keyword_only

from omendb_spark.columns import as_floats, column_of
from omendb_spark.errors import bad_argument, jar_missing

# PySpark finds the wrapper of a saved Java stage by importing a module of the Java package's name, and the Java class of a wrapper by
# the name of its module. So the classes below say that they live in the Java package, and importing it finds this module.
_JAVA_PACKAGE = "io.omendb.spark.ml"
sys.modules[_JAVA_PACKAGE] = sys.modules[__name__]

__all__ = ["NeighborsEvaluator", "VamanaNeighbors", "VamanaNeighborsModel"]


def _java_object(name: str, uid: str) -> Any:
    """The Java object of this name; of a Connect client the name, which its server knows."""
    try:
        return JavaEstimator._new_java_obj(f"{_JAVA_PACKAGE}.{name}", uid)
    except TypeError:  # Py4J takes a class that is not there for a package
        raise jar_missing() from None


_P = TypeVar("_P", bound="_NeighborsParams")


class _NeighborsParams(HasFeaturesCol, HasPredictionCol):
    """The parameters of a search, which the estimator and the model share, with the defaults of the Java classes."""

    idCol: Param[str] = Param(
        Params._dummy(),
        "idCol",
        "column of BIGINT, INT or STRING that identifies a row; when it is neither set nor there, fit numbers the rows itself",
        typeConverter=TypeConverters.toString,
    )
    distCol: Param[str] = Param(
        Params._dummy(), "distCol", "name of the field of a neighbour that holds its distance", typeConverter=TypeConverters.toString
    )
    k: Param[int] = Param(Params._dummy(), "k", "most neighbours per row, in [1, 100000]", typeConverter=TypeConverters.toInt)
    distanceMeasure: Param[str] = Param(
        Params._dummy(),
        "distanceMeasure",
        "euclidean, cosine (1 - cosine of the angle) or innerProduct (negative dot product)",
        typeConverter=TypeConverters.toString,
    )
    excludeSelf: Param[bool] = Param(
        Params._dummy(),
        "excludeSelf",
        "whether a row whose id is that of the asking row is no neighbour",
        typeConverter=TypeConverters.toBoolean,
    )
    maxDistance: Param[float] = Param(
        Params._dummy(), "maxDistance", "largest distance of a neighbour; unset for no bound", typeConverter=TypeConverters.toFloat
    )
    outputMode: Param[str] = Param(
        Params._dummy(),
        "outputMode",
        "array for one output row per input row, rows for one per neighbour",
        typeConverter=TypeConverters.toString,
    )
    targetRecall: Param[float] = Param(
        Params._dummy(),
        "targetRecall",
        "share of the true neighbours that a search aims to find, in (0, 1]",
        typeConverter=TypeConverters.toFloat,
    )
    mode: Param[str] = Param(
        Params._dummy(), "mode", "approx to search by the index, exact to compare every pair", typeConverter=TypeConverters.toString
    )
    searchListSize: Param[int] = Param(
        Params._dummy(),
        "searchListSize",
        "beam width of a search, in [0, 1000000]; 0 derives it from targetRecall",
        typeConverter=TypeConverters.toInt,
    )
    bucketLength: Param[float] = Param(
        Params._dummy(),
        "bucketLength",
        "of BucketedRandomProjectionLSH; accepted and without effect, there are no buckets",
        typeConverter=TypeConverters.toFloat,
    )
    numHashTables: Param[int] = Param(
        Params._dummy(),
        "numHashTables",
        "of BucketedRandomProjectionLSH; accepted and without effect, there are no hash tables",
        typeConverter=TypeConverters.toInt,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(
            featuresCol="features",
            predictionCol="neighbors",
            idCol="id",
            distCol="distance",
            k=10,
            distanceMeasure="euclidean",
            excludeSelf=False,
            outputMode="array",
            targetRecall=0.95,
            mode="approx",
            searchListSize=0,
            numHashTables=1,
        )

    def getIdCol(self) -> str:
        """The value of idCol."""
        return self.getOrDefault(self.idCol)

    def getDistCol(self) -> str:
        """The value of distCol."""
        return self.getOrDefault(self.distCol)

    def getK(self) -> int:
        """The value of k."""
        return self.getOrDefault(self.k)

    def getExcludeSelf(self) -> bool:
        """The value of excludeSelf."""
        return self.getOrDefault(self.excludeSelf)

    def getMaxDistance(self) -> float:
        """The value of maxDistance."""
        return self.getOrDefault(self.maxDistance)

    def getOutputMode(self) -> str:
        """The value of outputMode."""
        return self.getOrDefault(self.outputMode)

    def getMode(self) -> str:
        """The value of mode."""
        return self.getOrDefault(self.mode)

    def getSearchListSize(self) -> int:
        """The value of searchListSize."""
        return self.getOrDefault(self.searchListSize)

    def getDistanceMeasure(self) -> str:
        """The value of distanceMeasure."""
        return self.getOrDefault(self.distanceMeasure)

    def getTargetRecall(self) -> float:
        """The value of targetRecall."""
        return self.getOrDefault(self.targetRecall)

    def getInputCol(self) -> str:
        """As getFeaturesCol; the name in Spark's LSH."""
        return self.getFeaturesCol()

    def getOutputCol(self) -> str:
        """As getPredictionCol; the name in Spark's LSH."""
        return self.getPredictionCol()

    def getBucketLength(self) -> float:
        """The value of bucketLength."""
        return self.getOrDefault(self.bucketLength)

    def getNumHashTables(self) -> int:
        """The value of numHashTables."""
        return self.getOrDefault(self.numHashTables)

    def setFeaturesCol(self: _P, value: str) -> _P:
        """Sets featuresCol."""
        return self._set(featuresCol=value)

    def setPredictionCol(self: _P, value: str) -> _P:
        """Sets predictionCol."""
        return self._set(predictionCol=value)

    def setIdCol(self: _P, value: str) -> _P:
        """Sets idCol."""
        return self._set(idCol=value)

    def setDistCol(self: _P, value: str) -> _P:
        """Sets distCol."""
        return self._set(distCol=value)

    def setK(self: _P, value: int) -> _P:
        """Sets k."""
        return self._set(k=value)

    def setExcludeSelf(self: _P, value: bool) -> _P:
        """Sets excludeSelf."""
        return self._set(excludeSelf=value)

    def setMaxDistance(self: _P, value: float) -> _P:
        """Sets maxDistance."""
        return self._set(maxDistance=value)

    def setOutputMode(self: _P, value: str) -> _P:
        """Sets outputMode."""
        return self._set(outputMode=value)

    def setMode(self: _P, value: str) -> _P:
        """Sets mode."""
        return self._set(mode=value)

    def setSearchListSize(self: _P, value: int) -> _P:
        """Sets searchListSize."""
        return self._set(searchListSize=value)

    def setTargetRecall(self: _P, value: float) -> _P:
        """Sets targetRecall."""
        return self._set(targetRecall=value)

    def setInputCol(self: _P, value: str) -> _P:
        """As setFeaturesCol; the name in Spark's LSH."""
        return self._set(featuresCol=value)

    def setOutputCol(self: _P, value: str) -> _P:
        """As setPredictionCol; the name in Spark's LSH."""
        return self._set(predictionCol=value)


def _with_our_names(given: dict[str, Any]) -> dict[str, Any]:
    """Arguments with the parameters of Spark's LSH under the names that they have here."""
    ours = {"inputCol": "featuresCol", "outputCol": "predictionCol"}
    twice = [name for name in ours if given.get(name) is not None and ours[name] in given]
    if twice:
        raise bad_argument(twice[0], f"left out beside {ours[twice[0]]}, which it is another name of", given[twice[0]])
    return {ours.get(name, name): value for name, value in given.items()}


class VamanaNeighbors(JavaEstimator["VamanaNeighborsModel"], _NeighborsParams, HasSeed, JavaMLReadable["VamanaNeighbors"], JavaMLWritable):
    """Builds a Vamana index over the rows of a data frame; the model finds for other rows the nearest of them.

    ``featuresCol`` holds ARRAY of FLOAT or DOUBLE or Spark ML vectors. ``distanceMeasure`` is ``euclidean``, ``cosine`` (1 - cosine of
    the angle) or ``innerProduct`` (negative dot product); smaller is nearer. ``indexPath`` is where the index goes; without it, it is
    temporary and saving the model copies it. ``explainParams()`` lists every parameter.

    The arguments of Spark's ``BucketedRandomProjectionLSH`` are accepted as well: ``inputCol`` is ``featuresCol``, ``outputCol`` is
    ``predictionCol``; ``bucketLength`` and ``numHashTables`` have no effect.
    """

    __module__ = _JAVA_PACKAGE
    _input_kwargs: dict[str, Any]

    maxDegree: Param[int] = Param(
        Params._dummy(), "maxDegree", "out-degree bound of the graph, in [4, 512]", typeConverter=TypeConverters.toInt
    )
    buildListSize: Param[int] = Param(
        Params._dummy(), "buildListSize", "beam width of the build, in [4, 10000]", typeConverter=TypeConverters.toInt
    )
    alpha: Param[float] = Param(
        Params._dummy(), "alpha", "pruning slack on squared distances, in [1, 2]", typeConverter=TypeConverters.toFloat
    )
    pqSubspaces: Param[int] = Param(
        Params._dummy(),
        "pqSubspaces",
        "bytes of the compressed code of a vector; 0 chooses from the dimension",
        typeConverter=TypeConverters.toInt,
    )
    numPartitions: Param[int] = Param(
        Params._dummy(),
        "numPartitions",
        "segments of the index; 0 for one per partition of the data, at most one per core",
        typeConverter=TypeConverters.toInt,
    )
    indexPath: Param[str] = Param(
        Params._dummy(),
        "indexPath",
        "directory under which fit makes the index; unset for a temporary one that goes when the JVM ends",
        typeConverter=TypeConverters.toString,
    )

    @keyword_only
    def __init__(
        self,
        *,
        featuresCol: str = "features",
        predictionCol: str = "neighbors",
        idCol: str = "id",
        distCol: str = "distance",
        k: int = 10,
        distanceMeasure: str = "euclidean",
        excludeSelf: bool = False,
        maxDistance: Optional[float] = None,
        outputMode: str = "array",
        targetRecall: float = 0.95,
        mode: str = "approx",
        searchListSize: int = 0,
        maxDegree: int = 32,
        buildListSize: int = 100,
        alpha: float = 1.2,
        pqSubspaces: int = 0,
        numPartitions: int = 0,
        indexPath: Optional[str] = None,
        seed: int = 42,
        inputCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        bucketLength: Optional[float] = None,
        numHashTables: Optional[int] = None,
    ) -> None:
        super().__init__()
        self._setDefault(maxDegree=32, buildListSize=100, alpha=1.2, pqSubspaces=0, numPartitions=0, seed=42)
        self._java_obj = _java_object("VamanaNeighbors", self.uid)
        self._set(**_with_our_names(self._input_kwargs))

    @keyword_only
    def setParams(
        self,
        *,
        featuresCol: str = "features",
        predictionCol: str = "neighbors",
        idCol: str = "id",
        distCol: str = "distance",
        k: int = 10,
        distanceMeasure: str = "euclidean",
        excludeSelf: bool = False,
        maxDistance: Optional[float] = None,
        outputMode: str = "array",
        targetRecall: float = 0.95,
        mode: str = "approx",
        searchListSize: int = 0,
        maxDegree: int = 32,
        buildListSize: int = 100,
        alpha: float = 1.2,
        pqSubspaces: int = 0,
        numPartitions: int = 0,
        indexPath: Optional[str] = None,
        seed: int = 42,
        inputCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        bucketLength: Optional[float] = None,
        numHashTables: Optional[int] = None,
    ) -> "VamanaNeighbors":
        """Sets the given parameters."""
        return self._set(**_with_our_names(self._input_kwargs))

    def getMaxDegree(self) -> int:
        """The value of maxDegree."""
        return self.getOrDefault(self.maxDegree)

    def getBuildListSize(self) -> int:
        """The value of buildListSize."""
        return self.getOrDefault(self.buildListSize)

    def getAlpha(self) -> float:
        """The value of alpha."""
        return self.getOrDefault(self.alpha)

    def getPqSubspaces(self) -> int:
        """The value of pqSubspaces."""
        return self.getOrDefault(self.pqSubspaces)

    def getNumPartitions(self) -> int:
        """The value of numPartitions."""
        return self.getOrDefault(self.numPartitions)

    def getIndexPath(self) -> str:
        """The value of indexPath."""
        return self.getOrDefault(self.indexPath)

    def setBucketLength(self, value: float) -> "VamanaNeighbors":
        """Sets bucketLength, which has no effect."""
        return self._set(bucketLength=value)

    def setNumHashTables(self, value: int) -> "VamanaNeighbors":
        """Sets numHashTables, which has no effect."""
        return self._set(numHashTables=value)

    def setDistanceMeasure(self, value: str) -> "VamanaNeighbors":
        """Sets distanceMeasure."""
        return self._set(distanceMeasure=value)

    def setMaxDegree(self, value: int) -> "VamanaNeighbors":
        """Sets maxDegree."""
        return self._set(maxDegree=value)

    def setBuildListSize(self, value: int) -> "VamanaNeighbors":
        """Sets buildListSize."""
        return self._set(buildListSize=value)

    def setAlpha(self, value: float) -> "VamanaNeighbors":
        """Sets alpha."""
        return self._set(alpha=value)

    def setPqSubspaces(self, value: int) -> "VamanaNeighbors":
        """Sets pqSubspaces."""
        return self._set(pqSubspaces=value)

    def setNumPartitions(self, value: int) -> "VamanaNeighbors":
        """Sets numPartitions."""
        return self._set(numPartitions=value)

    def setIndexPath(self, value: str) -> "VamanaNeighbors":
        """Sets indexPath."""
        return self._set(indexPath=value)

    def setSeed(self, value: int) -> "VamanaNeighbors":
        """Sets seed."""
        return self._set(seed=value)

    def _create_model(self, java_model: Any) -> "VamanaNeighborsModel":
        return VamanaNeighborsModel(java_model)

    def _fit(self, dataset: DataFrame) -> "VamanaNeighborsModel":
        model = super()._fit(dataset)
        model._fitted = dataset
        return model


class VamanaNeighborsModel(JavaModel, _NeighborsParams, JavaMLReadable["VamanaNeighborsModel"], JavaMLWritable):
    """Finds for each row the nearest of the rows it was fitted with.

    ``transform`` adds the column ``predictionCol``, an array of ``struct<id, distance>``, best first: one output row per input row, with
    an empty array where a row has no vector or no neighbour. With ``outputMode`` ``rows`` it gives one row per neighbour instead.
    """

    __module__ = _JAVA_PACKAGE

    _fitted: Optional[DataFrame] = None

    def approxNearestNeighbors(self, dataset: DataFrame, key: Vector, numNearestNeighbors: int, distCol: str = "distCol") -> DataFrame:
        """The rows of ``dataset`` nearest to ``key``, in the manner of Spark's LSH models.

        The index answers when ``dataset`` is the very data frame that was fitted, and has ids; any other is looked through row by row.
        Returns at most ``numNearestNeighbors`` rows with their distance in ``distCol``, nearest first.
        """
        query = f.lit([float(value) for value in key.toArray()]).cast("array<float>")
        own = self._distance(query, as_floats(dataset, self.getFeaturesCol(), "the dataset"))
        asking = self._searching(numNearestNeighbors)
        candidates = dataset
        if self.getIdCol() in dataset.columns and self._was_fitted_with(dataset):
            found = asking.transform(dataset.sparkSession.range(1).select(query.alias(self.getFeaturesCol())))
            ids = found.select(f.explode("__near.id").alias("__id"))
            candidates = dataset.join(f.broadcast(ids), column_of(dataset, self.getIdCol(), "the dataset") == f.col("__id"), "left_semi")
        distance = f.col("`" + distCol.replace("`", "``") + "`")
        return candidates.withColumn(distCol, own).where(distance.isNotNull()).orderBy(distance).limit(numNearestNeighbors)

    def approxSimilarityJoin(self, datasetA: DataFrame, datasetB: DataFrame, threshold: float, distCol: str = "distCol") -> DataFrame:
        """All pairs of near rows that a search finds, in the manner of Spark's LSH models; ``k`` does not matter.

        When ``datasetA`` has other vectors than the fitted ones, they are fitted first; only then, and to find that out when
        ``datasetA`` is not the very data frame that was fitted, does the call run a job. Returns the structs ``datasetA`` and
        ``datasetB`` and the distance, which is below ``threshold``, in ``distCol``.
        """
        if float(threshold) != float(threshold):
            raise bad_argument("threshold", "a number", threshold)
        vector = as_floats(datasetA, self.getFeaturesCol(), "datasetA")
        asking = datasetB.select(
            f.struct("*").alias("datasetB"),
            column_of(datasetB, self.getFeaturesCol(), "datasetB").alias(self.getFeaturesCol()),
            f.monotonically_increasing_id().alias("__row"),
        )
        fitted = datasetA.select(f.struct("*").alias("datasetA"), _fingerprint(vector).alias("__key"))
        found, keys = self._within(asking, float(threshold))
        if not self._was_fitted_with(datasetA) and not fitted.join(keys, "__key", "left_anti").isEmpty():
            found, keys = self._fitted_anew(datasetA)._within(asking, float(threshold))
        near = found.select("datasetB", "__row", f.explode("__near").alias("__near"))
        near = near.where(f.col("__near.distance") < float(threshold)).join(keys, f.col("__near.id") == f.col("__id"))
        # Rows with the same vector are one for the join with datasetA, which has each of them.
        near = near.dropDuplicates(["__row", "__key"])
        return fitted.join(near, "__key").select("datasetA", "datasetB", f.col("__near.distance").alias(distCol))

    def _within(self, asking: DataFrame, threshold: float) -> tuple[DataFrame, DataFrame]:
        """``asking`` with everything near in the column __near; the ids of the index with the fingerprints of their vectors."""
        searching = self._searching(2**31 - 1)
        found = searching.setMaxDistance(threshold).transform(asking)
        table = found.schema["__near"].metadata["omendb"]["table"]
        rows = asking.sparkSession.read.format("omendb").load(table)
        return found, rows.select(f.col("id").alias("__id"), _fingerprint(f.col("features")).alias("__key"))

    def _distance(self, query: Column, vector: Column) -> Column:
        measure = self.getDistanceMeasure()
        if measure == "cosine":
            return f.lit(1.0) - f.call_function("vector_cosine_similarity", query, vector).cast("double")
        if measure == "innerProduct":
            return -f.call_function("vector_inner_product", query, vector).cast("double")
        return f.call_function("vector_l2_distance", query, vector).cast("double")

    def _was_fitted_with(self, dataset: DataFrame) -> bool:
        return self._fitted is not None and self._fitted.sameSemantics(dataset)

    def _fitted_anew(self, dataset: DataFrame) -> "VamanaNeighborsModel":
        """A model like this one whose index has the vectors of ``dataset``."""
        estimator = VamanaNeighbors()
        self._copyValues(estimator)
        estimator.clear(estimator.idCol)
        estimator.setPredictionCol("__near").setDistCol("distance").setExcludeSelf(False)
        return estimator.fit(dataset.select(column_of(dataset, self.getFeaturesCol(), "datasetA")))

    def _searching(self, k: int) -> "VamanaNeighborsModel":
        """This model, asking for k neighbours of any row in the column __near."""
        asking = self.copy(
            {self.k: k, self.outputMode: "array", self.predictionCol: "__near", self.distCol: "distance", self.excludeSelf: False}
        )
        asking.clear(asking.maxDistance)
        return asking


def _fingerprint(vector: Column) -> Column:
    """96 bits by which a vector is found again."""
    return f.struct(f.xxhash64(vector), f.hash(vector))


class NeighborsEvaluator(JavaEvaluator, HasPredictionCol, JavaMLReadable["NeighborsEvaluator"], JavaMLWritable):
    """Recall of a column of neighbours: the share of the true neighbours that were found, averaged over the rows that have any.

    The truth is the column ``labelCol``, an array of ids, best first; without it, what comparing every pair gives for the index that
    the column came from. A neighbour as near as the last true one counts as true. ``k`` neighbours are looked at, by default all.
    """

    __module__ = _JAVA_PACKAGE
    _input_kwargs: dict[str, Any]

    labelCol: Param[str] = Param(
        Params._dummy(), "labelCol", "column with the array of true ids, best first; unset to find them by comparing every pair",
        typeConverter=TypeConverters.toString,
    )
    metricName: Param[str] = Param(Params._dummy(), "metricName", "recallAtK", typeConverter=TypeConverters.toString)
    k: Param[int] = Param(
        Params._dummy(), "k", "neighbours that are looked at; unset for as many as the model was asked for", typeConverter=TypeConverters.toInt
    )

    @keyword_only
    def __init__(
        self, *, predictionCol: str = "neighbors", labelCol: Optional[str] = None, metricName: str = "recallAtK", k: Optional[int] = None
    ) -> None:
        super().__init__()
        self._java_obj = _java_object("NeighborsEvaluator", self.uid)
        self._setDefault(predictionCol="neighbors", metricName="recallAtK")
        self._set(**self._input_kwargs)

    @keyword_only
    def setParams(
        self, *, predictionCol: str = "neighbors", labelCol: Optional[str] = None, metricName: str = "recallAtK", k: Optional[int] = None
    ) -> "NeighborsEvaluator":
        """Sets the given parameters."""
        return self._set(**self._input_kwargs)

    def setPredictionCol(self, value: str) -> "NeighborsEvaluator":
        """Sets predictionCol."""
        return self._set(predictionCol=value)

    def getLabelCol(self) -> str:
        """The value of labelCol."""
        return self.getOrDefault(self.labelCol)

    def setLabelCol(self, value: str) -> "NeighborsEvaluator":
        """Sets labelCol."""
        return self._set(labelCol=value)

    def getMetricName(self) -> str:
        """The value of metricName."""
        return self.getOrDefault(self.metricName)

    def setMetricName(self, value: str) -> "NeighborsEvaluator":
        """Sets metricName."""
        return self._set(metricName=value)

    def getK(self) -> int:
        """The value of k."""
        return self.getOrDefault(self.k)

    def setK(self, value: int) -> "NeighborsEvaluator":
        """Sets k."""
        return self._set(k=value)

    def isLargerBetter(self) -> bool:
        """True: more recall is better."""
        return True
