#!/usr/bin/env python3
# Licensed under the Apache License, Version 2.0; see LICENSE.
"""Draws the reports of `./bench core` on one data set: recall against queries per second.

Prints a Markdown table beside it: what it took to build, and the queries per second at two recalls, read off the line between the
two nearest settings.

    benchmarks/python/run plot.py --title "Fashion-MNIST" --out x.svg core.csv ...
"""

import argparse
import csv

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "omendb"  # the same picture for the same figures
matplotlib.rcParams["svg.fonttype"] = "none"
import matplotlib.pyplot as plt

OURS = "#c2410c"
PEERS = ["#1d4ed8", "#047857", "#7c3aed", "#0891b2", "#a16207", "#be185d", "#4b5563", "#65a30d", "#334155"]


def read(files):
    """Points (1 - recall, queries per second) by engine, engines in the order of the files."""
    series = {}
    for file in files:
        with open(file, newline="", encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                series.setdefault(row["engine"], []).append((float(row["recall"]), float(row["qps"])))
    return series


def speed_at(points, recall):
    """Queries per second at a recall, on the line between two settings; None outside of what was measured."""
    line = frontier(points)
    for (low, fast), (high, slow) in zip(line, line[1:]):
        if low <= recall <= high:
            return fast + (slow - fast) * (recall - low) / (high - low)
    return line[0][1] if recall <= line[0][0] else None


def table(files, series):
    """The Markdown table, one engine a line."""
    builds = {}
    for file in files:
        with open(file, newline="", encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                builds[row["engine"]] = row
    lines = ["| engine | build, vectors/s | bytes per vector | queries/s at 0.95 | at 0.99 |", "|---|---|---|---|---|"]
    for engine, points in series.items():
        speeds = [speed_at(points, recall) for recall in (0.95, 0.99)]
        cells = [f"{speed:,.0f}" if speed else "–" for speed in speeds]
        build = builds[engine]
        lines.append(
            f"| {engine} | {int(build['build_vec_per_s']):,} | {float(build['bytes_per_vector']):,.0f} | {cells[0]} | {cells[1]} |"
        )
    return "\n".join(lines)


def frontier(points):
    """The points that no other one beats in both recall and speed, by recall."""
    best = []
    for recall, qps in sorted(points, reverse=True):
        if not best or qps > best[-1][1]:
            best.append((recall, qps))
    return best[::-1]


def draw(series, title, out):
    figure, axes = plt.subplots(figsize=(8, 5))
    peers = iter(PEERS)
    for engine, points in series.items():
        ours = engine.split("@")[0] == "omendb"
        recall, qps = zip(*frontier(points))
        axes.plot(
            recall,
            qps,
            label=engine,
            color=OURS if ours else next(peers),
            linestyle="--" if "@" in engine and ours else "-",
            linewidth=2.4 if ours else 1.3,
            marker="o" if ours else ".",
            markersize=5,
            zorder=3 if ours else 2,
        )
    axes.set_title(title, loc="left")
    axes.set_xlabel("recall@10")
    axes.set_ylabel("queries per second, one thread")
    axes.set_xlim(0.90, 1.001)
    axes.set_yscale("log")
    axes.grid(True, which="both", alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False, fontsize=9)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--title", required=True)
    parser.add_argument("--out", required=True, help="an .svg file")
    parser.add_argument("reports", nargs="+", help="CSV files that ./bench core --out wrote")
    arguments = parser.parse_args()
    series = read(arguments.reports)
    draw(series, arguments.title, arguments.out)
    print(table(arguments.reports, series))


if __name__ == "__main__":
    main()
