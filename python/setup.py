"""Puts the jar of the checkout into the wheel, when it has been built; all else is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithJar(build_py):
    """Copies the jar of this version beside the modules. Without it the wheel asks Maven for the jar."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:  # a checkout's own jar is found where it is built
            return
        name = f"omendb-spark-runtime-4.2_2.13-{self.distribution.get_version()}.jar"
        jar = Path(__file__).resolve().parent.parent / "spark-connector" / "target" / name
        folder = Path(self.build_lib) / "omendb_spark" / "jars"
        shutil.rmtree(folder, ignore_errors=True)
        if jar.is_file():
            folder.mkdir(parents=True)
            shutil.copy2(jar, folder)


setup(cmdclass={"build_py": BuildWithJar})
