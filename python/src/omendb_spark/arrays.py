"""NumPy arrays to data frames and back, through Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence, Union, overload

from pyspark.sql import DataFrame, SparkSession

from omendb_spark.columns import as_floats, column_of, frame
from omendb_spark.errors import OmenError, bad_argument, bad_vector

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# An Arrow list array counts its elements in 32 bits.
_MAX_ELEMENTS = 2**31 - 1


def from_numpy(
    spark: SparkSession,
    array: npt.ArrayLike,
    ids: Union[Sequence[Any], npt.NDArray[Any], None] = None,
    *,
    id_col: str = "id",
    vector_col: str = "v",
    columns: Optional[Mapping[str, Union[Sequence[Any], npt.NDArray[Any]]]] = None,
) -> DataFrame:
    """A data frame with one row per row of ``array``, in its order.

    ``array`` has the shape (rows, dimension); its values become 32-bit floats in the column ``vector_col`` of type ARRAY<FLOAT>.
    ``ids`` gives the column ``id_col``, by default 0, 1, 2, … as BIGINT; ``columns`` gives further columns by name, one value per
    row. Raises ``OmenError`` when the shape is another, when lengths differ, or when a value is not a finite number.
    """
    np, pa = _numpy(), _arrow()
    if not hasattr(spark, "createDataFrame"):
        raise bad_argument("spark", "a Spark session", spark, f"a {type(spark).__name__}")
    try:
        vectors = np.ascontiguousarray(array, dtype=np.float32)
    except (TypeError, ValueError):  # of texts, or of rows that differ in length
        raise bad_argument("array", "of numbers and of the shape (rows, dimension)", array, f"a {type(array).__name__} of something else") from None
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise bad_argument("array", "of the shape (rows, dimension)", np.shape(array))
    rows, dimension = vectors.shape
    if not np.isfinite(vectors).all():
        row, position = np.argwhere(~np.isfinite(vectors))[0]
        raise bad_vector(f"Row {row} of the array", vectors[row, position], position)
    given = {id_col: np.arange(rows, dtype=np.int64) if ids is None else ids, **(columns or {})}
    if vector_col in given or (columns and id_col in columns):
        raise bad_argument("columns", f"names other than '{id_col}' and '{vector_col}'", list(columns or {}))
    for name, values in given.items():
        if len(values) != rows:
            raise OmenError(f"[OMEN_BAD_ARGUMENT] Column '{name}' has {len(values)} values, but the array has {rows} rows.")
    table = pa.table({**{name: pa.array(_signed(values)) for name, values in given.items()}, vector_col: _lists(vectors)})
    if rows == 0:  # a Connect client refuses an empty Arrow table
        from pyspark.sql.pandas.types import from_arrow_schema

        return spark.createDataFrame([], from_arrow_schema(table.schema))
    return spark.createDataFrame(table)


def _signed(values: Any) -> Any:
    """Unsigned integers as the next signed type that holds them, because Spark has no unsigned ones."""
    np = _numpy()
    if isinstance(values, np.ndarray) and values.dtype.kind == "u":
        return values.astype({1: np.int16, 2: np.int32}.get(values.dtype.itemsize, np.int64))
    return values


def _lists(vectors: npt.NDArray[np.float32]) -> Any:
    """The rows as an Arrow column of lists, sharing the memory of the array."""
    np, pa = _numpy(), _arrow()
    rows, dimension = vectors.shape
    step = max(1, _MAX_ELEMENTS // dimension)
    chunks = [vectors[start : start + step] for start in range(0, max(rows, 1), step)]
    lists = [
        pa.ListArray.from_arrays(pa.array(np.arange(len(chunk) + 1, dtype=np.int64) * dimension, pa.int32()), pa.array(chunk.reshape(-1)))
        for chunk in chunks
    ]
    return pa.chunked_array(lists)


@overload
def to_numpy(df: DataFrame, column: str = ..., id_col: None = ...) -> npt.NDArray[np.float32]: ...


@overload
def to_numpy(df: DataFrame, column: str, id_col: str) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32]]: ...


def to_numpy(df: DataFrame, column: str = "v", id_col: Optional[str] = None) -> Any:
    """The vectors of a column as an array of 32-bit floats of the shape (rows, dimension), in the order of the rows.

    With ``id_col`` returns the pair (values of that column, vectors), row by row. Collects all rows to this process. Raises
    ``OmenError`` when a vector is NULL or the vectors differ in length.
    """
    np, pa = _numpy(), _arrow()
    df = frame("df", df)
    selected = [as_floats(df, column, "the data frame").alias("v")]
    if id_col is not None:
        selected.append(column_of(df, id_col, "the data frame").alias("id"))
    table = df.select(*selected).toArrow()
    lists = table.column("v").combine_chunks()
    if isinstance(lists, pa.ChunkedArray):  # of an empty table, or of more elements than one chunk can hold
        parts = [_rows(chunk, column) for chunk in lists.chunks] or [np.empty((0, 0), np.float32)]
        vectors = np.concatenate(parts)
    else:
        vectors = _rows(lists, column)
    return vectors if id_col is None else (table.column("id").to_numpy(), vectors)


def _rows(lists: Any, column: str) -> Any:
    np, _ = _numpy(), _arrow()
    if lists.null_count or lists.flatten().null_count:
        raise OmenError(f"[OMEN_BAD_VECTOR] Column '{column}' has NULL vectors or elements. Filter them out first, with df.dropna(subset=['{column}']).")
    lengths = np.unique(lists.value_lengths().to_numpy(zero_copy_only=False))
    if len(lengths) > 1:
        raise OmenError(f"[OMEN_BAD_VECTOR] The vectors of column '{column}' have different dimensions, among them {lengths[0]} and {lengths[-1]}.")
    values = lists.flatten().to_numpy(zero_copy_only=False)
    return values.astype(np.float32, copy=False).reshape(len(lists), lengths[0] if len(lengths) else 0)


def _numpy() -> Any:
    try:
        import numpy
    except ImportError:
        raise OmenError("[OMEN_NO_NUMPY] Arrays need NumPy. Install it with pip install 'pyspark[sql]'.") from None
    return numpy


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise OmenError("[OMEN_NO_ARROW] Arrays travel through PyArrow. Install it with pip install 'pyspark[sql]'.") from None
    return pyarrow
