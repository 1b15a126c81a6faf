#!/usr/bin/env python3
"""Runs the shell lines of the documentation as they are printed, in a copy of the checkout.

Usage: .ci/shell.py [--list] [PAGE ...]
Every block of bash on a Markdown page of the repository is run by `bash -eu`, line by line as a reader would type it, without a terminal, unless a
comment before the block says otherwise; the reader of the page does not see these comments.

    <!-- not run: REASON -->     counted and listed, not run. At the head of a page, before its first block, it is for the whole page when it begins
                                 with "<!-- no block here is run: REASON -->".
    <!-- until: TEXT -->         a server: runs until its output has the text, then it is stopped.
    <!-- before: COMMAND -->     makes what the block takes for granted, such as a file of the reader's own.

A line that .ci/run holds too, or that an earlier block has run, is not run again. --list only says what would be done.
Expects the commands java and mvn, and a Python environment with notebooks/requirements.txt as the running interpreter.
Exits non-zero when a block fails.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"((?:^<!--.*?-->\n\s*)*)^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
WHOLE_PAGE = re.compile(r"<!-- no block here is run: (.*?) -->", re.DOTALL)
LONGEST = 600


class Block(NamedTuple):
    page: str
    script: str
    not_run: Optional[str]
    until: Optional[str]
    before: Optional[str]


def blocks(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text()
    whole = WHOLE_PAGE.search(text)
    for comments, script in BLOCK.findall(text):
        said = dict(re.findall(r"<!-- ([\w ]+): (.*?) -->", comments, re.DOTALL))
        unknown = said.keys() - {"not run", "until", "before", "no block here is run"}
        if unknown:
            raise SystemExit(f"{page}: no such comment before a block: {unknown}")
        reason = whole.group(1) if whole else said.get("not run")
        yield Block(page, script, reason, said.get("until"), said.get("before"))


def command(line: str) -> str:
    """A line, with those it goes on in, without its comment and without Maven's flags for machines."""
    return " ".join(word for word in re.sub(r"(^|\s)#.*", "", line.replace("\\\n", " ")).split() if word not in ("-B", "-ntp", "-q"))


def environment(scratch: Path) -> dict[str, str]:
    """A shell in which the running interpreter's environment is active. Nothing else is given to the lines but what a machine without a terminal needs."""
    settings = scratch / "jupyter"
    settings.mkdir()
    (settings / "jupyter_server_config.py").write_text("c.ServerApp.allow_root = True\nc.ServerApp.open_browser = False\n")
    quiet = "-Dorg.slf4j.simpleLogger.log.org.apache.maven.cli.transfer.Slf4jMavenTransferListener=warn"
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "JUPYTER_CONFIG_DIR": str(settings),
        "PIP_COMPILE": "0",  # an environment that starts one server need not be compiled
        "MAVEN_OPTS": f"{os.environ.get('MAVEN_OPTS', '')} {quiet}".strip(),
        # Where Spark looks for the reader's own Maven repository: one that the lines may fill.
        "HOME_OF_THE_READER": str(scratch / "home"),
        "SPARK_SUBMIT_OPTS": f"-Duser.home={scratch / 'home'}",
    }


def left_behind(folder: str, names: list[str]) -> set[str]:
    """What the copy does without: the history, and the Python environments, which cannot be moved."""
    return {name for name in names if name == ".git" or Path(folder, name) in (ROOT / "target" / "python", ROOT / "target" / "notebooks")}


def run(script: str, until: Optional[str], where: Path, env: dict[str, str]) -> None:
    """Runs a script in a process group of its own, which ends with this call; prints its output when it fails."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            ["bash", "-euc", script], cwd=where, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            begin, said = time.monotonic(), False
            while process.poll() is None and not said and time.monotonic() - begin < LONGEST:
                time.sleep(0.1)
                out.seek(0)
                said = until is not None and until.encode() in out.read()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        if said or (until is None and process.returncode == 0):
            return
        out.seek(0)
        print(out.read().decode(errors="replace")[-10_000:])
        raise SystemExit(f"failed with status {process.returncode}:\n{script}")


def main() -> None:
    only_list = "--list" in sys.argv[1:]
    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    pages = [name for name in sys.argv[1:] if name != "--list"] or sorted(tracked, key=lambda name: (name != "README.md", name))
    done = {command(line) for line in (ROOT / ".ci" / "run").read_text().splitlines()}
    ran, skipped = 0, []
    with tempfile.TemporaryDirectory(prefix="omendb-docs-") as directory:
        scratch = Path(directory)
        copy = scratch / "checkout"
        if not only_list:
            # With what was built, because that is what a second block of a reader finds.
            shutil.copytree(ROOT, copy, ignore=left_behind, symlinks=True)
            env = environment(scratch)
        for page in pages:
            for block in blocks(page):
                if block.not_run:
                    skipped.append(block)
                    continue
                lines = re.split(r"(?<!\\)\n", block.script)
                script = "\n".join(line for line in lines if command(line) not in done)
                done |= {command(line) for line in lines}
                ran += 1
                print(f"== {page}", *(f"   {line}" for line in block.script.splitlines()), sep="\n", flush=True)
                if not script.strip():
                    print("   (run before)", flush=True)
                elif not only_list:
                    begin = time.monotonic()
                    if block.before:
                        run(block.before, None, copy, env)
                    run(script, block.until, copy, env)
                    print(f"   ({time.monotonic() - begin:.0f} s)", flush=True)
    for block in skipped:
        print(f"-- not run, {block.not_run}: {block.page}: {block.script.strip().splitlines()[0]}")
    print(f"shell blocks: {ran} run, {len(skipped)} not run")


if __name__ == "__main__":
    main()
