"""Nearest-neighbour joins and searches, made of SQL and data-frame expressions only, so that they run through Spark Connect too."""

from __future__ import annotations

import math
import operator
import re
from typing import Any, Literal, NamedTuple, Optional, Sequence, SupportsIndex, Union

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType

from omendb_spark.columns import as_floats, column_of, frame, name_in
from omendb_spark.errors import OmenError, bad_argument, bad_vector, sentence_in

_MAX_K = 100_000


class _Ranking(NamedTuple):
    function: str
    direction: str


_RANKINGS = {
    "l2": _Ranking("vector_l2_distance", "distance"),
    "cosine": _Ranking("vector_cosine_similarity", "similarity"),
    "inner_product": _Ranking("vector_inner_product", "similarity"),
}


def knn_join(
    queries: DataFrame,
    base: Union[DataFrame, str],
    query_col: str,
    base_col: str,
    k: int = 10,
    *,
    exact: bool = False,
    how: Literal["inner", "left"] = "inner",
    distance_col: Optional[str] = "_distance",
    rank_col: Optional[str] = "_rank",
    base_prefix: str = "neighbor_",
) -> DataFrame:
    """Joins each row of ``queries`` with its ``k`` nearest rows of ``base``.

    ``base`` is an OmenDB table: the path or name of one, or a data frame of one, its columns selected and rows filtered at will;
    filters apply before the search. ``query_col`` and ``base_col`` name the columns of vectors; ``base_col`` is the indexed one,
    the queries may be ARRAY of FLOAT or DOUBLE or Spark ML vectors. The table's own metric compares them. ``exact`` compares every pair of
    rows instead of using the index. ``how`` is ``"inner"``, or ``"left"`` to keep queries without a match, with NULLs.

    The result has the columns of both sides; one of ``base`` whose name ``queries`` has too gets ``base_prefix`` before it. Beside
    them ``distance_col`` holds the value of Spark's own function for the metric — a distance for l2, a similarity for
    cosine and inner product — and ``rank_col`` counts from 1, the nearest. Either is left out when None; a rank costs a shuffle of the
    columns that are selected from the result.

    Raises ``OmenError`` for a column that does not exist or holds no vectors, a ``k`` outside [1, 100000], or a ``base`` without an index;
    when the rows are computed, for vectors of another dimension than the table's.
    """
    queries = frame("queries", queries)
    table = _table("base", base, queries.sparkSession)
    k = _integer("k", k, 1, _MAX_K)
    kind = {"inner": "inner", "left": "leftouter", "leftouter": "leftouter", "left_outer": "leftouter"}.get(how)
    if kind is None:
        raise bad_argument("how", '"inner" or "left"', how)
    vector = as_floats(queries, query_col, "the queries")
    base_at = table.columns.index(name_in(table, base_col, "the base"))
    names = _result_names(queries, table, distance_col, rank_col, base_prefix)
    ranking = _RANKINGS[_metric(table, base_col)]

    # Under names of their own, so that equal names on both sides, or a table joined with itself, cannot be confused.
    left_names = [f"q{i}" for i in range(len(queries.columns))]
    base_names = [f"b{i}" for i in range(len(table.columns))]
    left = queries.select("*", vector.alias("_query")).toDF(*left_names, "_query")
    if rank_col is not None:
        left = left.withColumn("_row", f.monotonically_increasing_id())
    right = table.toDF(*base_names)
    base_vector = as_floats(right, base_names[base_at], "the base")
    value = f.call_function(ranking.function, f.col("_query"), base_vector)
    joined = left.nearestByJoin(right, value, k, "exact" if exact else "approx", ranking.direction, joinType=kind)
    out = [f.col(given).alias(name) for given, name in zip([*left_names, *base_names], names)]
    if distance_col is not None or rank_col is not None:
        joined = joined.withColumn("_value", value)
    if distance_col is not None:
        out.append(f.col("_value").alias(distance_col))
    if rank_col is not None:
        nearest_first = f.col("_value").asc_nulls_last() if ranking.direction == "distance" else f.col("_value").desc_nulls_last()
        rank = f.row_number().over(Window.partitionBy("_row").orderBy(nearest_first))
        joined = joined.withColumn("_place", f.when(f.col(base_names[base_at]).isNotNull(), rank))
        out.append(f.col("_place").alias(rank_col))
    return joined.select(*out)


