//! `shujian registry import`, `export` and `report`, end to end; mlcroissant judges our Croissant.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn registry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shujian"))
        .current_dir(folder)
        .env_remove("SHUJIAN_DB")
        .env_remove("SHUJIAN_KEYS")
        .args(["--lang", "en", "registry"])
        .args(args)
        .output()
        .expect("the binary starts")
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn ok(folder: &Path, args: &[&str]) -> String {
    let output = registry(folder, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
    said(&output)
}

const CODE: &str = "91350100M000100Y43";
const ABOUT: [&str; 6] = [
    "--site",
    "https://data.example.gov.cn/register/",
    "--publisher",
    "省数据管理部门",
    "--licence",
    "https://creativecommons.org/licenses/by/4.0/",
];

/// A trial registry with an officer, and a national project that was approved.
fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ok(at, &["init", "--trial"]);
    ok(at, &["enrol", "officer/li", "--on", "2026-03-02"]);
    fs::write(at.join("orgs.csv"), format!("统一社会信用代码,名称\n{CODE},=1+1 公司\n")).unwrap();
    let import = ["import", "organisation", "orgs.csv", "--as", "officer/li"];
    assert!(ok(at, &import).contains("1 would be new"));
    assert!(ok(at, &[&import[..], &["--apply"]].concat()).contains("imported: new 1"));
    let seen = ["verified_source=公示系统", "verified_on=2026-03-02", "--as", "officer/li"];
    ok(at, &[&["transition", CODE, "verify"][..], &seen].concat());
    let croissant = r#"{"@type": "sc:Dataset", "name": "黑土地遥感数据集", "license": "x",
        "conformsTo": "http://mlcommons.org/croissant/1.1"}"#;
    fs::write(at.join("croissant.json"), croissant).unwrap();
    let with = ["--with", "nominated_on=2026-01-15", "--with", "sector=agriculture", "--with"];
    let organisation = format!("organisation={CODE}");
    let import = ["import", "national-project", "croissant.json", "--as", "officer/li", "--apply"];
    let import = ok(at, &[&import[..], &with, &[&organisation]].concat());
    assert!(import.contains("no place for license"), "{import}");
    let approve = [
        "transition",
        "HLJ-NP-2026-0001",
        "state-approve",
        "document_no=12",
        "approved_on=2026-02-20",
        "authority=国家数据局",
        "approved_investment=100000000.00",
        "--as",
        "officer/li",
    ];
    ok(at, &approve);
    folder
}

