"""The package is typed: mypy, strict, finds nothing."""

from pathlib import Path

import pytest


def test_mypy_finds_nothing(tmp_path):
    api = pytest.importorskip("mypy.api")
    project = Path(__file__).resolve().parent.parent
    report, errors, status = api.run(
        ["--config-file", str(project / "pyproject.toml"), "--cache-dir", str(tmp_path), str(project / "src")]
    )
    assert status == 0, report + errors
    assert (project / "src" / "omendb_spark" / "py.typed").is_file()
