//! Reads every case under `annotation/formats` and compares the counts of its oracle.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use shujian_annotation::checks;
use shujian_annotation::code;
use shujian_annotation::formats::{self, Delivery};
use shujian_annotation::labels::{Annotation, NONE, Shape};
use shujian_annotation::mask::Mask;
use shujian_core::{Limits, Severity};

type Counts = BTreeMap<String, u64>;

#[test]
fn every_case_reads_as_its_oracle_counts() {
    for case in support::cases("formats") {
        let expected = support::json(&case.join("expected.json"));
        let read = formats::read(&case.join("data"), &Limits::default()).unwrap();
        let name = case.display().to_string();
        assert!(!read.formats().is_empty(), "{name}: no format");
        if let Some(oracle) = expected.get("datumaro") {
            datumaro(&name, oracle, &read);
        }
        for (file, oracle) in entries(&expected, "doccano") {
            doccano(&name, file, oracle, &read);
        }
        for (file, oracle) in entries(&expected, "label_studio") {
            label_studio(&name, file, oracle, &read);
        }
        for (file, oracle) in entries(&expected, "labelme") {
            labelme(&name, file, oracle, &read);
        }
    }
}

#[test]
fn no_clean_sample_has_an_error() {
    for case in support::cases("formats") {
        // The folder of the case holds more than its data: that must do no harm either.
        for root in [case.join("data"), case.clone()] {
            let mut read = formats::read(&root, &Limits::default()).unwrap();
            checks::run(&mut read, None);
            let found = read.remarks.findings(&read.labels).into_card();
            let errors: Vec<_> = found.iter().filter(|at| at.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", root.display());
        }
    }
}

fn entries<'a>(expected: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    expected.get(key).and_then(Value::as_object).into_iter().flatten()
}

fn counts(value: &Value) -> Counts {
    value
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, count)| (key.clone(), count.as_u64().unwrap()))
        .collect()
}

fn of_file<'a>(read: &'a Delivery, file: &str) -> (u32, Vec<&'a Annotation>) {
    let number = read.labels.files.iter().position(|name| name == file).unwrap() as u32;
    (number, read.labels.annotations.iter().filter(|at| at.file == number).collect())
}

/// What Datumaro would count: a box and the shape drawn in it are two annotations there.
fn parts(annotation: &Annotation) -> Vec<&'static str> {
    let mut parts = Vec::new();
    if annotation.rect != NONE {
        parts.push("bbox");
    }
    match annotation.shape {
        Shape::Class => parts.push("label"),
        Shape::Polygons(_) => parts.push("polygon"),
        Shape::Polyline(_) => parts.push("polyline"),
        Shape::Points(_) => parts.push("points"),
        Shape::Mask(_) => parts.push("mask"),
        // Datumaro keeps what a cuboid adds to its box as attributes.
        Shape::Box | Shape::Cuboid(_) => {}
        other => panic!("not counted by Datumaro: {other:?}"),
    }
    parts
}