#[test]
fn a_bad_row_is_named_and_nothing_is_written() {
    let folder = world();
    let at = folder.path();
    let rows = "number,name\n91230100MA0000000M,甲\n91350100M000100Y44,乙\n";
    fs::write(at.join("bad.csv"), rows).unwrap();
    let output =
        registry(at, &["import", "organisation", "bad.csv", "--as", "officer/li", "--apply"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("row 3: number:"), "{}", said(&output));
    assert!(!ok(at, &["list", "organisation"]).contains("91230100MA0000000M"));
    let batch = "name,measure,year,opens_on,closes_on\n春,nothing,2026,2026-03-01,2026-03-31\n";
    fs::write(at.join("batch.csv"), batch).unwrap();
    let output = registry(at, &["import", "batch", "batch.csv", "--as", "officer/li", "--apply"]);
    assert_eq!(output.status.code(), Some(1));
    let report = said(&output);
    assert!(report.contains("row 2: measure: there is no nothing; there are"), "{report}");
    for (name, text, code, word) in [
        ("a.csv", "weather\nfine\n", 1, "no column \"weather\""),
        ("b.csv", "", 3, "no heading"),
        ("c.txt", "x", 2, ".csv, .xlsx or .json"),
        ("d.json", "{}", 3, "no list of objects"),
        ("e.xlsx", "x", 3, "no XLSX workbook"),
    ] {
        fs::write(at.join(name), text).unwrap();
        let output = registry(at, &["import", "organisation", name, "--as", "officer/li"]);
        assert_eq!(output.status.code(), Some(code), "{name}: {}", said(&output));
        assert!(said(&output).contains(word), "{name}: {}", said(&output));
    }
}

#[test]
fn every_form_is_written_and_sums_are_shown() {
    let folder = world();
    let at = folder.path();
    for (form, file) in [
        ("csv", "register.csv"),
        ("xlsx", "register.xlsx"),
        ("json", "register.json"),
        ("croissant", "HLJ-NP-2026-0001.croissant.json"),
        ("dcat", "catalogue.jsonld"),
        ("datapackage", "datapackage.json"),
    ] {
        ok(at, &[&["export", form, "-o", "out"], &ABOUT[..]].concat());
        assert!(at.join("out").join(file).is_file(), "{form}");
    }
    let csv = fs::read_to_string(at.join("out/register.csv")).unwrap();
    assert!(csv.contains("'=1+1 公司"), "{csv}");
    let output = registry(at, &["export", "croissant", "-o", "out"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("needs --site"), "{}", said(&output));

    let table = ok(at, &["report", "--by", "city,sector"]);
    assert!(table.contains("agriculture") && table.contains("total"), "{table}");
    let json: Value = serde_json::from_str(&ok(at, &["report", "--format", "json"])).unwrap();
    assert_eq!(
        (&json["total"]["entries"], &json["schema"]),
        (&1.into(), &"shujian.registry-sums.v1".into())
    );
    ok(at, &["report", "--format", "parquet", "-o", "sums.parquet"]);
    assert!(fs::read(at.join("sums.parquet")).unwrap().starts_with(b"PAR1"));
    assert_eq!(registry(at, &["report", "--format", "parquet"]).status.code(), Some(2));
}

/// mlcroissant 1.1 from PyPI in an environment of its own, kept between runs; where it cannot be
/// had, this says so aloud.
#[test]
fn mlcroissant_accepts_every_export() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mlcroissant.sh");
    let folder = world();
    let at = folder.path();
    ok(at, &[&["export", "croissant", "-o", "out"], &ABOUT[..]].concat());
    let run = Command::new("bash").arg(script).arg(at.join("out")).output().expect("bash starts");
    let out = said(&run);
    if run.status.code() == Some(77) {
        println!("skipped: {out}");
        return;
    }
    assert!(run.status.success(), "{out}");
    assert!(out.contains("1 accepted, 0 refused"), "{out}");
}

/// The world's project with its award and a first payment.
fn paid() -> tempfile::TempDir {
    let folder = world();
    let at = folder.path();
    for account in ["officer/wang", "finance/zhao", "finance/qian"] {
        ok(at, &["enrol", account]);
    }
    let envelope = [
        "create",
        "envelope",
        "measure=national-match",
        "year=2026",
        "amount=30000000.00",
        "document=1号",
        "dated=2026-01-05",
        "--as",
        "finance/zhao",
    ];
    ok(at, &envelope);
    let compute = Command::new(env!("CARGO_BIN_EXE_shujian"))
        .current_dir(at)
        .args(["policy", "compute", "national-match", "--base", "100000000.00"])
        .args(["--date", "2026-03-02", "--issued", "2026-03-01", "--confirm", "state-approved"])
        .args(["--format", "json", "-o", "match.json"])
        .output()
        .expect("the binary starts");
    assert_eq!(compute.status.code(), Some(0), "{}", said(&compute));
    for officer in ["officer/li", "officer/wang"] {
        let set = ["issued=2026-03-01", "source=政策文本", "--as", officer];
        ok(at, &[&["transition", "registry", "policy"], &set[..]].concat());
    }
    for officer in ["officer/li", "officer/wang"] {
        ok(at, &["award", "HLJ-NP-2026-0001", "match.json", "--as", officer]);
    }
    for finance in ["finance/zhao", "finance/qian"] {
        ok(at, &["pay", "HLJ-NP-2026-0001", "--as", finance]);
    }
    folder
}

/// 360Giving by JSON Schema and DCAT-AP by SHACL, judged by tools from PyPI in an environment of
/// their own, kept between runs; where they cannot be had, this says so aloud.
#[test]
fn grants_and_catalogue_hold_what_their_standards_ask() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/standards.sh");
    let folder = paid();
    let at = folder.path();
    for form in ["360giving", "dcat"] {
        ok(at, &[&["export", form, "-o", "out"], &ABOUT[..]].concat());
    }
    let judge = || Command::new("bash").arg(script).arg(at.join("out")).output().unwrap();
    let run = judge();
    if run.status.code() == Some(77) {
        println!("skipped: {}", said(&run));
        return;
    }
    assert!(run.status.success(), "{}", said(&run));
    assert!(said(&run).contains("1 grants, 0 faults"), "{}", said(&run));

    // The judges do refuse: a grant without an amount, a dataset without a title.
    for (name, member) in [("grants.json", "amountAwarded"), ("catalogue.jsonld", "dcterms:title")]
    {
        let path = at.join("out").join(name);
        let sound = fs::read_to_string(&path).unwrap();
        fs::write(&path, sound.replace(&format!("\"{member}\""), "\"x:other\"")).unwrap();
        assert_eq!(judge().status.code(), Some(1), "{name} without {member}");
        fs::write(&path, sound).unwrap();
    }
}

/// Without an award there is no package of grants: one that is empty would not hold the standard.
#[test]
fn no_grant_gives_no_package() {
    let folder = world();
    let at = folder.path();
    let written = ok(at, &[&["export", "360giving", "-o", "out"], &ABOUT[..]].concat());
    assert!(written.contains("no file written"), "{written}");
    assert!(!at.join("out/grants.json").exists());
}
