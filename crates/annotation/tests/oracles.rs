//! Walks the cases of `$SHUJIAN_DATA/annotation` and compares every expected number.
//!
//! A new case folder is covered unasked: its `case.json` names the kind, the kind names the test.
//! Reals agree within 1e-9 (absolute or relative); counts, rows and plans exactly.

#![expect(clippy::unwrap_used, reason = "a test says where it fails")]

#[path = "oracles/agreement.rs"]
mod agreement;
#[path = "oracles/compare.rs"]
mod compare;
#[path = "oracles/crowd.rs"]
mod crowd;
#[path = "oracles/detection.rs"]
mod detection;
#[path = "oracles/label_errors.rs"]
mod label_errors;
#[path = "oracles/sampling.rs"]
mod sampling;
#[path = "oracles/text.rs"]
mod text;

use std::path::{Path, PathBuf};

use compare::{Compare, json};

/// Compares one case.
type Run = fn(&Path, &mut Compare);

/// What runs a case of a kind; kinds of the readers' room are theirs.
const KINDS: &[(&str, Run)] = &[
    ("crowd", crowd::crowd),
    ("crowd_numeric", crowd::numeric),
    ("ratings", agreement::ratings),
    ("counts", agreement::counts),
    ("contingency", agreement::contingency),
    ("degenerate", agreement::degenerate),
    ("label_errors", label_errors::label_errors),
    ("sampling", sampling::sampling),
    ("asr", text::asr),
    ("sequence", text::sequence),
    ("coco", detection::coco),
    ("voc_ap", detection::voc_ap),
];

const FOLDERS: &[&str] =
    &["crowd", "agreement", "label_errors", "sampling", "text", "sequence", "detection"];

fn data() -> PathBuf {
    let given = std::env::var_os("SHUJIAN_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    given.unwrap_or_else(beside).join("annotation")
}

#[test]
fn every_case_gives_its_expected_numbers() {
    let mut ran = 0;
    let mut wrong = Vec::new();
    for folder in FOLDERS {
        let Ok(entries) = std::fs::read_dir(data().join(folder)) else {
            println!("skipped {folder}: {} is not there", data().join(folder).display());
            continue;
        };
        let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        cases.sort();
        for case in cases.iter().filter(|case| case.join("case.json").is_file()) {
            let kind = json(&case.join("case.json"))["kind"].as_str().unwrap().to_owned();
            let run = KINDS.iter().find(|row| row.0 == kind);
            let (_, run) = run.unwrap_or_else(|| panic!("{}: unknown kind {kind}", case.display()));
            let mut compare = Compare::new(case);
            run(case, &mut compare);
            println!("{}: {} numbers compared", case.display(), compare.compared());
            ran += 1;
            wrong.extend(compare.wrong);
        }
    }
    println!("{ran} cases");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
