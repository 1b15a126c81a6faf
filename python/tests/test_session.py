"""Where configure_spark finds the jar. No test here starts a session of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from omendb_spark import OmenError, __version__, configure_spark
from omendb_spark.session import _ARTIFACT

NAME = f"{_ARTIFACT}-{__version__}.jar"


@pytest.fixture(autouse=True)
def no_session_and_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(SparkSession, "getActiveSession", classmethod(lambda cls: None))
    monkeypatch.delenv("OMENDB_JAR", raising=False)
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    monkeypatch.chdir(tmp_path)


def told(builder: SparkSession.Builder) -> dict[str, str]:
    return dict(builder._options)


def checkout(at: Path) -> Path:
    (at / "core-index").mkdir(parents=True)
    (at / "spark-connector" / "target").mkdir(parents=True)
    (at / "spark-connector" / "pom.xml").touch()
    return at


def test_the_argument_comes_first(tmp_path, monkeypatch):
    for name in ["given.jar", "named.jar"]:
        (tmp_path / name).touch()
    monkeypatch.setenv("OMENDB_JAR", str(tmp_path / "named.jar"))
    assert told(configure_spark(SparkSession.Builder(), "given.jar"))["spark.jars"] == str(tmp_path / "given.jar")
    assert told(configure_spark(SparkSession.Builder()))["spark.jars"] == str(tmp_path / "named.jar")


def test_a_checkout_above_the_working_directory(tmp_path, monkeypatch):
    root = checkout(tmp_path / "checkout")
    target = root / "spark-connector" / "target"
    (root / "notebooks").mkdir()
    monkeypatch.chdir(root / "notebooks")
    with pytest.raises(OmenError, match="checkout of OmenDB whose jar has not been built.*Run 'mvn -DskipTests verify'"):
        configure_spark(SparkSession.Builder())
    (target / f"{_ARTIFACT}-0.0.9.jar").touch()
    assert told(configure_spark(SparkSession.Builder()))["spark.jars"] == str(target / f"{_ARTIFACT}-0.0.9.jar")
    (target / NAME).touch()
    assert told(configure_spark(SparkSession.Builder()))["spark.jars"] == str(target / NAME)


def installed(at: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installed package, elsewhere than in a checkout."""
    package = at / "lib" / "site-packages" / "omendb_spark"
    package.mkdir(parents=True)
    monkeypatch.setattr("omendb_spark.session.__file__", str(package / "session.py"))
    return package


def test_elsewhere_the_jar_of_the_package(tmp_path, monkeypatch):
    jars = installed(tmp_path, monkeypatch) / "jars"
    jars.mkdir()
    (jars / NAME).touch()
    assert told(configure_spark(SparkSession.Builder())) == {"spark.jars": str(jars / NAME)}


def test_else_the_maven_coordinates(tmp_path, monkeypatch, caplog):
    installed(tmp_path, monkeypatch)
    options = told(configure_spark(SparkSession.Builder()))
    assert options == {"spark.jars.packages": f"io.omendb:omendb-spark-runtime-4.2_2.13:{__version__}"}
    assert "name the jar with the environment variable OMENDB_JAR" in caplog.text


def test_the_wheel_carries_the_jar(tmp_path):
    """Of this checkout, whose jar has been built for the tests."""
    project = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(project)]
    subprocess.run(command, check=True, timeout=240)
    with zipfile.ZipFile(next(tmp_path.glob("omendb_spark-*-py3-none-any.whl"))) as wheel:
        assert {f"omendb_spark/jars/{NAME}", "omendb_spark/py.typed", "omendb_spark/knn.py"} <= set(wheel.namelist())


def test_other_jars_stay(tmp_path):
    (tmp_path / "omen.jar").touch()
    builder = configure_spark(SparkSession.Builder().config("spark.jars", "other.jar"), tmp_path / "omen.jar")
    assert told(configure_spark(builder, tmp_path / "omen.jar"))["spark.jars"] == f"other.jar,{tmp_path / 'omen.jar'}"


def test_a_connect_client_needs_no_jar(monkeypatch):
    assert told(configure_spark(SparkSession.Builder().remote("sc://127.0.0.1:1"))) == {"spark.remote": "sc://127.0.0.1:1"}


def test_jars_that_are_not_there(monkeypatch):
    with pytest.raises(OmenError, match="There is no file 'none.jar', which the argument jar names"):
        configure_spark(SparkSession.Builder(), "none.jar")
    monkeypatch.setenv("OMENDB_JAR", "/none.jar")
    with pytest.raises(OmenError, match="There is no file '/none.jar', which the environment variable OMENDB_JAR names"):
        configure_spark(SparkSession.Builder())


def test_another_pyspark(monkeypatch):
    monkeypatch.setattr("pyspark.__version__", "4.1.0")
    with pytest.raises(OmenError, match="for PySpark 4.2, found 4.1.0"):
        configure_spark(SparkSession.Builder())


WITHOUT_JAR = """
import sys
from pyspark.sql import SparkSession
import omendb_spark as omen
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
def sentence(act):
    try:
        act()
    except omen.OmenError as error:
        print(error)
sentence(lambda: spark.read.format("omendb").load("/tmp/x").show())
sentence(lambda: spark.range(2).write.format("omendb").save("/tmp/x"))
sentence(lambda: omen.knn_search(spark.range(2), [1.0]).show())
from omendb_spark.ml import VamanaNeighbors
sentence(lambda: VamanaNeighbors())
sentence(lambda: omen.configure_spark(SparkSession.builder))
spark.stop()
"""


def test_a_session_without_the_jar():
    """In a process of its own, because this one may have the jar."""
    source = str(Path(__file__).parent.parent / "src")
    environment = {**os.environ, "PYTHONPATH": source, "SPARK_LOCAL_IP": "127.0.0.1"}
    run = subprocess.run([sys.executable, "-c", WITHOUT_JAR], env=environment, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["[OMEN_JAR_MISSING]"] * 4 + ["[OMEN_SESSION_RUNNING]"]
    assert "Make the session with omendb_spark.configure_spark(SparkSession.builder)" in lines[0]
