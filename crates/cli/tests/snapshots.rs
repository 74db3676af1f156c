//! Whole reports over a small dataset, reviewed as code.
//!
//! Formulas may move numbers without a change here: digits, digests and bars are masked, so that
//! what is kept is every word, its order and its place. `UPDATE_EXPECT=1 cargo test -p shujian-cli
//! --test snapshots` rewrites the files under `expect/`.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use shujian_fixtures::language::{self, Subject};
use shujian_fixtures::table::{Drying, Rows};
use shujian_fixtures::write::{csv, jsonl};

const EXAMPLE: &str = include_str!("../../../pipelines/application.example.toml");

/// A folder with questions, a table, a broken line, notes and an image.
fn dataset() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let questions = jsonl(&language::questions(Subject::Farm, 3, 300));
    fs::write(data.join("qa.jsonl"), questions + "{\"question\": \"broken\n").unwrap();
    fs::write(data.join("drying.csv"), csv(&Drying::new(2).take(300))).unwrap();
    fs::write(data.join("README.md"), "# notes").unwrap();
    fs::write(data.join("photo.jpg"), b"\xff\xd8\xff\xe0\0\x10JFIF\0").unwrap();
    folder
}

fn shujian(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_shujian"))
        .args(args)
        .current_dir(folder)
        .env("LC_ALL", "en_US.UTF-8")
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn expect(name: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expect").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, actual).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(actual, expected, "{name}; UPDATE_EXPECT=1 rewrites it");
}

/// Numbers as one `0`, bars as one block, runs of blanks within a line as one; codes of findings
/// and gates stay, the digest in the first line does not.
fn masked(report: &str) -> String {
    report.lines().map(|line| masked_line(line) + "\n").collect()
}

fn masked_line(line: &str) -> String {
    let is_title = line.starts_with("Shujian ") || line.starts_with("数鉴 ");
    let line = if is_title { line.rsplit_once(' ').unwrap().0 } else { line.trim_end() };
    let text = line.trim_start();
    let mut out = " ".repeat(line.len() - text.len());
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !out.trim_start().is_empty() {
            out.push(' ');
        }
        let is_gate = word.len() == 2 && word.starts_with('G');
        if is_gate || word.starts_with("SJ-") {
            out.push_str(word);
        } else {
            out.push_str(&masked_word(word));
        }
    }
    out
}

fn masked_word(word: &str) -> String {
    let mut out = String::new();
    for sign in word.chars() {
        match sign {
            '0'..='9' | ',' | '.' if out.ends_with('0') => {}
            '0'..='9' => out.push('0'),
            '█' | '░' if out.ends_with('█') => {}
            '█' | '░' => out.push('█'),
            sign => out.push(sign),
        }
    }
    out
}

/// The shape of a card: numbers as 0, digests as `#`, of each list the first entry of a kind.
fn shape(value: &mut Value) {
    match value {
        Value::Number(number) => *number = 0.into(),
        Value::String(text) if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            "#".clone_into(text);
        }
        Value::String(text) => *text = masked(text).trim_end().to_owned(),
        Value::Array(items) => {
            items.truncate(1);
            items.iter_mut().for_each(shape);
        }
        Value::Object(members) => {
            let first = members.keys().next().cloned();
            if first.is_some_and(|key| key.len() == 64) {
                *value = Value::String("places by digest".to_owned());
                return;
            }
            members.values_mut().for_each(shape);
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[test]
fn a_report_reads_well_in_both_languages() {
    let folder = dataset();
    for lang in ["zh", "en"] {
        let open = shujian(folder.path(), &["grade", "data", "--lang", lang]);
        let profile = shujian(folder.path(), &["profile", "data", "--lang", lang]);
        fs::write(folder.path().join("a.toml"), EXAMPLE).unwrap();
        let args = ["grade", "data", "--application", "a.toml", "--lang", lang];
        let known = shujian(folder.path(), &args);
        for report in [&open, &profile, &known] {
            assert!(report.lines().count() <= 40, "{report}");
        }
        expect(&format!("report.{lang}.txt"), &masked(&format!("{open}\n{known}\n{profile}")));
    }
}

#[test]
fn a_card_keeps_its_shape() {
    let folder = dataset();
    fs::write(folder.path().join("a.toml"), EXAMPLE).unwrap();
    let args = ["grade", "data", "--application", "a.toml", "--format", "json"];
    let mut card: Value = serde_json::from_str(&shujian(folder.path(), &args)).unwrap();
    // Which loss comes first is a matter of numbers.
    card["assessment"]["losses"]
        .as_array_mut()
        .unwrap()
        .sort_by_key(|loss| loss["name"].to_string());
    shape(&mut card);
    expect("card.json", &(serde_json::to_string_pretty(&card).unwrap() + "\n"));
}
