"""Runs DuckDB's SUMMARIZE and `shujian grade` on the same files and writes down what each took.

Peers run in turn, not one after the other, so that a busy machine hurts both alike. Wall and CPU
time and peak memory are the kernel's own figures for the child process; the median is printed.
"""

import argparse
import os
import pathlib
import platform
import statistics
import subprocess
import sys

from common import measure, write_down

MARK = ("<!-- compare: begin -->", "<!-- compare: end -->")
SUMMARIZE = """
import sys, duckdb
duckdb.sql("set threads = " + sys.argv[2])
duckdb.sql("summarize from '" + sys.argv[1].replace("'", "''") + "'").fetchall()
"""


def generate(options):
    """The inputs: name, path, what stands in the table."""
    text = options.work / f"text-{options.megabytes}.parquet"
    table = options.work / f"table-{options.rows}.csv"
    for kind, path, size in [("text", text, options.megabytes), ("table", table, options.rows)]:
        if not path.exists():
            # A file that was not finished must not be taken for a whole one.
            part = path.with_suffix(".part")
            subprocess.run([options.corpus, kind, part, str(size)], check=True)
            part.rename(path)
    return [
        (f"text, {options.megabytes} MB in Parquet (zstd)", text),
        (f"table, {options.rows:,} rows in CSV ({table.stat().st_size / 1e6:.0f} MB)", table),
    ]


def compare(options):
    """Rows of the table: input, threads, peer, wall, CPU, memory, ratio of wall times."""
    rows = []
    for title, path in generate(options):
        for threads in options.threads:
            duckdb = [sys.executable, "-c", SUMMARIZE, str(path), str(threads)]
            grade = [options.shujian, "grade", str(path), "--threads", str(threads),
                     "--format", "json", "--quiet"]
            # 1 is a grade too: the data fell below the bands.
            peers = [("DuckDB SUMMARIZE", duckdb, {0}), ("shujian grade", grade, {0, 1})]
            runs = {name: [] for name, _, _ in peers}
            for _ in range(options.runs):
                for name, command, accepted in peers:
                    runs[name].append(measure(command, accepted))
            medians = {name: [statistics.median(column) for column in zip(*taken)]
                       for name, taken in runs.items()}
            base = medians["DuckDB SUMMARIZE"][0]
            for name, (wall, cpu, memory) in medians.items():
                rows.append((title, threads, name, wall, cpu, memory, wall / base))
                print(f"{title}, {threads} threads, {name}: {wall:.2f} s, {cpu:.2f} CPU s, "
                      f"{memory:.0f} MB, {wall / base:.2f}x", flush=True)
    return rows


def as_markdown(rows, options):
    import duckdb

    lines = [
        f"Median of {options.runs} interleaved runs; DuckDB {duckdb.__version__}; "
        f"{os.cpu_count()} cores, {platform.machine()}.",
        "",
        "| Input | Threads | Peer | Wall s | CPU s | Peak MB | Wall, DuckDB = 1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, threads, name, wall, cpu, memory, ratio in rows:
        lines.append(f"| {title} | {threads} | {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} "
                     f"| {ratio:.2f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--shujian", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    parser.add_argument("--quick", action="store_true", help="small inputs, one run, no table")
    options = parser.parse_args()
    if options.quick:
        options.megabytes, options.rows, options.runs = 10, 20_000, 1
    options.threads = sorted(set(options.threads))
    table = as_markdown(compare(options), options)
    if not options.quick:
        write_down(table, pathlib.Path(__file__).parent.parent / "README.md", MARK)


if __name__ == "__main__":
    main()
