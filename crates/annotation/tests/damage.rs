//! A damaged file among good ones: every format's fixture, with a second copy of each of its files cut
//! short anywhere or with bytes flipped. Such a delivery is not accepted with fewer labels than it had,
//! and no other file loses one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use shujian_annotation::convert;
use shujian_annotation::formats::{self, FORMATS, stem};
use shujian_annotation::verdict::{self, Asked, Review, Status};
use shujian_core::{LabelVerdict, Limits, Severity};

type Files = BTreeMap<String, Vec<u8>>;

/// The files of a format's fixture; that of Parquet is written from that of CSV. A mark of LabelMe that
/// one bit turns into a deleted one is left out: nobody could tell.
fn fixture(format: &str) -> Files {
    let folder = |name: &str| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/annotation").join(name)
    };
    if format == "table-parquet" {
        let table = formats::read(&folder("table-csv"), &Limits::default()).unwrap();
        return convert::convert(&table.labels, format).unwrap().files;
    }
    let read = formats::read(&folder(format), &Limits::default()).unwrap();
    let bytes = |name: &String| {
        let text = std::fs::read(folder(format).join(name)).unwrap();
        match String::from_utf8(text) {
            Ok(text) => text.replace("<deleted>0</deleted>", "").into_bytes(),
            Err(binary) => binary.into_bytes(),
        }
    };
    read.files.iter().map(|file| (file.name.clone(), bytes(&file.name))).collect()
}

/// Names of the files that hold labels.
fn label_files(format: &str) -> Vec<String> {
    let files = fixture(format);
    let place = write(&files);
    let read = formats::read(place.path(), &Limits::default()).unwrap();
    let held = read.files.into_iter().filter(|file| file.annotations > 0);
    held.map(|file| file.name).collect()
}

fn write(files: &Files) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path: PathBuf = place.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    place
}

/// What is delivered and what came of it: labels read, of sequences their tags, and the review.
fn judge(files: &Files) -> (u64, Review) {
    let place = write(files);
    let (delivery, root) = verdict::open(place.path(), &Limits::default()).unwrap();
    let (marks, tags) = (delivery.labels.annotations.len(), delivery.labels.tags.len());
    let labels = if tags > 0 { tags } else { marks } as u64;
    (labels, verdict::review(delivery, root, &Asked::default()))
}

/// The fixture with a second copy of one of its files, which holds other bytes.
fn beside(format: &str, name: &str, bytes: &[u8]) -> Files {
    let mut files = fixture(format);
    let copy = match stem(name).strip_suffix("gt/gt") {
        Some(before) => format!("{before}second/gt/gt.txt"),
        None => format!("{}_2{}", stem(name), &name[stem(name).len()..]),
    };
    files.insert(copy, bytes.to_vec());
    files
}

/// Whether the verdict says that something is wrong.
fn is_told(review: &Review) -> bool {
    let missed = |status| matches!(status, Status::Missed | Status::Failed);
    let by_rule = review.criteria.iter().any(|criterion| missed(criterion.status));
    let by_finding = review.findings.iter().any(|found| found.severity == Severity::Error);
    assert!(!by_finding || by_rule, "an error that no rule minds: {:?}", review.findings);
    by_rule && review.verdict.decision != LabelVerdict::Accept
}

/// Formats whose records are lines: what is cut off behind a line cannot be known.
const LINES: [&str; 8] =
    ["kitti", "mot", "icdar", "rttm", "yolo", "conll", "table-csv", "table-jsonl"];

/// Where the line ends that a cut lies in.
fn line_end(bytes: &[u8], cut: usize) -> usize {
    let begun = cut > 0 && bytes[cut - 1] != b'\n';
    let rest = bytes[cut..].iter().position(|&byte| byte == b'\n');
    if begun { rest.map_or(bytes.len(), |end| cut + end + 1) } else { cut }
}

