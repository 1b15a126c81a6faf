"""Arrays become rows and rows arrays, value by value and in order."""

import numpy as np
import pytest

from omendb_spark import OmenError, from_numpy, to_numpy

pytestmark = pytest.mark.both


def test_round_trip_keeps_values_and_order(spark, points):
    df = from_numpy(spark, points)
    assert df.dtypes == [("id", "bigint"), ("v", "array<float>")]
    ids, vectors = to_numpy(df, "v", "id")
    assert ids.tolist() == list(range(600))
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, points)


def test_ids_and_columns(spark, points):
    df = from_numpy(
        spark,
        points[:3].astype(np.float64),
        ids=["c", "a", "b"],
        id_col="name",
        vector_col="features",
        columns={"label": np.array([1, 2, 255], np.uint8), "when": [None, 1.5, 2.5]},
    )
    assert df.dtypes == [("name", "string"), ("label", "smallint"), ("when", "double"), ("features", "array<float>")]
    assert [(row.name, row.label, row.when) for row in df.collect()] == [("c", 1, None), ("a", 2, 1.5), ("b", 255, 2.5)]
    np.testing.assert_array_equal(to_numpy(df, "FEATURES"), points[:3])


def test_array_of_many_partitions_and_a_view_of_an_array(spark):
    wide = np.arange(40_000 * 50, dtype=np.float32).reshape(40_000, 50)
    strided = wide[::2, ::5]
    np.testing.assert_array_equal(to_numpy(from_numpy(spark, strided)), strided)


def test_other_vector_types_come_back_as_floats(spark):
    doubles = spark.sql("SELECT array(0.5D, 1.5D) AS v UNION ALL SELECT array(2.5D, 3.5D)")
    np.testing.assert_array_equal(to_numpy(doubles), np.array([[0.5, 1.5], [2.5, 3.5]], np.float32))
    from pyspark.ml.functions import array_to_vector

    np.testing.assert_array_equal(to_numpy(doubles.select(array_to_vector("v").alias("w")), "w"), to_numpy(doubles))


def test_no_rows(spark):
    df = from_numpy(spark, np.empty((0, 4), np.float32))
    assert df.count() == 0
    assert to_numpy(df).shape[0] == 0


@pytest.mark.parametrize(
    "array, sentence",
    [
        (np.zeros(3), "array must be of the shape (rows, dimension), was (3,)."),
        (np.array([[1.0, np.nan]]), "Row 0 of the array has nan at position 1. Every element must be a finite 32-bit float"),
        (np.array([[0.0], [1e39]]), "Row 1 of the array has inf at position 0."),
    ],
)
def test_arrays_that_are_refused(spark, array, sentence):
    with np.errstate(over="ignore"), pytest.raises(OmenError) as error:
        from_numpy(spark, array)
    assert sentence in str(error.value)


def test_lengths_that_differ(spark, points):
    with pytest.raises(OmenError, match="Column 'id' has 2 values, but the array has 600 rows."):
        from_numpy(spark, points, ids=[1, 2])
    with pytest.raises(OmenError, match="columns must be names other than 'id' and 'v'"):
        from_numpy(spark, points, columns={"v": [1] * 600})


@pytest.mark.parametrize(
    "rows, sentence",
    [
        ("SELECT CAST(NULL AS ARRAY<FLOAT>) AS v", "Column 'v' has NULL vectors or elements."),
        ("SELECT array(1F, NULL) AS v", "Column 'v' has NULL vectors or elements."),
        ("SELECT array(1F) AS v UNION ALL SELECT array(1F, 2F)", "have different dimensions, among them 1 and 2"),
        ("SELECT 'a' AS v", "Column 'v' of the data frame is of type string and holds no vectors."),
        ("SELECT 1 AS x", "There is no column 'v' in the data frame. Its columns are x."),
    ],
)
def test_columns_that_are_no_array(spark, rows, sentence):
    with pytest.raises(OmenError) as error:
        to_numpy(spark.sql(rows))
    assert sentence in str(error.value)