def knn_search(
    table: Union[DataFrame, str],
    vector: Any,
    k: int = 10,
    *,
    condition: Union[Column, str, None] = None,
    list_size: int = 0,
    distance_col: str = "_distance",
    rank_col: str = "_rank",
    spark: Optional[SparkSession] = None,
) -> DataFrame:
    """The ``k`` rows of ``table`` nearest to one ``vector``, a sequence of numbers or a one-dimensional array; nearest first.

    ``table`` is given as ``base`` in ``knn_join``. ``condition``, a SQL text or a column expression, filters its rows before the search.
    ``list_size`` is the beam width; 0 derives it from the table's target recall. ``spark`` is the session to use when ``table`` is a
    path or name, by default the active one. Raises ``OmenError`` as ``knn_join`` does, and for a
    vector that is not of finite numbers.
    """
    if isinstance(table, str):
        spark = spark or SparkSession.active()
    rows = _table("table", table, spark)
    spark = rows.sparkSession
    k = _integer("k", k, 1, _MAX_K)
    list_size = _integer("list_size", list_size, 0, 1_000_000)
    # repr of a double reads back as the same double, and Spark rounds it to a float once.
    query = f"array({', '.join(f'{x!r}D' for x in _numbers(vector))})"
    if condition is not None:
        rows = rows.where(condition)
    call = f"ann_search(table => TABLE({{rows}}), query_vector => {query}, num_results => {k}, list_size => {list_size})"
    found = spark.sql(f"SELECT * FROM {call}", rows=rows)
    return found.withColumnsRenamed({"_distance": distance_col, "_rank": rank_col}).orderBy(rank_col)


def _numbers(vector: Any) -> Sequence[float]:
    """The vector as finite floats."""
    shape = getattr(vector, "shape", None)
    if shape is not None and len(shape) != 1:
        raise bad_argument("vector", "one vector, an array of one dimension", vector, f"an array of the shape {tuple(shape)}")
    try:
        numbers = [float(x) for x in vector]
    except (TypeError, ValueError):
        raise bad_argument("vector", "a sequence of numbers", vector) from None
    if not numbers:
        raise bad_argument("vector", "at least one number long", vector)
    for position, number in enumerate(numbers):
        if not math.isfinite(number):
            raise bad_vector("The vector", number, position)
    return numbers


def _integer(name: str, value: SupportsIndex, low: int, high: int) -> int:
    """The value as an int; NumPy's integers are taken too."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or not low <= (number := operator.index(value)) <= high:
        raise bad_argument(name, f"an integer in [{low}, {high}]", value)
    return number


def _table(name: str, base: Union[DataFrame, str], spark: Optional[SparkSession]) -> DataFrame:
    """The data frame that an argument of this name is, or that it names in a session."""
    if spark is None or not isinstance(base, str):
        return frame(name, base, "a data frame of an OmenDB table, or the path or name of one")
    is_path = "/" in base or ":" in base
    return spark.table(base) if not is_path and spark.catalog.tableExists(base) else spark.read.format("omendb").load(base)


def _metric(base: DataFrame, base_col: str) -> str:
    """The metric of the table below a data frame; raises why its index cannot be used for this column when it cannot."""
    as_floats(base, base_col, "the base")
    indexed = column_of(base, base_col, "the base")
    if not isinstance(base.schema[name_in(base, base_col, "the base")].dataType, ArrayType):
        raise OmenError(
            f"[OMEN_NOT_SEARCHABLE] Column '{base_col}' of the base holds Spark ML vectors, and Spark's vector functions take only arrays."
            " Write the table with pyspark.ml.functions.vector_to_array(column, 'float32')."
        )
    explain = "EXPLAIN SELECT * FROM ann_search(table => TABLE({rows}), query_vector => array(0F), num_results => 1)"
    plan = "\n".join(row[0] for row in base.sparkSession.sql(explain, rows=base.select(indexed)).collect())
    found = re.search(r"OmenKnnJoin .*?\bmetric=(\w+), k=", plan)
    if found is None or found.group(1) not in _RANKINGS:
        # EXPLAIN does not fail; it prints why a query would.
        why = re.search(r"\[OMEN_\w+\] [^\n]+", plan)
        if why:
            raise OmenError(why.group(0).replace("ann_search cannot search the given table", "knn_join cannot search the base"))
        raise sentence_in([("", plan)]) or OmenError(
            "[OMEN_NOT_SEARCHABLE] knn_join cannot search the base: Spark does not plan it through an index, for instance because it is"
            " cached. Give the OmenDB table itself, or a selection of its columns and rows."
        )
    return found.group(1)


def _result_names(
    queries: DataFrame, table: DataFrame, distance_col: Optional[str], rank_col: Optional[str], base_prefix: str
) -> list[str]:
    taken = {name.lower() for name in queries.columns}
    base_names = [base_prefix + name if name.lower() in taken else name for name in table.columns]
    names = [*queries.columns, *base_names]
    extra = [name for name in (distance_col, rank_col) if name is not None]
    seen: set[str] = set()
    for name in [*base_names, *extra]:
        if name.lower() in taken or name.lower() in seen:
            raise OmenError(
                f"[OMEN_BAD_ARGUMENT] The result would have two columns '{name}'. Rename one of them, or choose base_prefix,"
                " distance_col and rank_col so that the names differ."
            )
        seen.add(name.lower())
    return names
