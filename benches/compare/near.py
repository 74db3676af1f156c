"""Near-duplicate groups, from a file of JSON lines to groups: shujian beside rensa, gaoya and datasketch.

Every run is a process of its own, measured by the kernel from start to end. Peers take turns. Where a
tool takes parameters they are the same: shingles of five words, 14 bands of 8 rows. What a tool found is
held against the copies that were planted:

- recall of a kind: planted copies of it that stand in one group with their base (or, where a tool only
  flags, that are flagged);
- precision: records that would be dropped, all but the first of a group, which do belong to it.
"""

import argparse
import collections
import csv
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

from common import measure, write_down

MARK = ("<!-- near: begin -->", "<!-- near: end -->")
BANDS, ROWS, WORDS, SEED = 14, 8, 5, 42
PERMUTATIONS = BANDS * ROWS
PACKAGES = ("rensa", "gaoya", "datasketch", "duckdb", "polars", "numpy", "pyarrow", "xxhash")
# A copy from which a tool may call two records near copies without being wrong.
BELONGS = 0.45
# datasketch takes minutes for all of it.
FEW = 8000


def texts(path, most=None):
    with open(path, encoding="utf-8") as lines:
        for _, line in zip(range(most or sys.maxsize), lines):
            yield json.loads(line)["text"]


def shingles(text):
    words = text.split()
    return [" ".join(words[at:at + WORDS]) for at in range(max(1, len(words) - WORDS + 1))]


def rensa(path, sketch, tokens):
    from rensa import RMinHash, RMinHashLSH

    matrix = getattr(RMinHash, sketch)((tokens(text) for text in list(texts(path))), PERMUTATIONS, SEED)
    index = RMinHashLSH(threshold=0.8, num_perm=PERMUTATIONS, num_bands=BANDS)
    flags = index.query_duplicate_flags_matrix_one_shot(matrix)
    return {"flags": [row for row, is_copy in enumerate(flags) if is_copy]}


def rensa_shingles(path):
    return rensa(path, "digest_matrix_from_token_sets", shingles)


def rensa_sparse(path):
    return rensa(path, "digest_matrix_from_token_sets_rho", str.split)


def gaoya(path):
    from gaoya.minhash import MinHashStringIndex

    all_texts = list(texts(path))
    index = MinHashStringIndex(32, 0.7, BANDS, ROWS, None, "word", True, (WORDS, WORDS), "vec")
    index.par_bulk_insert_docs(list(range(len(all_texts))), all_texts)
    found = index.par_bulk_query(all_texts)
    return {"pairs": [(row, min(others)) for row, others in enumerate(found) if min(others, default=row) < row]}