fn datumaro(name: &str, oracle: &Value, read: &Delivery) {
    let labels = &read.labels;
    assert_eq!(labels.items.len() as u64, oracle["items"].as_u64().unwrap(), "{name}: items");
    let (mut types, mut used) = (Counts::new(), Counts::new());
    for annotation in &labels.annotations {
        for part in parts(annotation) {
            *types.entry(part.to_owned()).or_default() += 1;
            let class =
                if annotation.class == NONE { "None" } else { labels.class_name(annotation.class) };
            *used.entry(class.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(types, counts(&oracle["annotations_by_type"]), "{name}: types");
    assert_eq!(used, counts(&oracle["labels_used"]), "{name}: labels used");
    // Where the delivery declares no vocabulary, Datumaro's own list is no fact about it.
    if labels.classes.iter().any(|class| class.declared) {
        let ours: BTreeSet<&str> = labels.classes.iter().map(|class| &*class.name).collect();
        let theirs: BTreeSet<&str> = oracle["labels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|label| label.as_str().unwrap())
            .collect();
        assert_eq!(ours, theirs, "{name}: labels");
    }
}

fn doccano(name: &str, file: &str, oracle: &Value, read: &Delivery) {
    let (number, annotations) = of_file(read, file);
    assert_eq!(
        read.files[number as usize].records,
        oracle["records"].as_u64().unwrap(),
        "{name}/{file}"
    );
    let sum = oracle["annotations"].as_u64().unwrap() + oracle["labels_field"].as_u64().unwrap();
    assert_eq!(annotations.len() as u64, sum, "{name}/{file}");
    let raters = annotations.iter().filter(|at| at.rater != NONE);
    let users: BTreeSet<u64> =
        raters.map(|at| read.labels.raters.name(at.rater).parse().unwrap()).collect();
    let expected: BTreeSet<u64> =
        oracle["users"].as_array().unwrap().iter().map(|user| user.as_u64().unwrap()).collect();
    assert_eq!(users, expected, "{name}/{file}");
}

fn label_studio(name: &str, file: &str, oracle: &Value, read: &Delivery) {
    let (number, annotations) = of_file(read, file);
    assert_eq!(
        read.files[number as usize].records,
        oracle["tasks"].as_u64().unwrap(),
        "{name}/{file}"
    );
    assert_eq!(annotations.len() as u64, oracle["results"].as_u64().unwrap(), "{name}/{file}");
    let answers: BTreeSet<(u32, u32)> = annotations.iter().map(|at| (at.item, at.rater)).collect();
    assert_eq!(answers.len() as u64, oracle["annotations"].as_u64().unwrap(), "{name}/{file}");
    let mut types = Counts::new();
    for annotation in annotations {
        let kind = match annotation.shape {
            Shape::Box => "rectanglelabels",
            Shape::Polygons(_) => "polygonlabels",
            other => panic!("{name}: {other:?}"),
        };
        *types.entry(kind.to_owned()).or_default() += 1;
    }
    assert_eq!(types, counts(&oracle["by_type"]), "{name}/{file}");
}

fn labelme(name: &str, file: &str, oracle: &Value, read: &Delivery) {
    let (_, annotations) = of_file(read, file);
    let (flags, shapes): (Vec<&Annotation>, Vec<_>) =
        annotations.iter().partition(|at| at.row == 0);
    assert_eq!(shapes.len() as u64, oracle["shapes"].as_u64().unwrap(), "{name}/{file}");
    let (mut types, mut classes) = (Counts::new(), Counts::new());
    for annotation in shapes {
        let kind = match annotation.shape {
            Shape::Box => "rectangle",
            Shape::Polygons(_) => "polygon",
            other => panic!("{name}: {other:?}"),
        };
        *types.entry(kind.to_owned()).or_default() += 1;
        *classes.entry(read.labels.class_name(annotation.class).to_owned()).or_default() += 1;
    }
    assert_eq!(types, counts(&oracle["by_type"]), "{name}/{file}");
    assert_eq!(classes, counts(&oracle["labels"]), "{name}/{file}");
    let set: BTreeSet<&str> = flags.iter().map(|at| read.labels.class_name(at.class)).collect();
    let expected: BTreeSet<&str> = oracle["flags"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, set)| **set == Value::Bool(true))
        .map(|(flag, _)| flag.as_str())
        .collect();
    assert_eq!(set, expected, "{name}/{file}");
    let item =
        read.labels.find_item(Path::new(file).file_stem().unwrap().to_str().unwrap()).unwrap();
    let size = read.labels.items[item as usize].size.unwrap();
    assert_eq!(
        size.map(|side| side as u64).as_slice(),
        serde_json::from_value::<Vec<u64>>(oracle["size"].clone()).unwrap()
    );
}

#[test]
fn masks_are_those_of_pycocotools_to_the_pixel() {
    for case in support::cases("detection") {
        let Ok(bytes) = std::fs::read(case.join("expected_masks.json")) else { continue };
        let expected: Value = serde_json::from_slice(&bytes).unwrap();
        let read = formats::read(&case.join("gt.json"), &Limits::default()).unwrap();
        let labels = &read.labels;
        for oracle in expected["masks"].as_array().unwrap() {
            let of_id = |at: &&Annotation| {
                labels.detail(at).and_then(|detail| detail.id) == oracle["id"].as_i64()
            };
            let annotation = labels.annotations.iter().find(of_id).unwrap();
            let [width, height] =
                labels.items[annotation.item as usize].size.unwrap().map(|side| side as u32);
            let Shape::Polygons(rings) = annotation.shape else { panic!("{annotation:?}") };
            let mask = Mask::from_rings(labels.rings_of(rings), height, width).unwrap();
            assert_eq!(
                mask.to_compressed(),
                oracle["counts"].as_str().unwrap(),
                "{}",
                oracle["id"]
            );
            assert_eq!(mask.area(), oracle["mask_area"].as_u64().unwrap());
            let bounds: Vec<f64> = serde_json::from_value(oracle["mask_bbox"].clone()).unwrap();
            assert_eq!(mask.bounds().map(f64::from).as_slice(), bounds);
            assert_eq!(
                Mask::counts_from_string(&mask.to_compressed()).as_ref(),
                Some(&mask.counts)
            );
        }
    }
}

#[test]
fn tags_out_of_order_are_as_many_as_the_oracle_counts() {
    for case in support::cases("sequence") {
        let expected = support::json(&case.join("expected.json"));
        let mut read = formats::read(&case.join("tags.txt"), &Limits::default()).unwrap();
        checks::run(&mut read, None);
        assert_eq!(read.formats(), ["conll"], "{}", case.display());
        let records = read.files[0].records;
        assert_eq!(records, expected["sentences"].as_u64().unwrap(), "{}", case.display());
        assert_eq!(read.labels.tags.len() as u64, expected["tokens"].as_u64().unwrap());
        let wrong = expected["invalid_I_starts_in_second_column"].as_u64().unwrap();
        assert_eq!(read.remarks.count(code::TAG_ORDER), wrong, "{}", case.display());
    }
}
