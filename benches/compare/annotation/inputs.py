"""Inputs of the comparison, from fixed seeds: crowds, boxes, masks, probabilities, texts, tags."""

import csv
import json
import pathlib
import sys

import numpy as np

SEED = 7


def crowd(path, items, workers, classes, per_item=10):
    """Rows of item, worker, label: workers are right with probability 0.55 to 0.95."""
    random = np.random.default_rng(SEED)
    truth = random.integers(0, classes, items)
    skill = random.uniform(0.55, 0.95, workers)
    item = np.repeat(np.arange(items), per_item)
    start = random.integers(0, workers, items)
    step = random.integers(1, max(2, workers // per_item), items)
    worker = ((start[:, None] + step[:, None] * np.arange(per_item)[None, :]) % workers).ravel()
    right = random.random(item.size) < skill[worker]
    wrong = (truth[item] + random.integers(1, classes, item.size)) % classes
    label = np.where(right, truth[item], wrong)
    with open(path, "w", encoding="utf-8") as file:
        file.write("item,worker,label\n")
        rows = zip(item.tolist(), worker.tolist(), label.tolist())
        file.writelines(f"i{i},w{w},c{c}\n" for i, w, c in rows)


def boxes(images=5_000, truths=100_000, found=200_000, classes=80):
    """COCO truth and results: sizes log-normal, one crowd in a hundred, three in ten invented."""
    random = np.random.default_rng(SEED)
    image = random.integers(1, images + 1, truths)
    category = random.integers(1, classes + 1, truths)
    x, y = random.uniform(0, 500, truths), random.uniform(0, 380, truths)
    w, h = np.exp(random.normal(3.8, 0.9, truths)), np.exp(random.normal(3.8, 0.9, truths))
    w, h = np.minimum(w, 640 - x), np.minimum(h, 480 - y)
    is_crowd = (random.random(truths) < 0.01).astype(int)
    rows = np.stack([x, y, w, h], 1).round(2).tolist()
    truth = {
        "info": {}, "licenses": [],
        "images": [{"id": i, "width": 640, "height": 480, "file_name": f"{i}.jpg"}
                   for i in range(1, images + 1)],
        "categories": [{"id": c, "name": f"c{c}"} for c in range(1, classes + 1)],
        "annotations": [{"id": j + 1, "image_id": int(image[j]), "category_id": int(category[j]),
                         "iscrowd": int(is_crowd[j]), "bbox": rows[j],
                         "area": float(w[j] * h[j])} for j in range(truths)],
    }
    source = random.integers(0, truths, found)
    shift = random.normal(0, 0.12, (found, 4))
    invented = random.random(found) < 0.3
    at = np.where(invented, random.integers(1, images + 1, found), image[source])
    score = np.where(invented, random.beta(2, 4, found), random.beta(4, 2, found)).round(4)
    moved = np.stack([x[source] + shift[:, 0] * w[source], y[source] + shift[:, 1] * h[source],
                      w[source] * np.exp(shift[:, 2]), h[source] * np.exp(shift[:, 3])], 1)
    moved = moved.round(2).tolist()
    results = [{"image_id": int(at[j]), "category_id": int(category[source[j]]), "bbox": moved[j],
                "score": float(score[j])} for j in range(found)]
    return truth, results


def masks():
    """The same with polygons of 24 corners as truth and run lengths as results."""
    from pycocotools import mask as coco_mask

    truth, results = boxes(500, 5_000, 10_000, 20)
    random = np.random.default_rng(SEED + 1)
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)

    def outline(box):
        x, y, w, h = box
        reach = 1 + 0.15 * random.normal(size=24)
        across = x + w / 2 + w / 2 * reach * np.cos(turn)
        down = y + h / 2 + h / 2 * reach * np.sin(turn)
        return np.stack([across, down], 1).ravel().round(2).tolist()

    def runs(box):
        merged = coco_mask.merge(coco_mask.frPyObjects([outline(box)], 480, 640))
        return {"size": merged["size"], "counts": merged["counts"].decode()}

    for row in truth["annotations"]:
        row["segmentation"] = runs(row["bbox"]) if row["iscrowd"] else [outline(row["bbox"])]
    for row in results:
        row["segmentation"] = runs(row.pop("bbox"))
    return truth, results


def probabilities(folder, rows=1_000_000, classes=10):
    random = np.random.default_rng(SEED)
    truth = random.integers(0, classes, rows)
    logits = random.normal(0, 1, (rows, classes))
    logits[np.arange(rows), truth] += 3.0
    shares = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    wrong = (truth + random.integers(1, classes, rows)) % classes
    np.save(folder / "probs.npy", shares)
    np.save(folder / "labels.npy", np.where(random.random(rows) < 0.1, wrong, truth))


def texts(folder, pairs=100_000, words=10):
    random = np.random.default_rng(SEED)
    spoken = random.integers(0, 5_000, (pairs, words))
    with (open(folder / "ref.csv", "w", newline="", encoding="utf-8") as left,
          open(folder / "hyp.csv", "w", newline="", encoding="utf-8") as right):
        left, right = csv.writer(left), csv.writer(right)
        left.writerow(["item", "text"])
        right.writerow(["item", "text"])
        for number, row in enumerate(spoken.tolist()):
            heard = [word for word in row if random.random() > 0.05]
            heard = [int(random.integers(0, 5_000)) if random.random() < 0.1 else word
                     for word in heard]
            if random.random() < 0.3:
                at = int(random.integers(0, len(heard) + 1))
                heard.insert(at, int(random.integers(0, 5_000)))
            left.writerow([f"u{number}", " ".join(f"w{word}" for word in row)])
            right.writerow([f"u{number}", " ".join(f"w{word}" for word in heard) or "w0"])


def tags(folder, sentences=50_000, length=20):
    random = np.random.default_rng(SEED)
    kinds = ["PER", "LOC", "ORG", "MISC"]
    with (open(folder / "gold.conll", "w", encoding="utf-8") as gold,
          open(folder / "model.conll", "w", encoding="utf-8") as model):
        for _ in range(sentences):
            row = []
            while len(row) < length:
                if random.random() < 0.15:
                    kind, long = kinds[random.integers(0, 4)], int(random.integers(1, 4))
                    row += [f"B-{kind}"] + [f"I-{kind}"] * (long - 1)
                else:
                    row.append("O")
            for tag in row[:length]:
                gold.write(f"x {tag}\n")
                model.write(f"x {tag if random.random() > 0.04 else 'O'}\n")
            gold.write("\n")
            model.write("\n")


def dump(value, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def make(folder, scale=1):
    """Writes every input below a folder; `scale` divides their sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    crowd(folder / "big.csv", 100_000 // scale, 500, 10)
    crowd(folder / "mid.csv", 10_000 // scale, 200, 5)
    truth, results = boxes(5_000 // scale, 100_000 // scale, 200_000 // scale)
    dump(truth, folder / "gt.json")
    dump(results, folder / "dt.json")
    # As Datumaro wants it, and as a delivery of its own.
    dump(truth, folder / "coco/annotations/instances_train.json")
    dump(truth, folder / "delivery/boxes/instances.json")
    (folder / "coco/images/train").mkdir(parents=True, exist_ok=True)
    (folder / "delivery/labels.csv").write_bytes((folder / "big.csv").read_bytes())
    truth, results = masks()
    dump(truth, folder / "gt-masks.json")
    dump(results, folder / "dt-masks.json")
    probabilities(folder, 1_000_000 // scale)
    texts(folder, 100_000 // scale)
    tags(folder, 50_000 // scale)


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
