"""What a user reads after the commonest mistakes: one sentence, no Java."""

import numpy as np
import pytest
from pyspark.errors import PySparkException

from omendb_spark import OmenError, from_numpy, knn_join, knn_search

pytestmark = pytest.mark.both


def write(df, path, **options):
    df.write.format("omendb").options(**options).save(str(path))


MISTAKES = {
    "queries of another dimension": (
        lambda spark, base, tmp: knn_join(from_numpy(spark, np.ones((2, 3))), base, "v", "v").collect(),
        "OMEN_QUERY_DIMENSION",
        "A query vector has dimension 3, but column 'v' of the table holds vectors of dimension 16. Compare vectors of the same model,",
    ),
    "a query of another dimension": (
        lambda spark, base, tmp: knn_search(base, [1.0, 2.0]).collect(),
        "OMEN_QUERY_DIMENSION",
        "A query vector has dimension 2, but column 'v' of the table holds vectors of dimension 16.",
    ),
    "no such column of the queries": (
        lambda spark, base, tmp: knn_join(base, base, "vec", "v"),
        "OMEN_NO_COLUMN",
        "There is no column 'vec' in the queries. Its columns are id, group, v.",
    ),
    "no such column of the base": (
        lambda spark, base, tmp: knn_join(base, base, "v", "vec"),
        "OMEN_NO_COLUMN",
        "There is no column 'vec' in the base. Its columns are id, group, v.",
    ),
    "a column without vectors": (
        lambda spark, base, tmp: knn_join(base, base, "v", "group"),
        "OMEN_NOT_A_VECTOR",
        "Column 'group' of the base is of type bigint and holds no vectors. Name a column of ARRAY<FLOAT>,",
    ),
    "a wrong metric": (
        lambda spark, base, tmp: write(base, tmp / "t", metric="euclid"),
        "OMEN_BAD_OPTION",
        "Option 'metric' must be l2, cosine or inner_product, was 'euclid'.",
    ),
    "no such table": (
        lambda spark, base, tmp: spark.read.format("omendb").load(str(tmp / "none")).collect(),
        "OMEN_NOT_A_TABLE",
        "/none' is not an OmenDB table: it has no version file under _omendb/log. Check the path, or write the table first",
    ),
    "a path that is no table": (
        lambda spark, base, tmp: knn_search(str(tmp / "none"), np.ones(16), spark=spark),
        "OMEN_NOT_A_TABLE",
        "/none' is not an OmenDB table",
    ),
    "a NaN in a row": (
        lambda spark, base, tmp: write(spark.sql("SELECT 7 AS id, array(1F, float('nan')) AS v"), tmp / "t"),
        "OMEN_BAD_VECTOR",
        "(id=7): the vector in column 'v' has NaN at position 1. Every element must be a finite 32-bit float;",
    ),
    "vectors of two dimensions in a write": (
        lambda spark, base, tmp: write(spark.sql("SELECT array(1F) AS v UNION ALL SELECT array(1F, 2F)").coalesce(1), tmp / "t"),
        "OMEN_BAD_VECTOR",
        "the vector in column 'v' has",
    ),
    "rows of another dimension appended": (
        lambda spark, base, tmp: (
            write(from_numpy(spark, np.ones((4, 3))), tmp / "t"),
            from_numpy(spark, np.ones((4, 5))).write.format("omendb").mode("append").save(str(tmp / "t")),
        ),
        "OMEN_BAD_VECTOR",
        "the vector in column 'v' has dimension 5 where the table has 3. All vectors of a table have one dimension;",
    ),
    "k of zero": (
        lambda spark, base, tmp: knn_join(base, base, "v", "v", 0),
        "OMEN_BAD_ARGUMENT",
        "k must be an integer in [1, 100000], was 0.",
    ),
    "a join of a kind that does not exist": (
        lambda spark, base, tmp: knn_join(base, base, "v", "v", how="outer"),
        "OMEN_BAD_ARGUMENT",
        "how must be \"inner\" or \"left\", was 'outer'.",
    ),
    "an unknown option": (
        lambda spark, base, tmp: write(base, tmp / "t", metrc="l2"),
        "OMEN_UNKNOWN_OPTION",
        "There is no option 'metrc' here. Did you mean 'metric'?",
    ),
    "no vector column": (
        lambda spark, base, tmp: write(spark.range(3), tmp / "t"),
        "OMEN_VECTOR_COLUMN_NOT_GIVEN",
        "No column of struct<id:bigint> has type ARRAY<FLOAT>. Name the vector column with the option vectorColumn;",
    ),
    "a table that is there already": (
        lambda spark, base, tmp: (write(base, tmp / "t"), write(base, tmp / "t")),
        "OMEN_TABLE_EXISTS",
        "Use mode append to add rows, or mode overwrite to replace them.",
    ),
    "a base without an index": (
        lambda spark, base, tmp: knn_join(base, from_numpy(spark, np.ones((2, 16))), "v", "v"),
        "OMEN_NOT_SEARCHABLE",
        "knn_join cannot search the base: its right side contains the operator",
    ),
    "an aggregate over a table as the base": (
        lambda spark, base, tmp: knn_join(base, base.distinct(), "v", "v"),
        "OMEN_NOT_SEARCHABLE",
        "knn_join cannot search the base: its right side contains the operator",
    ),
    "queries that are an array": (
        lambda spark, base, tmp: knn_join(np.ones((2, 16)), base, "v", "v"),
        "OMEN_BAD_ARGUMENT",
        "queries must be a data frame of Spark (from_numpy makes one of an array), was a ndarray of numpy.",
    ),
    "no table": (
        lambda spark, base, tmp: knn_search(None, np.ones(16)),
        "OMEN_BAD_ARGUMENT",
        "table must be a data frame of an OmenDB table, or the path or name of one, was None.",
    ),
    "queries of integers": (
        lambda spark, base, tmp: knn_join(spark.sql("SELECT array(1, 2) AS v"), base, "v", "v"),
        "OMEN_NOT_A_VECTOR",
        "Column 'v' of the queries is of type array<int> and holds no vectors. Cast it, for instance with f.col('v').cast('array<float>').",
    ),
    "a NaN in a query": (
        lambda spark, base, tmp: knn_search(base, [1.0, float("nan")]),
        "OMEN_BAD_VECTOR",
        "The vector has nan at position 1. Every element must be a finite 32-bit float;",
    ),
    "many vectors for one": (
        lambda spark, base, tmp: knn_search(base, np.ones((2, 16))),
        "OMEN_BAD_ARGUMENT",
        "vector must be one vector, an array of one dimension, was an array of the shape (2, 16).",
    ),
    "an array of texts": (
        lambda spark, base, tmp: from_numpy(spark, [["a", "b"]]),
        "OMEN_BAD_ARGUMENT",
        "array must be of numbers and of the shape (rows, dimension), was a list of something else.",
    ),
    "the session and the array in the other order": (
        lambda spark, base, tmp: from_numpy(np.ones((2, 3)), spark),
        "OMEN_BAD_ARGUMENT",
        "spark must be a Spark session, was a ndarray.",
    ),
    "no path": (
        lambda spark, base, tmp: spark.read.format("omendb").load().collect(),
        "OMEN_NO_PATH",
        "An OmenDB table is at exactly one path.",
    ),
    "a null in a row": (
        lambda spark, base, tmp: write(spark.sql("SELECT 1 AS id, CAST(NULL AS ARRAY<FLOAT>) AS v"), tmp / "t"),
        "OMEN_BAD_VECTOR",
        "(id=1): the vector in column 'v' is null. Filter such rows out,",
    ),
    "a vector that is no vector": (
        lambda spark, base, tmp: knn_search(base, "abc"),
        "OMEN_BAD_ARGUMENT",
        "vector must be a sequence of numbers, was 'abc'.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_sentence(spark, base, tmp_path, mistake):
    act, condition, sentence = MISTAKES[mistake]
    with pytest.raises(OmenError) as error:
        act(spark, base, tmp_path)
    message = str(error.value)
    assert message.startswith(f"[{condition}] ") and sentence in message, message
    assert error.value.getCondition() == condition
    assert "\n" not in message and "io.omendb" not in message, message
    # Python shows no second error behind it.
    assert error.value.__cause__ is None or error.value.__suppress_context__


def test_other_errors_stay_what_they_are(spark):
    with pytest.raises(PySparkException) as error:
        spark.sql("SELECT nothing FROM nowhere").collect()
    assert not isinstance(error.value, OmenError)
    assert "TABLE_OR_VIEW_NOT_FOUND" in str(error.value)
