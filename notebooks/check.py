"""Runs what the documentation shows: the Python of every Markdown page, then every notebook, from top to bottom.

Usage: python notebooks/check.py [--write] [NAME ...]
With --write the outputs of the notebooks are stored in them; without it they are only executed, and the outputs that they hold are looked
at. With names, such as first-steps, only these notebooks. Exits non-zero when a cell or a snippet fails, or when a notebook holds no
pictures, an error, a warning or the path of a machine.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).resolve().parent.parent
# Every Markdown page of the repository.
PAGES = sorted(page for page in ROOT.rglob("*.md") if not {"target", ".venv", "node_modules"} & set(page.relative_to(ROOT).parts[:-1]))


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
    start = time.monotonic()
    notebook = nbformat.read(path, as_version=4)
    if not write:
        check_outputs(notebook)
    client = nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    if write:
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
            # Spark's start-up log is for the terminal, not for the reader of the notebook.
            if cell.cell_type == "code":
                cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
        check_outputs(notebook)
        nbformat.write(notebook, path)
    print(f"== {path.relative_to(ROOT)} ran in {time.monotonic() - start:.0f} s", flush=True)


def check_outputs(notebook: nbformat.NotebookNode) -> None:
    """Raises when what a reader would see is not there or not fit to be seen."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    if not any("image/png" in output.get("data", {}) for output in outputs):
        raise SystemExit("the notebook holds no picture; run notebooks/check.py --write NAME")
    for output in outputs:
        text = "".join(output.get("text", "")) + "".join(output.get("data", {}).get("text/plain", ""))
        found = re.search(r"\w*Warning\b|\bWARN\b|/tmp/|/home/|/root/|/Users/|[A-Z]:\\\\", text)
        if output.output_type == "error" or output.get("name") == "stderr" or found:
            raise SystemExit(f"not fit for a reader: {text[:500]}")


def main() -> None:
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    # Workers run the very interpreter that runs this check.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    names = [argument for argument in sys.argv[1:] if argument != "--write"]
    notebooks = [ROOT / "notebooks" / f"{name.removesuffix('.ipynb')}.ipynb" for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    for page in [] if names else PAGES:
        run_page(page)
    for path in notebooks:
        run_notebook(path, write="--write" in sys.argv[1:])


if __name__ == "__main__":
    main()
