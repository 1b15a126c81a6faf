"""Giving a Spark session OmenDB's jar."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Optional, Union

import pyspark
from pyspark.sql import SparkSession

from omendb_spark._version import __version__
from omendb_spark.errors import OmenError

_LOG = logging.getLogger("omendb_spark")
_ARTIFACT = "omendb-spark-runtime-4.2_2.13"


def configure_spark(builder: SparkSession.Builder, jar: Union[str, os.PathLike[str], None] = None) -> SparkSession.Builder:
    """Adds OmenDB's jar to a session that is about to be made; that is all the set-up.

    The jar is the first of: the argument ``jar``; the environment variable ``OMENDB_JAR``; the build output of the checkout of OmenDB
    that the working directory is in; the jar that this package carries when its wheel was made from a checkout with a built jar; the
    Maven coordinates of this package's version, which Spark downloads. What was chosen is logged at INFO under ``omendb_spark``, the
    last as a warning. A builder of a Spark Connect client (``sc://…``) is returned as it is: there the server
    has the jar.

    Raises ``OmenError`` when the jar that was named does not exist, when the checkout has not been built, when PySpark is not 4.2, or
    when a session runs already, which cannot take a jar any more.
    """
    if not pyspark.__version__.startswith("4.2."):
        raise OmenError(
            f"[OMEN_SPARK_VERSION] This release of OmenDB is for PySpark 4.2, found {pyspark.__version__}. Install pyspark==4.2.*."
        )
    # PySpark has no public reader of what a builder was told.
    told = dict(builder._options)
    remote = told.get("spark.remote") or os.environ.get("SPARK_REMOTE", "")
    if remote.startswith("sc://"):
        _LOG.info("the Spark Connect server at %s has to have the jar", remote)
        return builder
    _refuse_running_session()
    found = _find(jar)
    if found is None:
        coordinates = f"io.omendb:{_ARTIFACT}:{__version__}"
        _LOG.warning(
            "This installation of omendb_spark carries no jar, so Spark is told to get %s from a Maven repository. When it finds none,"
            " name the jar with the environment variable OMENDB_JAR, or install the package from a checkout whose jar has been built.",
            coordinates,
        )
        return _append(builder, told, "spark.jars.packages", coordinates)
    return _append(builder, told, "spark.jars", str(found))


def _append(builder: SparkSession.Builder, told: dict[str, str], key: str, value: str) -> SparkSession.Builder:
    _LOG.info("%s: %s", key, value)
    before = [entry for entry in told.get(key, "").split(",") if entry]
    return builder.config(key, ",".join(before if value in before else [*before, value]))


def _find(jar: Union[str, os.PathLike[str], None]) -> Optional[Path]:
    if jar is not None:
        return _existing(Path(jar), "the argument jar")
    named = os.environ.get("OMENDB_JAR")
    if named:
        return _existing(Path(named), "the environment variable OMENDB_JAR")
    here, package = Path.cwd(), Path(__file__).resolve().parent
    for directory in [here, *here.parents]:
        if _is_checkout(directory):
            return _built(directory)
    carried = package / "jars" / f"{_ARTIFACT}-{__version__}.jar"
    if carried.is_file():
        return carried
    if _is_checkout(package.parents[2]):  # used from its sources
        return _built(package.parents[2])
    return None


def _is_checkout(directory: Path) -> bool:
    return (directory / "spark-connector" / "pom.xml").is_file() and (directory / "core-index").is_dir()


def _existing(path: Path, origin: str) -> Path:
    if not path.is_file():
        raise OmenError(f"[OMEN_JAR_MISSING] There is no file '{path}', which {origin} names. Give the path of {_ARTIFACT}-<version>.jar.")
    return path.resolve()


def _built(checkout: Path) -> Path:
    target = checkout / "spark-connector" / "target"
    exact = target / f"{_ARTIFACT}-{__version__}.jar"
    if exact.is_file():
        return exact
    others = sorted(target.glob(f"{_ARTIFACT}-*.jar"), key=lambda path: path.stat().st_mtime)
    if not others:
        raise OmenError(
            f"[OMEN_JAR_MISSING] This is a checkout of OmenDB whose jar has not been built: '{exact}' does not exist. Run 'mvn -DskipTests"
            " verify' in the checkout, or name a jar with the argument jar or the environment variable OMENDB_JAR."
        )
    return others[-1]


def _refuse_running_session() -> None:
    running = SparkSession.getActiveSession()
    if running is None or not hasattr(running, "_jvm"):
        return
    try:
        context = running.sparkContext
    except Exception:  # a Connect session has none
        return
    conf = context.getConf()
    if "omendb" not in conf.get("spark.jars", "") + conf.get("spark.jars.packages", ""):
        raise OmenError(
            "[OMEN_SESSION_RUNNING] A Spark session without OmenDB's jar runs in this process, and a running session cannot take a jar"
            " any more. Stop it, start a fresh process and call configure_spark before getOrCreate."
        )
