"""Sessions for the tests: a classic one, and a client of a real Spark Connect server on loopback.

PySpark decides once per process whether it is classic or a Connect client, so the two run in two processes: the tests marked
``both`` run in the process they are started in, classic, and again in a second pytest, started by ``test_connect.py`` with a server.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Iterator

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

from omendb_spark import configure_spark, from_numpy

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable

SERVER = os.environ.get("OMENDB_TEST_CONNECT")


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A session with the jar; of the server that OMENDB_TEST_CONNECT names when it is set."""
    os.chdir(Path(__file__).parent)  # so that the checkout's jar is found wherever pytest was started
    builder = configure_spark(SparkSession.builder.remote(SERVER)) if SERVER else local(configure_spark(SparkSession.builder))
    session = builder.getOrCreate()
    yield session
    session.stop()


def local(builder: SparkSession.Builder) -> SparkSession.Builder:
    return (
        builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "2")
    )


@pytest.fixture(scope="session")
def points() -> np.ndarray:
    """600 points of 16 dimensions."""
    return np.random.default_rng(7).normal(size=(600, 16)).astype(np.float32)


@pytest.fixture(scope="session")
def path(spark: SparkSession, points: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A table of the points with their ids and the group id mod 3."""
    table = str(tmp_path_factory.mktemp("tables") / "points")
    from_numpy(spark, points, columns={"group": np.arange(600) % 3}).write.format("omendb").save(table)
    return table


@pytest.fixture
def base(spark: SparkSession, path: str) -> DataFrame:
    return spark.read.format("omendb").load(path)


def truth(points: np.ndarray, queries: np.ndarray, k: int, allowed: np.ndarray | None = None) -> list[list[int]]:
    """The ids of the k nearest points of each query by the Euclidean distance, by comparing all of them."""
    distances = np.linalg.norm(queries[:, None, :].astype(np.float64) - points[None], axis=2)
    if allowed is not None:
        distances[:, ~allowed] = np.inf
    return np.argsort(distances, axis=1, kind="stable")[:, :k].tolist()
