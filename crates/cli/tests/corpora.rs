//! Real datasets are read without a flag, whole, and their known copies are found exactly.
//!
//! The data is not part of the project: `SHUJIAN_DATA` names its folder. Counts are those of each
//! dataset's own `SOURCE.md`.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]
#![expect(clippy::print_stdout, reason = "a skipped test says why")]

use std::path::{Path, PathBuf};

use shujian_core::Card;
use shujian_engine::{Options, Unwatched};

/// Records by kind of file: (kind, files, records or samples).
type Kinds = &'static [(&'static str, u64, u64)];

const COUNTS: &[(&str, Kinds)] = &[
    ("agri-trials", &[("csv", 19, 77_898)]),
    ("bccd-voc", &[("jpeg", 364, 0), ("xml", 364, 0)]),
    ("city-vehicle-thefts", &[("arrow", 2, 35_746 + 5_000)]),
    // Six tables of judgements and their truths.
    ("crowd-labels", &[("csv", 12, 51_091 + 5_452)]),
    // The texts, and the tree of labels with ten classes at its root.
    ("en-maintenance-ner", &[("json", 2, 1_076 + 10)]),
    ("fsdd-audio", &[("webdataset-sample", 2, 400)]),
    // 31 series; the labels are two mappings of 58 series each.
    ("nab-series", &[("csv", 31, 139_187), ("json", 2, 116)]),
    ("nyc-flights", &[("parquet", 4, 336_776), ("csv", 3, 16 + 1_458 + 3_322)]),
    ("nyc-weather-hourly", &[("csv", 1, 26_115)]),
    ("storms-quakes", &[("jsonl", 1, 20_778), ("json", 1, 1_707)]),
    ("turbofan-fd001", &[("parquet", 2, 20_631 + 13_096)]),
    ("zh-fin-instruct", &[("jsonl", 4, 400)]),
    ("zh-gsd-conllu", &[("conllu", 2, 1_000)]),
    ("zh-manpages", &[("text", 531, 531)]),
    ("zh-med-dialogue", &[("csv", 1, 7_644)]),
    ("zh-poetry", &[("json", 15, 390 + 4_003 + 8_000)]),
];

/// The folder of real datasets, or a printed reason to skip.
fn corpora() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("SHUJIAN_DATA").map_or(default, PathBuf::from);
    let corpora = data.join("corpora");
    if !corpora.is_dir() {
        println!("skipped: no real datasets under {} (set SHUJIAN_DATA)", corpora.display());
        return None;
    }
    Some(corpora)
}

fn profile(folder: &Path) -> Card {
    shujian_engine::profile(&[folder.to_owned()], &Options::default(), &Unwatched).unwrap()
}

#[test]
fn counts_are_those_of_the_sources() {
    let Some(corpora) = corpora() else { return };
    for (name, kinds) in COUNTS {
        let card = profile(&corpora.join(name));
        for (kind, files, records) in *kinds {
            let found = card.dataset.kinds.iter().find(|found| found.kind == *kind);
            let found =
                found.unwrap_or_else(|| panic!("{name}: no {kind} among {:?}", card.dataset.kinds));
            assert_eq!((found.files, found.records), (*files, *records), "{name}: {kind}");
        }
        assert_eq!(card.records.skipped, 0, "{name}: {:#?}", card.findings);
        assert_eq!(card.records.read, card.records.present, "{name}");
    }
}

#[test]
fn format_samples_are_all_accounted_for() {
    let Some(corpora) = corpora() else { return };
    let card = profile(&corpora.join("format-samples"));
    // 271 samples and the note on their source.
    assert_eq!(card.dataset.files, 272);
    assert_eq!(card.records.read + card.records.skipped, card.records.present);
}

#[test]
fn known_copies_are_found_exactly() {
    let Some(corpora) = corpora() else { return };
    for (name, exact) in [("city-vehicle-thefts", 5_000), ("zh-med-dialogue", 378)] {
        assert_eq!(profile(&corpora.join(name)).records.exact_duplicates, exact, "{name}");
    }
}
