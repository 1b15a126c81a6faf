"""Columns of vectors, named by users."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, DoubleType, FloatType, NumericType

from omendb_spark.errors import bad_argument, no_column, not_a_vector


def frame(name: str, value: object, expected: str = "a data frame of Spark") -> DataFrame:
    """The value of the argument of this name, when it is a data frame of Spark, classic or of a Connect client."""
    if isinstance(value, DataFrame):
        return value
    library = type(value).__module__.split(".")[0]
    if library in ("numpy", "pandas", "pyarrow"):
        raise bad_argument(name, f"{expected} (from_numpy makes one of an array)", value, f"a {type(value).__name__} of {library}")
    raise bad_argument(name, expected, value)


def name_in(df: DataFrame, column: str, side: str) -> str:
    """The column's name as the data frame writes it; names match in any case, as in SQL."""
    if not isinstance(column, str):
        raise bad_argument("a column", f"a name, of a column of {side}", column)
    names = df.columns
    if column in names:
        return column
    alike = [name for name in names if name.lower() == column.lower()]
    if len(alike) != 1:
        raise no_column(side, column, names)
    return alike[0]


def column_of(df: DataFrame, column: str, side: str) -> Column:
    """The column of this name."""
    return f.col("`" + name_in(df, column, side).replace("`", "``") + "`")


def as_floats(df: DataFrame, column: str, side: str) -> Column:
    """The column of this name as ARRAY<FLOAT>, when it holds vectors."""
    name = name_in(df, column, side)
    kind = df.schema[name].dataType
    if isinstance(kind, ArrayType) and isinstance(kind.elementType, FloatType):
        return column_of(df, name, side)
    if isinstance(kind, ArrayType) and isinstance(kind.elementType, DoubleType):
        return column_of(df, name, side).cast("array<float>")
    if kind.typeName() == "vector" or type(kind).__name__ == "VectorUDT":
        from pyspark.ml.functions import vector_to_array

        return vector_to_array(column_of(df, name, side), "float32")
    numbers = isinstance(kind, ArrayType) and isinstance(kind.elementType, NumericType)
    raise not_a_vector(side, column, kind.simpleString(), numbers)
