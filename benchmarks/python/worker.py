#!/usr/bin/env python3
# Licensed under the Apache License, Version 2.0; see LICENSE.
"""One native engine in a process of its own; `./bench core` talks to it.

Arguments: engine, base, queries, number of queries, truth, metric, k, working directory. Every line
of standard input is a command with tab-separated words, every answer is one line.

Queries a second come from one call of the library with all queries and one thread, so that Python's
own time is not counted against the peer; latencies come from one call per query and include it.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

LATENCY_QUERIES = 500


def read_vectors(file, dtype, limit=None):
    """Rows of an .fvecs or .ivecs file."""
    width = int(np.fromfile(file, dtype=np.int32, count=1)[0])
    count = -1 if limit is None else limit * (width + 1)
    rows = np.fromfile(file, dtype=np.int32, count=count).reshape(-1, width + 1)[:, 1:]
    return np.ascontiguousarray(rows).view(dtype)


class Hnswlib:
    """hnswlib with M = 16 and efConstruction = 200, compiled for this processor; in memory."""

    width_name = "ef"
    SPACES = {"l2": "l2", "cosine": "cosine", "inner_product": "ip"}

    def build(self, base, metric, threads, directory):
        import hnswlib

        self.file = str(directory / "index")
        self.index = hnswlib.Index(space=self.SPACES[metric], dim=base.shape[1])
        self.index.init_index(max_elements=len(base), M=16, ef_construction=200)
        self.index.add_items(base, num_threads=threads)

    def file_bytes(self):
        self.index.save_index(self.file)
        return os.path.getsize(self.file)

    def search(self, queries, k, width, threads):
        self.index.set_ef(width)
        return self.index.knn_query(queries, k=k, num_threads=threads)[0]


class Faiss:
    """faiss HNSW with M = 32 and efConstruction = 200; in memory."""

    width_name = "efSearch"

    def build(self, base, metric, threads, directory):
        import faiss

        self.faiss = faiss
        self.file = str(directory / "index")
        self.normalize = metric == "cosine"
        measure = faiss.METRIC_L2 if metric == "l2" else faiss.METRIC_INNER_PRODUCT
        faiss.omp_set_num_threads(threads)
        self.index = faiss.IndexHNSWFlat(base.shape[1], 32, measure)
        self.index.hnsw.efConstruction = 200
        self.index.add(self._prepared(base))

    def _prepared(self, vectors):
        if not self.normalize:
            return vectors
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def file_bytes(self):
        self.faiss.write_index(self.index, self.file)
        return os.path.getsize(self.file)

    def search(self, queries, k, width, threads):
        self.faiss.omp_set_num_threads(threads)
        self.index.hnsw.efSearch = width
        return self.index.search(self._prepared(queries), k)[1]


class DiskAnn:
    """DiskANN's own library, in memory, with the degree, beam and alpha that OmenDB has by default."""

    width_name = "L"
    METRICS = {"l2": "l2", "cosine": "cosine", "inner_product": "mips"}

    def build(self, base, metric, threads, directory):
        import diskannpy

        self.directory = directory
        diskannpy.build_memory_index(
            data=base,
            distance_metric=self.METRICS[metric],
            index_directory=str(directory),
            complexity=100,
            graph_degree=32,
            num_threads=threads,
            alpha=1.2,
            use_pq_build=False,
            num_pq_bytes=0,
            use_opq=False,
        )
        self.index = diskannpy.StaticMemoryIndex(
            index_directory=str(directory), num_threads=1, initial_search_complexity=256
        )

    def file_bytes(self):
        return sum(f.stat().st_size for f in Path(self.directory).iterdir())

    def search(self, queries, k, width, threads):
        width = max(k, width)
        return self.index.batch_search(
            queries, k_neighbors=k, complexity=width, num_threads=threads
        ).identifiers


ENGINES = {"native-hnswlib": Hnswlib, "native-faiss": Faiss, "native-diskannpy": DiskAnn}


def recall(truth, found, k):
    """Mean share of the k exact neighbours among the k found; negative ordinals are none."""
    hits = 0
    for wanted, got in zip(truth[:, :k], found):
        hits += len(set(wanted.tolist()) & set(int(i) for i in got[:k]))
    return hits / (len(found) * k)


def peak_rss_mb():
    """Largest resident set so far in MiB."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return float("nan")


class Worker:
    """Carries out the commands for one engine."""

    def __init__(self, engine, base, queries, count, truth, metric, k, directory):
        self.engine = ENGINES[engine]()
        self.base = base
        self.queries = read_vectors(queries, np.float32, int(count))
        self.truth = read_vectors(truth, np.int32)
        self.metric = metric
        self.k = int(k)
        self.directory = Path(directory)

    def build(self, threads):
        start = time.perf_counter()
        self.engine.build(
            read_vectors(self.base, np.float32), self.metric, int(threads), self.directory
        )
        seconds = time.perf_counter() - start
        return f"{seconds} {self.engine.file_bytes()} {self.engine.width_name}"

    def warm(self, width, seconds):
        end = time.perf_counter() + float(seconds)
        while time.perf_counter() < end:
            self.engine.search(self.queries[:LATENCY_QUERIES], self.k, int(width), 1)
        return ""

    def measure(self, width, threads):
        width, threads = int(width), int(threads)
        start = time.perf_counter()
        found = self.engine.search(self.queries, self.k, width, threads)
        qps = len(self.queries) / (time.perf_counter() - start)
        micros = []
        for i in range(min(LATENCY_QUERIES, len(self.queries))):
            before = time.perf_counter()
            self.engine.search(self.queries[i : i + 1], self.k, width, 1)
            micros.append((time.perf_counter() - before) * 1e6)
        p50, p99 = np.percentile(micros, [50, 99])
        return f"{recall(self.truth, found, self.k)} {qps} {p50} {p99} {peak_rss_mb()}"


def main():
    # Libraries print to standard output; only answers may.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(*sys.argv[1:])
    for line in sys.stdin:
        command, *words = line.rstrip("\n").split("\t")
        try:
            answer = "ok " + getattr(worker, command)(*words)
        except Exception as e:
            print(f"failed: {line}", e, file=sys.stderr)
            answer = f"{type(e).__name__}: {' '.join(str(e).split())}"
        print(answer, file=answers, flush=True)


if __name__ == "__main__":
    main()
