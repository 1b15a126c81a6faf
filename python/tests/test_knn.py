"""Joins and searches against the answers of NumPy."""

import numpy as np
import pytest
from pyspark.ml.functions import array_to_vector
from pyspark.sql import functions as f

from conftest import truth
from omendb_spark import OmenError, from_numpy, knn_join, knn_search

pytestmark = pytest.mark.both


@pytest.fixture
def queries(spark, points):
    return from_numpy(spark, points[:20] + np.float32(0.01), ids=np.arange(100, 120))


def neighbours(rows):
    """The ids found for each query, nearest first."""
    found: dict[int, list[int]] = {}
    for row in sorted(rows.collect(), key=lambda row: (row.id, row._rank)):
        found.setdefault(row.id, []).append(row.neighbor_id)
    return list(found.values())


@pytest.mark.parametrize("exact", [False, True])
def test_join_finds_the_nearest(spark, points, base, queries, exact):
    joined = knn_join(queries, base, "v", "v", 5, exact=exact)
    assert joined.columns == ["id", "v", "neighbor_id", "group", "neighbor_v", "_distance", "_rank"]
    assert neighbours(joined) == truth(points, points[:20] + 0.01, 5)
    for row in joined.collect():
        assert 1 <= row._rank <= 5
        assert row._distance == pytest.approx(np.linalg.norm(np.array(row.v) - np.array(row.neighbor_v)), rel=1e-5)


def test_join_by_path_and_by_name(points, path, base, queries):
    base.createOrReplaceTempView("points_table")
    expected = truth(points, points[:20] + 0.01, 3)
    assert neighbours(knn_join(queries, path, "v", "V", 3)) == expected
    assert neighbours(knn_join(queries, "points_table", "v", "v", 3)) == expected


def test_filters_apply_before_the_search(points, base, queries):
    some = base.where("group = 1").select("id", "v")
    expected = truth(points, points[:20] + 0.01, 4, np.arange(600) % 3 == 1)
    assert neighbours(knn_join(queries, some, "v", "v", 4)) == expected


def test_a_table_joined_with_itself(points, base):
    joined = knn_join(base.where("id < 10"), base, "v", "v", 2)
    assert neighbours(joined) == truth(points, points[:10], 2)


def test_queries_of_doubles_and_of_ml_vectors(points, base, queries):
    expected = truth(points, points[:20] + 0.01, 3)
    doubles = queries.select("id", f.col("v").cast("array<double>").alias("q"))
    assert neighbours(knn_join(doubles, base, "q", "v", 3)) == expected
    assert neighbours(knn_join(doubles.select("id", array_to_vector("q").alias("q")), base, "q", "v", 3)) == expected


def test_left_join_keeps_queries_without_a_match(base, queries):
    none = base.where("id < 0")
    assert knn_join(queries, none, "v", "v", 3).count() == 0
    kept = knn_join(queries, none, "v", "v", 3, how="left").collect()
    assert len(kept) == 20
    assert all(row.neighbor_id is None and row._distance is None and row._rank is None for row in kept)


def test_names_of_the_result(base, queries):
    plain = knn_join(queries, base.select(f.col("id").alias("n"), "v"), "v", "v", 1, distance_col="far", rank_col=None, base_prefix="b_")
    assert plain.columns == ["id", "v", "n", "b_v", "far"]
    assert knn_join(queries, base, "v", "v", 1, distance_col=None, rank_col=None).columns == ["id", "v", "neighbor_id", "group", "neighbor_v"]
    with pytest.raises(OmenError, match="The result would have two columns 'group'"):
        knn_join(queries, base, "v", "v", 1, distance_col="group")


def test_odd_column_names(spark, points, base):
    odd = from_numpy(spark, points[:2], id_col="a.b `c`", vector_col="my vec")
    rows = knn_join(odd, base, "my vec", "v", 1).collect()
    assert sorted((row["a.b `c`"], row["id"]) for row in rows) == [(0, 0), (1, 1)]


@pytest.mark.parametrize("metric, sign", [("cosine", -1), ("inner_product", -1)])
def test_the_metric_comes_from_the_table(spark, points, queries, tmp_path, metric, sign):
    table = str(tmp_path / metric)
    from_numpy(spark, points).write.format("omendb").option("metric", metric).save(table)
    value = points.astype(np.float64) @ points[:20].T.astype(np.float64)
    if metric == "cosine":
        value /= np.linalg.norm(points, axis=1)[:, None] * np.linalg.norm(points[:20], axis=1)[None]
    expected = np.argsort(sign * value, axis=0, kind="stable")[:4].T.tolist()
    rows = knn_join(from_numpy(spark, points[:20]), table, "v", "v", 4)
    assert neighbours(rows) == expected
    first = next(row for row in rows.collect() if row.id == 3 and row._rank == 2)
    assert first._distance == pytest.approx(value[expected[3][1], 3], rel=1e-4)


def test_the_index_is_used(spark, base, queries):
    plan = spark.sql("EXPLAIN SELECT * FROM {rows}", rows=knn_join(queries, base, "v", "v", 5)).head()[0]
    assert "OmenKnnJoin" in plan and "mode=approx" in plan


def test_search(spark, points, base, path):
    found = knn_search(base, points[17], 4)
    assert found.columns == ["id", "group", "v", "_distance", "_rank"]
    assert [row.id for row in found.collect()] == truth(points, points[17:18], 4)[0]
    assert [row._rank for row in found.collect()] == [1, 2, 3, 4]
    assert [row.id for row in knn_search(path, points[17].tolist(), np.int64(4), spark=spark).collect()] == truth(points, points[17:18], 4)[0]


def test_search_under_a_condition(points, base):
    expected = truth(points, points[17:18], 3, np.arange(600) % 3 == 0)[0]
    by_text = knn_search(base, points[17], 3, condition="group = 0", list_size=50)
    by_column = knn_search(base, points[17], 3, condition=f.col("group") == 0, distance_col="d", rank_col="r")
    assert [row.id for row in by_text.collect()] == [row.id for row in by_column.collect()] == expected
    assert by_column.columns[-2:] == ["d", "r"]
