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
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark import keyword_only

from omendb_spark.columns import column_of
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


class _NeighborsParams(HasFeaturesCol, HasPredictionCol, HasSeed):
    """The parameters that the estimator and the model share, with the defaults of the Java classes."""

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
            maxDegree=32,
            buildListSize=100,
            alpha=1.2,
            pqSubspaces=0,
            numPartitions=0,
            seed=42,
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


class VamanaNeighbors(JavaEstimator["VamanaNeighborsModel"], _NeighborsParams, JavaMLReadable["VamanaNeighbors"], JavaMLWritable):
    """Builds a Vamana index over the rows of a data frame; the model finds for other rows the nearest of them.

    ``featuresCol`` holds ARRAY of FLOAT or DOUBLE or Spark ML vectors. ``distanceMeasure`` is ``euclidean``, ``cosine`` (1 - cosine of
    the angle) or ``innerProduct`` (negative dot product); smaller is nearer. ``indexPath`` is where the index goes; without it, it is
    temporary and saving the model copies it. ``explainParams()`` lists every parameter.
    """

    __module__ = _JAVA_PACKAGE
    _input_kwargs: dict[str, Any]

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
    ) -> None:
        super().__init__()
        self._java_obj = _java_object("VamanaNeighbors", self.uid)
        self._set(**self._input_kwargs)

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
    ) -> "VamanaNeighbors":
        """Sets the given parameters."""
        return self._set(**self._input_kwargs)

    def setDistanceMeasure(self, value: str) -> "VamanaNeighbors":
        """Sets distanceMeasure."""
        return self._set(distanceMeasure=value)

    def setTargetRecall(self, value: float) -> "VamanaNeighbors":
        """Sets targetRecall."""
        return self._set(targetRecall=value)

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


class VamanaNeighborsModel(JavaModel, _NeighborsParams, JavaMLReadable["VamanaNeighborsModel"], JavaMLWritable):
    """Finds for each row the nearest of the rows it was fitted with.

    ``transform`` adds the column ``predictionCol``, an array of ``struct<id, distance>``, best first: one output row per input row, with
    an empty array where a row has no vector or no neighbour. With ``outputMode`` ``rows`` it gives one row per neighbour instead.
    """

    __module__ = _JAVA_PACKAGE

    def approxNearestNeighbors(self, dataset: DataFrame, key: Vector, numNearestNeighbors: int, distCol: str = "distCol") -> DataFrame:
        """The fitted rows nearest to ``key``, in the manner of Spark's LSH models.

        ``dataset`` holds the fitted rows, which are found again by their id. Returns at most ``numNearestNeighbors`` of its rows with
        their distance in ``distCol``, nearest first.
        """
        id_name = self._ids_of(dataset)
        asking = dataset.sparkSession.createDataFrame([(key,)], [self.getFeaturesCol()])
        found = self._searching(numNearestNeighbors).transform(asking).select(
            f.col("__near.id").alias("__id"), f.col(f"__near.`{self.getDistCol()}`").alias(distCol)
        )
        rows = dataset.join(f.broadcast(found), column_of(dataset, id_name, "the dataset") == f.col("__id"))
        return rows.drop("__id").orderBy(f.col(f"`{distCol}`"))

    def approxSimilarityJoin(self, datasetA: DataFrame, datasetB: DataFrame, threshold: float, distCol: str = "distCol") -> DataFrame:
        """Pairs of near rows, in the manner of Spark's LSH models: for each row of ``datasetB`` at most ``k`` of the fitted rows.

        ``datasetA`` holds the fitted rows, which are found again by their id. Returns the structs ``datasetA`` and ``datasetB`` and
        the distance, which is below ``threshold``, in ``distCol``.
        """
        id_name = self._ids_of(datasetA)
        asking = datasetB.select(f.struct("*").alias("datasetB"), column_of(datasetB, self.getFeaturesCol(), "datasetB"))
        found = self._searching(self.getK()).transform(asking).select(
            "datasetB", f.col("__near.id").alias("__id"), f.col(f"__near.`{self.getDistCol()}`").alias(distCol)
        )
        fitted = datasetA.select(f.struct("*").alias("datasetA"), column_of(datasetA, id_name, "datasetA").alias("__fitted"))
        pairs = fitted.join(found.where(f.col(f"`{distCol}`") < float(threshold)), f.col("__fitted") == f.col("__id"))
        return pairs.select("datasetA", "datasetB", f.col(f"`{distCol}`"))

    def _ids_of(self, dataset: DataFrame) -> str:
        if self.getIdCol() not in dataset.columns:
            raise bad_argument("dataset", f"the fitted rows with their id column '{self.getIdCol()}'", dataset.columns)
        return self.getIdCol()

    def _searching(self, k: int) -> "VamanaNeighborsModel":
        """This model, asking for k neighbours of any row, one row each in the column __near."""
        asking = self.copy({self.k: k, self.outputMode: "rows", self.predictionCol: "__near", self.excludeSelf: False})
        asking.clear(asking.maxDistance)
        return asking


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
