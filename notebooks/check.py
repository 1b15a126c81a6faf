"""Runs what the documentation shows: the Python of every Markdown page, then every notebook, from top to bottom.

Usage: python notebooks/check.py [--write]
With --write the outputs of the notebooks are stored in them; without it they are only executed. Exits non-zero when a cell or a
snippet fails.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def python_of(page: Path) -> str:
    """The Python blocks of a page, in order, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL))


def run_page(page: Path) -> None:
    """Runs a page's Python from the repository's root, as a reader would."""
    program = python_of(page)
    if not program:
        return
    print(f"== {page.relative_to(ROOT)}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch) / "snippet.py"
        script.write_text(program)
        subprocess.run([sys.executable, script], cwd=ROOT, check=True)


def run_notebook(path: Path, write: bool) -> None:
    """Executes a notebook in its own folder; a failing cell raises with its traceback."""
    print(f"== {path.relative_to(ROOT)}", flush=True)
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    if write:
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
            # Spark's start-up log is for the terminal, not for the reader of the notebook.
            if cell.cell_type == "code":
                cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
        nbformat.write(notebook, path)


def main() -> None:
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    # Workers run the very interpreter that runs this check.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    for page in PAGES:
        run_page(page)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        run_notebook(path, write="--write" in sys.argv[1:])


if __name__ == "__main__":
    main()
