"""Runs the tools people use for labels and `shujian` on the same files, and writes down what each
took.

Peers run in turn, each in a process of its own that starts, reads the files, and prints a result. Wall
and CPU time and peak memory are the kernel's own figures for the child process; medians are printed.
Ratios are of CPU time, for a busy machine bends wall time.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import inputs

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from common import measure, write_down

MARK = ("<!-- annotation: begin -->", "<!-- annotation: end -->")

READ_CROWD = """
import sys, pandas as pd
votes = pd.read_csv(sys.argv[1]).rename(columns={"item": "task"})
"""
DAWID_SKENE = READ_CROWD + """
from crowdkit.aggregation import DawidSkene
print(DawidSkene(n_iter=10, tol=0).fit_predict(votes).head())
"""
ONE_COIN = READ_CROWD + """
from crowdkit.aggregation import OneCoinDawidSkene
print(OneCoinDawidSkene(n_iter=10, tol=0).fit_predict(votes).head())
"""
MMSR = READ_CROWD + """
from crowdkit.aggregation import MMSR
print(MMSR(random_state=0).fit_predict(votes).head())
"""
ALPHA = """
import sys, numpy as np, pandas as pd, krippendorff
votes = pd.read_csv(sys.argv[1])
worker, item, label = (pd.factorize(votes[name])[0] for name in ("worker", "item", "label"))
matrix = np.full((worker.max() + 1, item.max() + 1), np.nan)
matrix[worker, item] = label
print(krippendorff.alpha(matrix, level_of_measurement="nominal"))
"""
HOTCOCO = """
import sys
from hotcoco import COCO, COCOeval
truth = COCO(sys.argv[1])
found = truth.load_res(sys.argv[2]) if hasattr(truth, "load_res") else truth.loadRes(sys.argv[2])
run = COCOeval(truth, found, sys.argv[3])
run.evaluate(); run.accumulate(); run.summarize()
"""
DATUMARO = """
import sys, datumaro
from datumaro.plugins.validators import DetectionValidator
data = datumaro.Dataset.import_from(sys.argv[1], "coco_instances")
validator = DetectionValidator(few_samples_thr=1, imbalance_ratio_thr=50, far_from_mean_thr=5,
                               dominance_ratio_thr=0.8, topk_bins=0.1)
print(validator.validate(data)["summary"])
"""
CLEANLAB = """
import sys, numpy as np
from cleanlab.filter import find_label_issues
if __name__ == "__main__":
    shares, labels = np.load(sys.argv[1]), np.load(sys.argv[2])
    print(find_label_issues(labels, shares, filter_by="prune_by_noise_rate").sum())
"""
JIWER = """
import sys, csv, jiwer
read = lambda path: [row["text"] for row in csv.DictReader(open(path, newline="", encoding="utf-8"))]
print(jiwer.wer(read(sys.argv[1]), read(sys.argv[2])))
"""
SEQEVAL = """
import sys
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
def read(path):
    sentences = open(path, encoding="utf-8").read().strip().split("\\n\\n")
    return [[line.split()[-1] for line in sentence.split("\\n")] for sentence in sentences]
