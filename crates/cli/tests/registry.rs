//! `shujian registry`, end to end: the walk of the README on both databases, and what is refused.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../../registry/tests/stores/places.rs"]
mod places;

use std::path::Path;
use std::process::{Command, Output};

fn shujian(folder: &Path, args: &[&str]) -> Output {
    let mut run = Command::new(env!("CARGO_BIN_EXE_shujian"));
    run.current_dir(folder).env_remove("SHUJIAN_DB").env_remove("SHUJIAN_KEYS");
    run.args(["--lang", "en"]).args(args).output().expect("the binary starts")
}

fn registry(folder: &Path, args: &[&str]) -> Output {
    shujian(folder, &[&["registry"], args].concat())
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The script of the README, whole, on an empty SQLite file and an empty PostgreSQL database.
#[test]
fn the_walkthrough_ends_verified() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/registry-walkthrough.sh");
    for place in places::all() {
        let run = Command::new("bash")
            .args([script, &place.url])
            .env("SHUJIAN", env!("CARGO_BIN_EXE_shujian"))
            .env("LC_ALL", "en_US.UTF-8")
            .output()
            .expect("bash starts");
        let out = format!("{}: {}", place.store, said(&run));
        assert!(run.status.success(), "{out}");
        assert_eq!(out.matches("log, signatures, tables and accounts agree").count(), 2, "{out}");
        assert!(out.contains("the event stands in the signed log"), "{out}");
        // The match at its cap, and the voucher of the first invoice.
        for amount in ["¥10,000,000.00", "¥600,000.00"] {
            assert!(out.contains(amount), "{amount} in\n{out}");
        }
    }
}

/// The commands that either README shows, one after the other on an empty folder.
#[test]
fn what_the_readmes_show_runs() {
    for (name, heading) in [("README.md", "\n## Registry\n"), ("README.zh.md", "\n## 登记册\n")]
    {
        let text = [env!("CARGO_MANIFEST_DIR"), "/../../", name].concat();
        let text = std::fs::read_to_string(text).unwrap();
        let section = text.split_once(heading).unwrap_or_else(|| panic!("{name}: {heading}")).1;
        let section = section.split("\n## ").next().unwrap();
        let blocks = section.split("```").filter_map(|block| block.strip_prefix("console\n"));
        let lines = blocks.flat_map(str::lines);
        let lines = lines.filter(|line| !line.contains("registry-walkthrough"));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix("$ ").unwrap_or(line)).collect();
        assert!(lines.len() > 80, "{name}: {lines:?}");
        let program = env!("CARGO_BIN_EXE_shujian");
        let script = format!("set -e\nshujian() {{ '{program}' \"$@\"; }}\n{}", lines.join("\n"));
        let folder = tempfile::tempdir().unwrap();
        let mut run = Command::new("bash");
        run.current_dir(folder.path()).env_remove("SHUJIAN_DB").env_remove("SHUJIAN_KEYS");
        let run = run.args(["-c", &script]).output().expect("bash starts");
        let out = said(&run);
        assert_eq!(run.status.code(), Some(0), "{name}: {out}");
        // The match at its cap, the voucher at that of its year, the dataset by its grade.
        let last = out.rsplit("data-voucher").next().unwrap();
        for amount in ["¥1,000,000 ", "¥10,000,000 ", "¥600,000 "] {
            assert!(last.contains(amount), "{name}: {amount} in\n{last}");
        }
    }
}

#[test]
fn refusals_name_the_field_and_end_with_their_code() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert_eq!(registry(at, &["list", "batch"]).status.code(), Some(2));
    assert_eq!(registry(at, &["init", "--trial"]).status.code(), Some(0));
    assert_eq!(registry(at, &["init", "--trial"]).status.code(), Some(2));
    let enrol = |account: &str| registry(at, &["enrol", account, "--on", "2026-03-02"]);
    assert_eq!(enrol("officer/li").status.code(), Some(0));
    assert_eq!(enrol("officer/li").status.code(), Some(2), "a key is never overwritten");
    assert_eq!(enrol("officer/../li").status.code(), Some(2));
    for (args, code, word) in [
        (&["create", "organisation", "number=1", "name=x"][..], 2, "number"),
        (&["create", "organisation", "number=91230102000000001J"], 2, "name"),
        (&["create", "organisation", "nonsense=1"], 2, "nonsense"),
        (
            &[
                "create",
                "batch",
                "name=x",
                "measure=provincial-dataset",
                "year=20266",
                "opens_on=2026-01-01",
                "closes_on=2026-01-02",
            ],
            2,
            "year",
        ),
        (&["create", "envelope", "measure=national-match"], 1, "SJ-registry-003"),
        (&["create", "envelope", "measure=x"], 2, "there is no x; there are: "),
        (&["transition", "HLJ-DS-2026-0001", "submit"], 2, "SJ-registry-001"),
        (&["transition", "HLJ-DS-2026-0001", "fly"], 2, "fly"),
        (&["transition", "nothing", "submit"], 2, "nothing"),
        (&["apply", "batch"], 2, "NAME=VALUE"),
    ] {
        let run = registry(at, &[args, &["--as", "officer/li"]].concat());
        assert_eq!(run.status.code(), Some(code), "{args:?}: {}", said(&run));
        assert!(said(&run).contains(word), "{args:?}: {}", said(&run));
    }
    let verified = registry(at, &["verify", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(report["events"], 2, "nothing was changed");
}

#[test]
fn a_changed_database_and_a_changed_proof_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert_eq!(registry(at, &["init"]).status.code(), Some(0));
    assert_eq!(registry(at, &["enrol", "officer/li"]).status.code(), Some(0));
    let proved = registry(at, &["prove", "officer/li", "-o", "p.tlog-proof"]);
    assert_eq!(proved.status.code(), Some(0), "{}", said(&proved));
    let check =
        || registry(at, &["check-proof", "p.tlog-proof", "--log-key", "shujian.db.keys/log.pub"]);
    assert_eq!(check().status.code(), Some(0));
    let proof = std::fs::read_to_string(at.join("p.tlog-proof")).unwrap();
    std::fs::write(at.join("p.tlog-proof"), proof.replace("index 1", "index 0")).unwrap();
    assert_eq!(check().status.code(), Some(1));
    // A date is for trials only.
    let dated = registry(at, &["enrol", "officer/x", "--on", "2026-03-02"]);
    assert_eq!(dated.status.code(), Some(1), "{}", said(&dated));
    assert!(!at.join("shujian.db.keys/officer-x.key").exists(), "no key of nobody is left");

    // The file is text enough to be changed without any database.
    let path = at.join("shujian.db");
    assert!(!at.join("shujian.db-wal").exists(), "the last one to leave folds the journal in");
    let bytes = std::fs::read(&path).unwrap();
    let needle = b"{\"at\":";
    let places: Vec<usize> =
        (0..bytes.len() - needle.len()).filter(|&at| bytes[at..].starts_with(needle)).collect();
    let mut forged = bytes.clone();
    let year = places[0] + 7;
    forged[year..year + 4].copy_from_slice(b"1999");
    std::fs::write(&path, forged).unwrap();
    let verified = registry(at, &["verify"]);
    assert_eq!(verified.status.code(), Some(1), "{}", said(&verified));
    assert!(said(&verified).contains("SJ-registry-023"), "{}", said(&verified));
}
