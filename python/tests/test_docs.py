"""The page docs/python.md says that everything on it runs through Spark Connect unchanged."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.both

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"


def test_the_page_runs_in_this_session(spark, tmp_path, capsys):
    """As notebooks/check.py runs it as printed, but in the session of the tests, and with the tables elsewhere."""
    program = "\n".join(re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))
    program, sessions = re.subn(r"^spark = configure_spark\(.*\n", "", program, flags=re.MULTILINE)
    assert sessions == 1
    exec(compile(program.replace("/tmp/omendb-demo", str(tmp_path)), PAGE.name, "exec"), {"spark": spark})
    shown = capsys.readouterr().out
    assert "[OMEN_QUERY_DIMENSION]" in shown
    recall = float(re.search(r"recall (\S+)", shown).group(1))
    assert recall >= 0.9, shown