#[test]
fn a_file_cut_short_is_told_beside_good_ones_and_alone() {
    for format in FORMATS.iter().map(|format| format.name()) {
        for name in label_files(format) {
            let bytes = fixture(format)[&name].clone();
            let of_lines = LINES.contains(&format) || name.ends_with(".jsonl");
            let alone = |bytes: &[u8]| {
                let mut files = fixture(format);
                files.insert(name.clone(), bytes.to_vec());
                files
            };
            for cut in (1..bytes.len()).step_by(1 + bytes.len() / 50) {
                if bytes[cut..].trim_ascii().is_empty() {
                    continue;
                }
                let kept = if of_lines { line_end(&bytes, cut) } else { bytes.len() };
                for (how, made, whole) in [
                    (
                        "beside",
                        beside(format, &name, &bytes[..cut]),
                        beside(format, &name, &bytes[..kept]),
                    ),
                    ("alone", alone(&bytes[..cut]), alone(&bytes[..kept])),
                ] {
                    let (labels, review) = judge(&made);
                    let (whole, _) = judge(&whole);
                    assert!(
                        is_told(&review) || labels >= whole,
                        "{format} {how}: {name} cut at {cut} of {}: {labels} of {whole} labels",
                        bytes.len()
                    );
                    if how == "beside" {
                        let (good, _) = judge(&fixture(format));
                        assert!(
                            labels >= good,
                            "{format}: {name} cut at {cut} costs other files labels"
                        );
                    }
                }
            }
        }
    }
}

proptest! {
    // A fixed seed: what a flip hides of another one differs by format, and a run should be repeatable.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(4),
        ..ProptestConfig::with_cases(400)
    })]

    /// One line end joined with the next line may be one long text, and a second flip hide its seam:
    /// line ends are flipped alone.
    #[test]
    fn flipped_bytes_are_told_or_cost_no_label(
        format in 0..FORMATS.len(),
        file in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u32), 1..3),
    ) {
        let format = FORMATS[format].name();
        let names = label_files(format);
        let name = &names[file.index(names.len())];
        let mut bytes = fixture(format)[name].clone();
        let (whole, _) = judge(&beside(format, name, &bytes));
        let count = flips.len();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            prop_assume!(count == 1 || !matches!(bytes[at], b'\n' | b'\r'));
            bytes[at] ^= 1 << bit;
        }
        let (labels, review) = judge(&beside(format, name, &bytes));
        prop_assert!(
            is_told(&review) || labels >= whole,
            "{format}: {labels} of {whole} labels\n{}", String::from_utf8_lossy(&bytes)
        );
    }
}

#[test]
fn rubbish_in_the_place_of_labels_is_told() {
    for format in FORMATS.iter().map(|format| format.name()) {
        for name in label_files(format) {
            for rubbish in [
                &b"\0\0\0\0\0\0\0\0"[..],
                b"\x7fELF\x02\x01\xfe\xff\n\xc3(",
                b"nothing to see\nhere\n",
            ] {
                let (labels, review) = judge(&beside(format, &name, rubbish));
                assert!(is_told(&review), "{format}: {name} as {rubbish:?}: {:?}", review.verdict);
                assert!(labels >= judge(&fixture(format)).0, "{format}");
            }
        }
    }
}

#[test]
fn documents_beside_labels_are_no_error() {
    for format in FORMATS.iter().map(|format| format.name()) {
        let mut files = fixture(format);
        let (labels, before) = judge(&files);
        let folder =
            label_files(format)[0].rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        for (name, text) in [
            ("README.txt", "Labels of three streets.\n"),
            ("README.md", "# Labels\n"),
            ("LICENSE", "MIT\n"),
            ("notes.txt", "taken in May\n"),
            ("train.txt", "data/images/a.jpg\ndata/images/b.jpg\n"),
            ("export.json", "{\"tool\": \"x\", \"made\": \"2026-03-02\"}"),
            ("config.xml", "<config><tool>x</tool></config>\n"),
            ("cameras.csv", "camera,lens\nc1,35\nc2,50\n"),
            ("a.jpg", "not really a picture"),
        ] {
            files
                .insert(format!("{folder}/{name}").trim_start_matches('/').to_owned(), text.into());
        }
        let (after, review) = judge(&files);
        assert_eq!(labels, after, "{format}");
        let errors = review.findings.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{format}: {:?}", review.findings);
        assert_eq!(before.verdict, review.verdict, "{format}");
    }
}
