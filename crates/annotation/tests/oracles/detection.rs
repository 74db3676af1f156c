//! Average precision of boxes, masks and keypoints.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use shujian_annotation::eval::coco::{
    Boxes, Evaluation, Found, Keypoints, Masks, Settings, Truth, evaluate,
};
use shujian_annotation::eval::voc;
use shujian_annotation::mask::Mask;

use super::compare::{Compare, json};

/// Names of the numbers pycocotools prints, in its order.
const OBJECTS: [&str; 12] =
    ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"];
const KEYPOINTS: [&str; 10] =
    ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"];

struct Files {
    truths: Vec<Value>,
    found: Vec<Value>,
    /// Height and width by image id.
    sizes: BTreeMap<u64, (u32, u32)>,
    images: Vec<u64>,
    classes: Vec<u64>,
}

fn id(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap()
}

fn files(case: &Path) -> Files {
    let (truth, found) = (json(&case.join("gt.json")), json(&case.join("dt.json")));
    let sizes: BTreeMap<u64, (u32, u32)> = truth["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|image| {
            let side = |key: &str| image[key].as_u64().unwrap_or(0) as u32;
            (id(image, "id"), (side("height"), side("width")))
        })
        .collect();
    let mut classes: Vec<u64> =
        truth["categories"].as_array().unwrap().iter().map(|class| id(class, "id")).collect();
    classes.sort_unstable();
    let images = sizes.keys().copied().collect();
    Files {
        truths: truth["annotations"].as_array().unwrap().clone(),
        found: found.as_array().unwrap().clone(),
        sizes,
        images,
        classes,
    }
}

fn numbers<const N: usize>(value: &Value) -> [f64; N] {
    std::array::from_fn(|at| value[at].as_f64().unwrap())
}

impl Files {
    fn place(&self, row: &Value) -> (u32, u32) {
        let image = self.images.binary_search(&id(row, "image_id")).unwrap() as u32;
        (image, self.classes.binary_search(&id(row, "category_id")).unwrap() as u32)
    }

    fn truths(&self, kind: &str) -> Vec<Truth> {
        let truth = |row: &Value| {
            let (image, class) = self.place(row);
            let crowd = row["iscrowd"].as_u64() == Some(1);
            let ignore = kind == "keypoints" && row["num_keypoints"].as_u64() == Some(0);
            Truth { image, class, area: row["area"].as_f64().unwrap(), crowd, ignore }
        };
        self.truths.iter().map(truth).collect()
    }

    fn found(&self, areas: &[f64]) -> Vec<Found> {
        let rows = self.found.iter().zip(areas);
        rows.map(|(row, &area)| {
            let (image, class) = self.place(row);
            Found { image, class, score: row["score"].as_f64().unwrap(), area }
        })
        .collect()
    }

    fn mask(&self, row: &Value) -> Mask {
        let (height, width) = self.sizes[&id(row, "image_id")];
        let shape = &row["segmentation"];
        if let Some(rings) = shape.as_array() {
            let rings: Vec<Vec<f64>> = rings
                .iter()
                .map(|ring| ring.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect())
                .collect();
            return Mask::from_rings(rings.iter().map(Vec::as_slice), height, width).unwrap();
        }
        let counts = match &shape["counts"] {
            Value::String(text) => Mask::counts_from_string(text).unwrap(),
            counts => counts
                .as_array()
                .unwrap()
                .iter()
                .map(|count| count.as_u64().unwrap() as u32)
                .collect(),
        };
        Mask::new(height, width, counts).unwrap()
    }
}

pub fn coco(case: &Path, compare: &mut Compare) {
    let (settings, wanted) = (json(&case.join("case.json")), json(&case.join("expected.json")));
    let files = files(case);
    for kind in settings["iou_types"].as_array().unwrap() {
        let kind = kind.as_str().unwrap();
        let evaluation = evaluate_kind(&files, kind);
        let block = &wanted[kind];
        let found = summary(&evaluation, kind);
        for tool in ["pycocotools", "faster_coco_eval"] {
            for (name, value) in &found {
                let row = &block[tool][name];
                compare.real(&format!("{kind} {tool} {name}"), value.unwrap_or(-1.0), row);
            }
        }
        for (class, value) in block["AP_by_category"].as_object().unwrap() {
            let place = files.classes.binary_search(&class.parse().unwrap()).unwrap();
            let found = evaluation.by_class[place].unwrap_or(-1.0);
            compare.real(&format!("{kind} AP of {class}"), found, value);
        }
    }
    if case.join("expected_masks.json").is_file() {
        masks(&files, &json(&case.join("expected_masks.json")), compare);
    }
}

