//! Finds every defect injected into the cases under `annotation/defects`, and none elsewhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use shujian_annotation::checks::{self, Spec};
use shujian_annotation::code;
use shujian_annotation::formats::{self, Delivery};
use shujian_annotation::labels::{NONE, Remark};
use shujian_core::Limits;

/// Kinds of the cases and the codes that say the same. Kinds about the behaviour of raters over a
/// whole table are not of single labels and belong to the room of raters.
const KINDS: &[(&str, &[&str])] = &[
    ("zero_area_box", &[code::ZERO_BOX]),
    ("negative_size_box", &[code::NEGATIVE_BOX]),
    ("box_outside_image", &[code::OUTSIDE]),
    ("unknown_category", &[code::UNKNOWN_CLASS]),
    ("class_out_of_range", &[code::UNKNOWN_CLASS]),
    ("unknown_image", &[code::UNKNOWN_ITEM]),
    ("area_disagrees_with_box", &[code::AREA]),
    ("odd_polygon_length", &[code::ODD_POLYGON]),
    ("polygon_under_three_points", &[code::SHORT_POLYGON]),
    ("self_intersecting_polygon", &[code::CROSSING_POLYGON]),
    ("polygon_not_matching_box", &[code::POLYGON_BOX]),
    ("rle_counts_not_summing", &[code::RLE_SUM]),
    ("nan_coordinate", &[code::NOT_A_NUMBER]),
    ("missing_field_bbox", &[code::MISSING_FIELD]),
    ("duplicate_annotation", &[code::DUPLICATE]),
    ("near_duplicate_annotation", &[code::NEAR_DUPLICATE]),
    ("repeated_annotation_id", &[code::REPEATED_ANNOTATION_ID]),
    ("image_without_annotation", &[code::EMPTY_ITEM]),
    ("repeated_image_id", &[code::REPEATED_ITEM_ID]),
    ("repeated_file_name", &[code::REPEATED_ITEM_NAME]),
    ("bad_image_size", &[code::BAD_SIZE]),
    ("repeated_category_name", &[code::REPEATED_CLASS]),
    ("category_never_used", &[code::UNUSED_CLASS]),
    ("not_normalised", &[code::NOT_NORMALISED]),
    ("wrong_field_count", &[code::FIELD_COUNT]),
    ("span_past_end", &[code::SPAN_PAST_END]),
    ("span_reversed", &[code::SPAN_REVERSED]),
    ("span_empty", &[code::SPAN_EMPTY]),
    ("span_duplicate", &[code::SPAN_DUPLICATE]),
    ("span_overlap_partial", &[code::SPAN_OVERLAP]),
    ("span_starts_with_space", &[code::SPAN_EDGE]),
    ("offsets_in_utf16_units", &[code::SPAN_UNIT]),
    ("unknown_label", &[code::SPEC_CLASS]),
    ("repeated_row", &[code::REPEATED_ROW]),
    ("rater_contradicts_self", &[code::SELF_CONTRADICTION]),
    ("label_variant", &[code::CLASS_VARIANT]),
    ("empty_label", &[code::EMPTY_LABEL]),
];

#[test]
fn every_injected_defect_is_found_and_nothing_else() {
    for case in support::cases("defects") {
        let name = case.display().to_string();
        let about = support::json(&case.join("case.json"));
        let expected = support::json(&case.join("expected.json"));
        let spec = about
            .get("labels")
            .map(|labels| Spec::parse(&format!("version = 1\nclasses = {labels}")).unwrap());
        let mut read = formats::read(&case, &Limits::default()).unwrap();
        checks::run(&mut read, spec.as_ref());

        let wanted: BTreeSet<(&str, String)> = expected["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| {
                !finding["kind"].as_str().unwrap().starts_with("rater_")
                    || finding["kind"] == "rater_contradicts_self"
            })
            .map(|finding| (finding["kind"].as_str().unwrap(), wanted_place(finding)))
            .collect();
        let kinds: BTreeSet<&str> = wanted.iter().map(|(kind, _)| *kind).collect();
        let mut found = BTreeSet::new();
        for &kind in &kinds {
            let (_, codes) = KINDS
                .iter()
                .find(|(known, _)| *known == kind)
                .unwrap_or_else(|| panic!("{name}: {kind} has no code"));
            for remark in read.remarks.iter().filter(|remark| codes.contains(&remark.code)) {
                found.insert((kind, found_place(kind, remark, &read)));
            }
        }
        let missed: Vec<_> = wanted.difference(&found).collect();
        assert!(missed.is_empty(), "{name}: missed {missed:#?}");
        // A knock-on finding is welcome where something is wrong anyway.
        let places: BTreeSet<&String> = wanted.iter().map(|(_, place)| place).collect();
        let false_alarms: Vec<_> =
            found.difference(&wanted).filter(|(_, place)| !places.contains(place)).collect();
        assert!(false_alarms.is_empty(), "{name}: false alarms {false_alarms:#?}");
    }
}

/// The place of an expected finding, in one line.
fn wanted_place(finding: &Value) -> String {
    let of = |key: &str| finding.get(key).filter(|value| !value.is_null());
    let text =
        |key: &str| of(key).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    if let Some(id) = text("annotation_id") {
        return format!("annotation {id}");
    }
    if let Some(id) = text("image_id") {
        return format!("image {id}");
    }
    if let Some(id) = text("category_id") {
        return format!("category {id}");
    }
    if let Some(file) = text("file") {
        return format!("{file}:{}", text("line").unwrap_or_default());
    }
    if let Some(worker) = text("worker") {
        return format!("{} by {worker}", text("item").unwrap());
    }
    format!("{}#{}", text("id").unwrap(), text("span").unwrap_or_default())
}

/// The place of a remark, in the same form.
fn found_place(kind: &str, remark: &Remark, read: &Delivery) -> String {
    let labels = &read.labels;
    let annotation = || {
        labels.annotations.get(remark.annotation as usize).or_else(|| {
            labels
                .annotations
                .iter()
                .find(|at| (at.file, at.row, at.part) == (remark.file, remark.row, remark.part))
        })
    };
    let file = &labels.files[remark.file as usize];
    if file.ends_with(".txt") {
        let line = if remark.row == 0 { String::new() } else { remark.row.to_string() };
        return format!("{file}:{line}");
    }
    if file.ends_with(".csv") {
        let at = annotation().unwrap();
        return format!("{} by {}", labels.item_name(at.item), labels.raters.name(at.rater));
    }
    if file.ends_with(".jsonl") {
        let item = if remark.item == NONE { annotation().unwrap().item } else { remark.item };
        let part = if kind == "offsets_in_utf16_units" {
            String::new()
        } else {
            (remark.part - 1).to_string()
        };
        return format!("{}#{part}", labels.item_name(item));
    }
    if kind.contains("category") && kind != "unknown_category" {
        let class = labels.classes.iter().find(|class| class.row == remark.row).unwrap();
        return format!("category {}", class.id.unwrap());
    }
    if remark.item != NONE && remark.annotation == NONE {
        return format!("image {}", labels.items[remark.item as usize].id.unwrap());
    }
    let at = annotation().unwrap_or_else(|| panic!("{kind}: {remark:?}"));
    format!("annotation {}", labels.detail(at).unwrap().id.unwrap())
}

#[test]
fn findings_do_not_depend_on_threads() {
    for case in support::cases("defects") {
        let found = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut read = formats::read(Path::new(&case), &Limits::default()).unwrap();
                checks::run(&mut read, None);
                read.remarks.iter().cloned().collect::<Vec<_>>()
            })
        };
        assert_eq!(found(1), found(8));
    }
}