def datasketch(path):
    import xxhash
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    of_texts = ([shingle.encode() for shingle in shingles(text)] for text in texts(path, FEW))
    pairs = []
    sketches = MinHash.generator(of_texts, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
    for row, sketch in enumerate(sketches):
        pairs += [(row, min(found)) for found in [index.query(sketch)] if found]
        index.insert(row, sketch)
    return {"pairs": pairs}


def clusters(path):
    """What `shujian dedup` wrote, as pairs of a row and the first of its cluster."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=["row", "cluster", "kind"]).to_pylist()
    first, pairs = {}, []
    for line in sorted(table, key=lambda line: line["row"]):
        row = line["row"] - 1
        if line["kind"] == "rubbish":
            continue
        pairs += [(row, first[line["cluster"]])] if line["cluster"] in first else []
        first.setdefault(line["cluster"], row)
    return {"pairs": pairs}


PEERS = {"rensa": rensa_shingles, "rensa-sparse": rensa_sparse, "gaoya": gaoya, "datasketch": datasketch}
TITLES = {
    "shujian-14x8": "shujian dedup, 14 × 8, five words",
    "shujian": "shujian dedup, as the rubric asks",
    "gaoya": "gaoya, five words",
    "rensa": "rensa, five words, flags only",
    "rensa-sparse": "rensa, single words, sparse, flags only",
    "datasketch": f"datasketch, five words, first {FEW:,} records",
}
# These run on one thread whatever they are told.
ALONE = {"rensa", "rensa-sparse", "datasketch"}


def read_truth(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return [{**line, "row": int(line["row"]), "base": int(line["base"]),
                 "jaccard": float(line["jaccard"])} for line in csv.DictReader(lines)]


class Groups:
    """Rows joined pair by pair; the smallest stands for all."""

    def __init__(self):
        self.parent = {}

    def root(self, row):
        while (parent := self.parent.get(row, row)) != row:
            row = parent
        return row

    def join(self, one, other):
        one, other = self.root(one), self.root(other)
        if one != other:
            self.parent[max(one, other)] = min(one, other)


def score(found, truth):
    """Precision, and recall by kind."""
    true = Groups()
    for copy in truth:
        if copy["jaccard"] >= BELONGS or copy["kind"] in ("exact", "case-space"):
            true.join(copy["row"], copy["base"])
    groups = Groups()
    for row, other in found.get("pairs", []):
        groups.join(row, other)
    flags = set(found.get("flags", []))
    recall = collections.defaultdict(list)
    for copy in truth:
        kind = copy["kind"] + ("-zh" if copy["language"] == "zh" else "")
        together = groups.root(copy["row"]) == groups.root(copy["base"])
        recall[kind].append(copy["row"] in flags if "flags" in found else together)
    if "flags" in found:
        either = {row for copy in truth for row in (copy["row"], copy["base"])}
        right = [row in either for row in flags]
    else:
        right = [true.root(row) == true.root(groups.root(row))
                 for row in list(groups.parent) if groups.root(row) != row]
    return statistics.mean(right or [1]), {kind: statistics.mean(hits) for kind, hits in recall.items()}


def installed():
    for name in PACKAGES:
        __import__(name)


def command(name, options, path, threads, out):
    if not name.startswith("shujian"):
        return [sys.executable, __file__, "one", name, str(path), str(out)]
    banding = ["--banding", "14x8x5"] if name == "shujian-14x8" else []
    return [options.shujian, "dedup", str(path), *banding, "--threads", str(threads), "--quiet", "-o", str(out)]


def compare(options):
    path = options.work / f"planted-{options.megabytes}.jsonl"
    if not path.exists():
        part = path.with_suffix(".part")
        subprocess.run([options.corpus, "planted", part, str(options.megabytes)], check=True)
        pathlib.Path(f"{part}.truth.csv").rename(f"{path}.truth.csv")
        part.rename(path)
    truth = read_truth(f"{path}.truth.csv")
    runs = collections.defaultdict(list)
    scores = {}
    for _ in range(options.runs):
        for threads in options.threads:
            os.environ["RAYON_NUM_THREADS"] = str(threads)
            for name in options.only or TITLES:
                if threads > 1 and name in ALONE:
                    continue
                out = options.work / f"near-{name}.out"
                taken = measure(command(name, options, path, threads, out), {0})
                runs[name, threads].append(taken)
                if name not in scores:
                    found = clusters(out) if name.startswith("shujian") else json.loads(out.read_text())
                    known = [copy for copy in truth if name != "datasketch" or copy["row"] < FEW]
                    scores[name] = score(found, known)
                print(f"{name}, {threads} threads: {taken[0]:.2f} s, {taken[1]:.2f} CPU s, "
                      f"{taken[2]:.0f} MB", flush=True)
    medians = {key: [statistics.median(column) for column in zip(*taken)] for key, taken in runs.items()}
    return medians, scores


def as_markdown(medians, scores, options):
    from importlib.metadata import version

    versions = ", ".join(f"{name} {version(name)}" for name in ("gaoya", "rensa", "datasketch"))
    kinds = ["near90", "near80", "near70", "near80-zh", "case-space"]
    lines = [
        f"Median of {options.runs} interleaved runs on {options.megabytes} MB of text in JSON lines (seed 7); "
        f"{versions}; {os.cpu_count()} cores, {platform.machine()}. Ratios: the peer's time over that of "
        "shujian at 14 × 8.",
        "",
        "| Tool | Threads | Wall s | CPU s | Peak MB | CPU ratio | Wall ratio | Precision | "
        + " | ".join(kinds) + " |",
        "|" + "---|" * (8 + len(kinds)),
    ]
    for (name, threads), (wall, cpu, memory) in sorted(medians.items(), key=lambda line: (line[0][1], line[1][1])):
        base = medians.get(("shujian-14x8", threads))
        ratios = [cpu / base[1], wall / base[0]] if base and name != "datasketch" else [None, None]
        precision, recall = scores[name]
        cells = [f"{ratio:.1f}" if ratio else "–" for ratio in ratios]
        cells += [f"{precision:.4f}", *(f"{recall[kind]:.3f}" if kind in recall else "–" for kind in kinds)]
        lines.append(f"| {TITLES[name]} | {threads} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(dest="part", required=True)
    parts.add_parser("installed")
    one = parts.add_parser("one")
    one.add_argument("name", choices=PEERS)
    one.add_argument("path")
    one.add_argument("out", type=pathlib.Path)
    all_of = parts.add_parser("compare")
    all_of.add_argument("--corpus", required=True)
    all_of.add_argument("--shujian", required=True)
    all_of.add_argument("--work", type=pathlib.Path, required=True)
    all_of.add_argument("--runs", type=int, default=5)
    all_of.add_argument("--megabytes", type=int, default=300)
    all_of.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    all_of.add_argument("--only", nargs="+", choices=TITLES)
    all_of.add_argument("--quick", action="store_true", help="small input, one run, no table")
    options = parser.parse_args()
    if options.part == "installed":
        return installed()
    if options.part == "one":
        options.out.write_text(json.dumps(PEERS[options.name](options.path)))
        return None
    if options.quick:
        options.megabytes, options.runs = 10, 1
    options.threads = sorted(set(options.threads))
    table = as_markdown(*compare(options), options)
    print(table)
    if not options.quick and not options.only:
        write_down(table, pathlib.Path(__file__).parent.parent / "README.md", MARK)
    return None


if __name__ == "__main__":
    main()