fn evaluate_kind(files: &Files, kind: &str) -> Evaluation {
    let truths = files.truths(kind);
    let crowds: Vec<bool> = truths.iter().map(|truth| truth.crowd).collect();
    let boxes = |rows: &[Value]| -> Vec<[f64; 4]> {
        rows.iter().map(|row| numbers(&row["bbox"])).collect()
    };
    let classes = files.classes.len();
    let has_boxes = files.found.iter().all(|row| row["bbox"].is_array());
    match kind {
        "bbox" => {
            let overlap =
                Boxes { found: boxes(&files.found), truths: boxes(&files.truths), crowds };
            let areas: Vec<f64> = overlap.found.iter().map(|edges| edges[2] * edges[3]).collect();
            evaluate(&truths, &files.found(&areas), classes, &overlap, &Settings::objects())
        }
        "segm" => {
            let masks = |rows: &[Value]| rows.iter().map(|row| files.mask(row)).collect::<Vec<_>>();
            let found = masks(&files.found);
            // The area of a detection is its box's where it has one.
            let areas: Vec<f64> = if has_boxes {
                boxes(&files.found).iter().map(|edges| edges[2] * edges[3]).collect()
            } else {
                found.iter().map(|mask| mask.area() as f64).collect()
            };
            let overlap = Masks::new(found, masks(&files.truths), crowds);
            evaluate(&truths, &files.found(&areas), classes, &overlap, &Settings::objects())
        }
        "keypoints" => {
            let points = |rows: &[Value]| -> Vec<Vec<[f64; 3]>> {
                let of = |row: &Value| -> Vec<f64> {
                    row["keypoints"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|x| x.as_f64().unwrap())
                        .collect()
                };
                rows.iter().map(|row| of(row).as_chunks::<3>().0.to_vec()).collect()
            };
            let found = points(&files.found);
            let areas: Vec<f64> = found
                .iter()
                .map(|points| {
                    let side = |axis: usize| {
                        let at = || points.iter().map(move |point| point[axis]);
                        at().fold(f64::MIN, f64::max) - at().fold(f64::MAX, f64::min)
                    };
                    side(0) * side(1)
                })
                .collect();
            let overlap = Keypoints {
                found,
                truths: points(&files.truths),
                boxes: boxes(&files.truths),
                areas: truths.iter().map(|truth| truth.area).collect(),
                sigmas: Keypoints::COCO_SIGMAS.to_vec(),
            };
            evaluate(&truths, &files.found(&areas), classes, &overlap, &Settings::keypoints())
        }
        other => panic!("unknown kind {other}"),
    }
}

fn summary(evaluation: &Evaluation, kind: &str) -> Vec<(&'static str, Option<f64>)> {
    let e = evaluation;
    let mut values = vec![e.mean_precision[0], e.precision[0][0], e.precision[0][5]];
    values.extend(&e.mean_precision[1..]);
    if kind == "keypoints" {
        let names = KEYPOINTS.into_iter().filter(|name| !["AR50", "AR75"].contains(name));
        values.extend(&e.mean_recall);
        return names.zip(values).collect();
    }
    values.extend(&e.recall_by_detections);
    values.extend(&e.mean_recall[1..]);
    OBJECTS.into_iter().zip(values).collect()
}

fn masks(files: &Files, wanted: &Value, compare: &mut Compare) {
    for row in wanted["masks"].as_array().unwrap() {
        let truth = files.truths.iter().find(|truth| truth["id"] == row["id"]).unwrap();
        let mask = files.mask(truth);
        compare.count("mask area", mask.area() as usize, &row["mask_area"]);
        compare.real("area field", truth["area"].as_f64().unwrap(), &row["area_field"]);
        let bounds: [f64; 4] = numbers(&row["mask_bbox"]);
        compare.same("mask box", mask.bounds().map(f64::from), bounds);
        let counts = row["counts"].as_str().unwrap();
        compare.same("mask runs", mask.to_compressed().as_str(), counts);
    }
}

pub fn voc_ap(case: &Path, compare: &mut Compare) {
    let (settings, wanted) = (json(&case.join("case.json")), json(&case.join("expected.json")));
    let threshold = settings["iou"].as_f64().unwrap();
    // Class, numbers of the line, image: files in the order of their names.
    let lines = |folder: &str| {
        let mut files: Vec<_> = std::fs::read_dir(case.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        let mut rows = Vec::new();
        for (image, file) in files.iter().enumerate() {
            for line in std::fs::read_to_string(file).unwrap().lines() {
                let mut cells = line.split_whitespace();
                let Some(class) = cells.next() else { continue };
                let numbers: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
                rows.push((class.to_owned(), numbers, image as u32));
            }
        }
        rows
    };
    let edges = |box_: &[f64]| [box_[0], box_[1], box_[0] + box_[2], box_[1] + box_[3]];
    let (gold, dets) = (lines("groundtruths"), lines("detections"));
    for (class, row) in wanted["classes"].as_object().unwrap() {
        let truths: Vec<voc::Truth> = gold
            .iter()
            .filter(|line| line.0 == *class)
            .map(|(_, at, image)| voc::Truth { image: *image, edges: edges(at), difficult: false })
            .collect();
        let found: Vec<voc::Found> = dets
            .iter()
            .filter(|line| line.0 == *class)
            .map(|(_, at, image)| voc::Found {
                image: *image,
                score: at[0],
                edges: edges(&at[1..]),
            })
            .collect();
        let precision = voc::evaluate(&truths, &found, threshold);
        compare.count("gt", truths.len(), &row["gt"]);
        compare.count("det", found.len(), &row["det"]);
        compare.count("tp", precision.right as usize, &row["tp"]);
        compare.count("fp", precision.wrong as usize, &row["fp"]);
        compare.maybe("all points", precision.all_points, &row["ap_all_points"]);
        compare.maybe("11 points", precision.eleven_points, &row["ap_11_points"]);
    }
}
