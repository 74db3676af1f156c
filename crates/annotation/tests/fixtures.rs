//! Walks the table of formats: each has a fixture that is read without error, comes back from its own
//! writer, and may be damaged in any way.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use shujian_annotation::checks;
use shujian_annotation::convert::{self, WRITERS};
use shujian_annotation::formats::{self, Delivery, FORMATS};
use shujian_annotation::labels::NONE;
use shujian_annotation::matching::{self, ABSENT, Settings};
use shujian_core::{Limits, Severity};

fn folder(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/annotation").join(format)
}

/// A fixture; that of Parquet, which people cannot read, is written from that of CSV.
fn read(format: &str) -> Delivery {
    if format == "table-parquet" {
        let table = read("table-csv");
        let converted = convert::convert(&table.labels, format).unwrap();
        let (path, bytes) = converted.files.into_iter().next().unwrap();
        return formats::read_bytes(&path, &bytes, &Limits::default());
    }
    formats::read(&folder(format), &Limits::default()).unwrap()
}

/// What survives a conversion, item by item.
fn summary(read: &Delivery) -> Vec<String> {
    let labels = &read.labels;
    let mut lines: Vec<String> = labels
        .annotations
        .iter()
        .map(|at| {
            let rect = labels.rect(at).map_or(String::new(), |rect| {
                let [left, top, right, bottom] = rect.bounds();
                format!("{left:.3} {top:.3} {right:.3} {bottom:.3}")
            });
            let rater = labels.raters.name(at.rater);
            format!("{} {} {rater} {rect}", at.shape.name(), labels.class_name(at.class))
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn every_format_is_found_by_itself_and_has_no_error() {
    for format in FORMATS {
        let mut read = read(format.name());
        checks::run(&mut read, None);
        assert_eq!(read.formats(), [format.name()]);
        assert!(!read.labels.annotations.is_empty(), "{}", format.name());
        assert!(read.labels.annotations.iter().all(|at| at.item != NONE), "{}", format.name());
        let skipped: u64 = read.files.iter().map(|file| file.skipped).sum();
        assert_eq!(skipped, 0, "{}", format.name());
        let found = read.remarks.findings(&read.labels).into_card();
        let wrong: Vec<_> = found.iter().filter(|at| at.severity == Severity::Error).collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", format.name());
    }
}

#[test]
fn what_a_writer_says_it_keeps_comes_back() {
    for writer in WRITERS {
        let before = read(writer.name);
        let converted = convert::convert(&before.labels, writer.name).unwrap();
        let place = tempfile::tempdir().unwrap();
        for (path, bytes) in &converted.files {
            let path = place.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let mut after = formats::read(place.path(), &Limits::default()).unwrap();
        assert_eq!(after.formats(), [writer.name]);
        if converted.lost.is_empty() {
            assert_eq!(summary(&before), summary(&after), "{}", writer.name);
        }
        let written = after.labels.annotations.len() as u64;
        assert!(
            written >= converted.written,
            "{}: {written} of {}",
            writer.name,
            converted.written
        );
        checks::run(&mut after, None);
        let found = after.remarks.findings(&after.labels).into_card();
        let wrong: Vec<_> = found.iter().filter(|at| at.severity == Severity::Error).collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", writer.name);
    }
}

#[test]
fn every_format_is_written_from_every_other_and_what_is_lost_is_counted() {
    for format in FORMATS {
        let read = read(format.name());
        for writer in WRITERS {
            let converted = convert::convert(&read.labels, writer.name).unwrap();
            let left_out: u64 = converted
                .lost
                .iter()
                .filter(|loss| {
                    ["annotations left out", "image size unknown"].contains(&loss.what.en)
                })
                .map(|loss| loss.count)
                .sum();
            let all = read.labels.annotations.len() as u64;
            assert_eq!(converted.written + left_out, all, "{} to {}", format.name(), writer.name);
        }
    }
}

/// Every file of every fixture.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for format in FORMATS {
        if format.name() == "table-parquet" {
            let converted = convert::convert(&read("table-csv").labels, format.name()).unwrap();
            files.extend(converted.files);
            continue;
        }
        for file in read(format.name()).files {
            let bytes = std::fs::read(folder(format.name()).join(&file.name)).unwrap();
            files.push((file.name, bytes));
        }
    }
    files
}

fn survive(name: &str, bytes: &[u8]) -> Delivery {
    let mut read = formats::read_bytes(name, bytes, &Limits::default());
    checks::run(&mut read, None);
    assert!(read.labels.annotations.len() <= bytes.len(), "{name}: more labels than bytes");
    for remark in read.remarks.iter() {
        let _ = remark.place(&read.labels);
    }
    for writer in WRITERS {
        let _ = convert::convert(&read.labels, writer.name).unwrap();
    }
    read
}

/// A file cut short at any byte never says more than the whole, and never brings the reader down.
#[test]
fn a_file_cut_short_gives_what_was_before_the_cut() {
    for (name, bytes) in files() {
        let whole = survive(&name, &bytes).labels.annotations.len();
        for cut in (0..bytes.len()).step_by(1 + bytes.len() / 60) {
            let read = survive(&name, &bytes[..cut]);
            assert!(read.labels.annotations.len() <= whole, "{name} cut at {cut}");
            let closed = bytes[cut..].trim_ascii().is_empty();
            if [".json", ".xml"].iter().any(|end| name.ends_with(end)) && !closed {
                let found = read.remarks.findings(&read.labels).into_card();
                let errors = found.iter().any(|at| at.severity == Severity::Error);
                assert!(errors, "{name} cut at {cut} goes unremarked");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_bytes_never_bring_a_reader_down(
        file in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let files = files();
        let (name, bytes) = &files[file.index(files.len())];
        let mut bytes = bytes.clone();
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        survive(name, &bytes);
    }
}

#[test]
fn an_empty_delivery_is_said_to_be_empty() {
    let place = tempfile::tempdir().unwrap();
    let mut read = formats::read(place.path(), &Limits::default()).unwrap();
    checks::run(&mut read, None);
    assert_eq!(read.remarks.count(shujian_annotation::code::EMPTY_DELIVERY), 1);
    assert!(formats::read(&place.path().join("nothing"), &Limits::default()).is_err());
}

#[test]
fn no_entity_is_expanded() {
    let text = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\
        <annotation><filename>a.jpg</filename><size><width>9</width><height>9</height></size>\
        <object><name>cat&x;</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object></annotation>";
    let read = formats::read_bytes("a.xml", text.as_bytes(), &Limits::default());
    assert_eq!(read.formats(), ["voc"]);
    assert_eq!(read.labels.class_name(0), "cat");
    assert_eq!(read.remarks.count(shujian_annotation::code::XML_ENTITY), 2);
}

/// Two folders in two formats, as two raters of the same pictures.
#[test]
fn folders_of_two_raters_are_matched_by_overlap() {
    let place = tempfile::tempdir().unwrap();
    let boxes = |list: &[[f64; 4]], class: &[u32]| {
        let annotations: Vec<String> = list
            .iter()
            .zip(class)
            .enumerate()
            .map(|(id, (at, class))| {
                format!(
                    r#"{{"id":{id},"image_id":1,"category_id":{class},"bbox":{at:?},"area":1}}"#
                )
            })
            .collect();
        format!(
            r#"{{"images":[{{"id":1,"file_name":"a.jpg","width":99,"height":99}},{{"id":2,"file_name":"b.jpg","width":9,"height":9}}],
            "categories":[{{"id":1,"name":"cat"}},{{"id":2,"name":"dog"}}],"annotations":[{}]}}"#,
            annotations.join(",")
        )
    };
    let write = |name: &str, text: String| {
        let folder = place.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("a.json"), text).unwrap();
        folder
    };
    let zhao = write("zhao", boxes(&[[0., 0., 10., 10.], [20., 0., 10., 10.]], &[1, 1]));
    let qian = write(
        "qian",
        boxes(&[[21., 0., 10., 10.], [0., 1., 10., 10.], [50., 50., 5., 5.]], &[2, 1, 1]),
    );
    let panel = matching::gather(&[zhao, qian], &Limits::default()).unwrap();
    assert_eq!(panel.labels.items.len(), 2);
    let matched = matching::match_marks(&panel, &Settings::default());
    let votes: Vec<[&str; 3]> = matched
        .table
        .votes
        .iter()
        .map(|vote| {
            let table = &matched.table;
            [
                &table.items[vote.item as usize],
                &table.raters[vote.rater as usize],
                &table.classes[vote.label as usize],
            ]
        })
        .collect();
    let expected = [
        ["a.jpg#000001", "qian", "dog"],
        ["a.jpg#000001", "zhao", "cat"],
        ["a.jpg#000002", "qian", "cat"],
        ["a.jpg#000002", "zhao", "cat"],
        ["a.jpg#000003", "qian", "cat"],
        ["a.jpg#000003", "zhao", ABSENT],
    ];
    assert_eq!(votes, expected);
    let pairs = matching::pairs(&panel, &Settings::default());
    assert_eq!((pairs.len(), pairs[0].items, pairs[0].matched, pairs[0].same_class), (1, 2, 2, 1));
    assert_eq!(pairs[0].f1(), Some(0.8));
    assert!((pairs[0].mean_overlap.unwrap() - 90.0 / 110.0).abs() < 1e-12);
}

/// A JSON file over the limit of memory is read as a stream, to the same labels.
#[test]
fn a_large_file_is_streamed() {
    let place = tempfile::tempdir().unwrap();
    let annotations: Vec<String> = (0..8000)
        .map(|id| {
            let (x, y) = (id % 100, id / 100);
            format!(
                r#"{{"id":{id},"image_id":1,"category_id":1,"bbox":[{x},{y},3,4],"note":"{}"}}"#,
                "长".repeat(40)
            )
        })
        .collect();
    let text = format!(
        r#"{{"images":[{{"id":1,"file_name":"a.jpg","width":999,"height":999}}],"categories":[{{"id":1,"name":"cat"}}],"annotations":[{}]}}"#,
        annotations.join(",")
    );
    let path = place.path().join("a.json");
    std::fs::write(&path, &text).unwrap();
    let small = Limits { memory_bytes: 4 << 20, ..Limits::default() };
    assert!(text.len() as u64 > small.memory_bytes / 4);
    let (streamed, whole) =
        (formats::read(&path, &small).unwrap(), formats::read(&path, &Limits::default()).unwrap());
    assert!(streamed.remarks.is_empty());
    assert_eq!(summary(&streamed), summary(&whole));
    assert_eq!(streamed.labels.annotations.len(), 8000);
}
