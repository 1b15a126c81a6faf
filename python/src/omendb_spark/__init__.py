"""OmenDB for Spark from Python: the same code in classic PySpark and through Spark Connect.

``configure_spark`` gives a session the jar, ``from_numpy`` and ``to_numpy`` move arrays in and out, ``knn_join`` and ``knn_search``
find nearest neighbours with the index. ``omendb_spark.ml`` holds the Spark ML estimator. Errors of OmenDB arrive as ``OmenError``,
one sentence that says what happened, why, and how to fix it.
"""

from omendb_spark._version import __version__
from omendb_spark.arrays import from_numpy, to_numpy
from omendb_spark.errors import OmenError, install
from omendb_spark.session import configure_spark
from omendb_spark.knn import knn_join, knn_search

install()

__all__ = ["OmenError", "__version__", "configure_spark", "from_numpy", "knn_join", "knn_search", "to_numpy"]