print(classification_report(read(sys.argv[1]), read(sys.argv[2]), mode="strict", scheme=IOB2))
"""


def cases(folder):
    """Name, title, goal (least ratio of CPU), most megabytes, peer, its program, and our command."""
    at = lambda name: str(folder / name)
    consensus = lambda name, method: ["labels", "consensus", at(name), "--method", method]
    evaluate = lambda left, right, metric: ["labels", "eval", at(left), at(right), "--metric", metric]
    return [
        ("ds", "Dawid-Skene, 10 rounds, 1M labels", 50, None, "crowd-kit", [DAWID_SKENE, at("big.csv")],
         consensus("big.csv", "dawid-skene") + ["--rounds", "10"]),
        ("one-coin", "one-coin, 10 rounds, 1M labels", 150, None, "crowd-kit",
         [ONE_COIN, at("big.csv")], consensus("big.csv", "one-coin") + ["--rounds", "10"]),
        ("mmsr", "MMSR, 100k labels", 50, 200, "crowd-kit", [MMSR, at("mid.csv")],
         consensus("mid.csv", "mmsr")),
        ("alpha", "nominal alpha, 500 × 100k, 1M labels", 40, None, "krippendorff",
         [ALPHA, at("big.csv")],
         ["labels", "agree", at("big.csv"), "--only", "krippendorff-alpha"]),
        ("coco", "COCO boxes, 5k images, 100k true, 200k found", 1, None, "hotcoco",
         [HOTCOCO, at("gt.json"), at("dt.json"), "bbox"], evaluate("gt.json", "dt.json", "coco")),
        ("masks", "COCO masks, 500 images, 5k true, 10k found", 1, None, "hotcoco",
         [HOTCOCO, at("gt-masks.json"), at("dt-masks.json"), "segm"],
         evaluate("gt-masks.json", "dt-masks.json", "coco")),
        ("validate", "validating 100k boxes", 60, None, "Datumaro", [DATUMARO, at("coco")],
         ["delivery", "check", at("gt.json")]),
        ("errors", "label errors, 1M × 10", 15, None, "cleanlab",
         [CLEANLAB, at("probs.npy"), at("labels.npy")],
         ["labels", "errors", "--probabilities", at("probs.npy"), "--labels", at("labels.npy")]),
        ("wer", "WER, 100k pairs of 10 words", 20, None, "jiwer", [JIWER, at("ref.csv"), at("hyp.csv")],
         evaluate("ref.csv", "hyp.csv", "wer")),
        ("f1", "strict IOB2 F1, 1M tokens", 50, None, "seqeval",
         [SEQEVAL, at("gold.conll"), at("model.conll")],
         evaluate("gold.conll", "model.conll", "f1") + ["--scheme", "iob2"]),
        ("delivery", "1M labels + 100k boxes to a verdict", None, 1024, None, None,
         ["delivery", "check", at("delivery")]),
    ]


def compare(options, folder):
    """Runs the cases asked for and keeps their medians, beside those kept from earlier runs."""
    kept = folder / "measured.json"
    measured = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for name, _, goal, most, peer, program, ours in cases(folder):
        if options.only and name not in options.only:
            continue
        # 1 is a verdict too: the delivery goes back.
        commands = {"shujian": ([options.shujian, *ours], {0, 1})}
        if peer:
            commands[peer] = ([sys.executable, "-c", *program], {0})
        runs = {who: [] for who in commands}
        ahead = ["chrt", "-f", "50"] if options.ahead else []
        for _ in range(options.runs):
            for who, (command, accepted) in commands.items():
                runs[who].append(measure([*ahead, *command], accepted))
        medians = {who: [statistics.median(column) for column in zip(*taken)]
                   for who, taken in runs.items()}
        measured[name] = {"runs": options.runs, "ahead": options.ahead, "ours": medians["shujian"], "peer": medians.get(peer)}
        kept.write_text(json.dumps(measured), encoding="utf-8")
        print(name, judged(measured[name], goal, most), flush=True)
    return measured


def judged(case, goal, most):
    """Ratio of CPU time, and whether the goals are met."""
    (_, cpu, memory), theirs = case["ours"], case["peer"]
    ratio = theirs[1] / cpu if theirs else None
    return ratio, (goal is None or ratio >= goal) and (most is None or memory <= most)


def as_markdown(measured, folder):
    ahead = all(case.get("ahead") for case in measured.values())
    how = ", both sides ahead of all else (`--ahead`: `chrt -f 50`)" if ahead else ""
    lines = [
        f"Medians of interleaved runs on a machine that others used too{how}; {os.cpu_count()} cores, "
        f"{platform.machine()}. Ratio: the peer's CPU seconds over ours.",
        "",
        "| Work | Runs | Peer | Peer wall s | Peer CPU s | Peer MB | Wall s | CPU s | MB | Ratio | Goal | |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, title, goal, most, peer, _, _ in cases(folder):
        case = measured.get(name)
        if not case:
            lines.append(f"| {title} | – | {peer or '–'} | – | – | – | – | – | – | – | – | not run |")
            continue
        ratio, met = judged(case, goal, most)
        (wall, cpu, memory), theirs = case["ours"], case["peer"]
        left = f"{theirs[0]:.2f} | {theirs[1]:.2f} | {theirs[2]:.0f}" if theirs else "– | – | –"
        goals = [f"≥ {goal}×" if goal else None, f"≤ {most} MB" if most else None]
        goals = ", ".join(goal for goal in goals if goal)
        lines.append(f"| {title} | {case['runs']} | {peer or '–'} | {left} | {wall:.2f} | {cpu:.2f} "
                     f"| {memory:.0f} | {f'{ratio:.1f}×' if ratio else '–'} | {goals} "
                     f"| {'met' if met else '**missed**'} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shujian", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", type=lambda text: text.split(","), help="names of cases; others keep what was measured")
    parser.add_argument("--ahead", action="store_true",
                        help="run both sides by `chrt -f 50`, which evens out the load of others (needs the right to)")
    parser.add_argument("--quick", action="store_true", help="small inputs, one run, no table")
    options = parser.parse_args()
    scale = 20 if options.quick else 1
    folder = options.work / ("inputs" if scale == 1 else "inputs-small")
    if options.quick:
        options.runs = 1
    if not (folder / "done").exists():
        # In a process of its own: the kernel counts what this one has held as peak of those it starts.
        subprocess.run([sys.executable, inputs.__file__, folder, str(scale)], check=True)
        # Inputs that were not finished must not be taken for whole ones.
        (folder / "done").touch()
    table = as_markdown(compare(options, folder), folder)
    if not options.quick:
        write_down(table, pathlib.Path(__file__).parents[2] / "README.md", MARK)
    print(table)


if __name__ == "__main__":
    main()
