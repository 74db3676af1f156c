//! `shujian registry`, end to end: the walk of the README on both databases, and what is refused.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../../registry/tests/stores/places.rs"]
mod places;

use std::path::Path;
use std::process::{Command, Output};

fn shujian(folder: &Path, args: &[&str]) -> Output {
    shujian_in("en", folder, args)
}

fn shujian_in(lang: &str, folder: &Path, args: &[&str]) -> Output {
    let mut run = Command::new(env!("CARGO_BIN_EXE_shujian"));
    run.current_dir(folder).env_remove("SHUJIAN_DB").env_remove("SHUJIAN_KEYS");
    run.args(["--lang", lang]).args(args).output().expect("the binary starts")
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
        (&["create", "organisation", "name=甲", "name=乙"], 2, "name: is given twice"),
        (
            &["transition", "registry", "policy", "issued=2026-03-01", "parameters=weather=fine"],
            2,
            "weather",
        ),
    ] {
        let run = registry(at, &[args, &["--as", "officer/li"]].concat());
        assert_eq!(run.status.code(), Some(code), "{args:?}: {}", said(&run));
        assert!(said(&run).contains(word), "{args:?}: {}", said(&run));
    }
    let verified = registry(at, &["verify", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(report["events"], 2, "nothing was changed");
}

/// A trial registry with an approved national project, as two officers see it.
fn approved(at: &Path) {
    let ok = |args: &[&str]| {
        let run = registry(at, args);
        assert_eq!(run.status.code(), Some(0), "{args:?}: {}", said(&run));
    };
    let by = ["--as", "officer/li"];
    let (seen, code) = ("2026-03-02", "91230102000000001J");
    ok(&["init", "--trial"]);
    for account in ["officer/li", "officer/wang", "finance/zhao"] {
        ok(&["enrol", account, "--on", seen]);
    }
    for officer in ["officer/li", "officer/wang"] {
        let policy = ["transition", "registry", "policy", "issued=2026-03-01", "source=政策文本"];
        ok(&[&policy[..], &["--as", officer]].concat());
    }
    ok(&[&["create", "organisation", &format!("number={code}"), "name=示例"], &by[..]].concat());
    let verify = ["transition", code, "verify", "verified_source=系统", "verified_on=2026-03-02"];
    ok(&[&verify[..], &by].concat());
    let envelope = ["measure=national-match", "year=2026", "amount=30000000.00", "document=1号"];
    let envelope = [&["create", "envelope"], &envelope[..], &["dated=2026-01-05"]].concat();
    ok(&[&envelope[..], &["--as", "finance/zhao"]].concat());
    let organisation = format!("organisation={code}");
    let project =
        ["project", &organisation, "name=影像", "sector=health", "nominated_on=2026-01-15"];
    ok(&[&project[..], &by].concat());
    let approve = ["document_no=12号", "approved_on=2026-02-20", "authority=国家数据局"];
    let approve = [&approve[..], &["approved_investment=120000000.00"]].concat();
    ok(&[&["transition", "HLJ-NP-2026-0001", "state-approve"], &approve[..], &by].concat());
}

#[test]
fn what_cannot_be_awarded_is_not_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    approved(at);
    let compute = |base: &str, more: &[&str], file: &str| {
        let args =
            ["policy", "compute", "national-match", "--base", base, "--issued", "2026-03-01"];
        let to = ["--format", "json", "-o", file];
        let run = shujian(at, &[&args[..], more, &to].concat());
        assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    };
    let seen = ["--date", "2026-03-02", "--confirm", "state-approved"];
    compute("120000000.00", &seen, "right.json");
    compute("110000000.00", &seen, "base.json");
    compute("120000000.00", &seen[..2], "unconfirmed.json");
    compute("120000000.00", &[&seen[..], &["--granted", "1.00"]].concat(), "granted.json");
    let issued = std::fs::read_to_string(at.join("right.json")).unwrap();
    assert!(issued.contains("2026-03-01"));
    let other = [
        "policy",
        "compute",
        "national-match",
        "--base",
        "120000000.00",
        "--issued",
        "2026-01-01",
        "--format",
        "json",
        "-o",
        "issued.json",
    ];
    assert_eq!(shujian(at, &[&other[..], &seen].concat()).status.code(), Some(0));
    compute("120000000.00", &["--date", "2026-03-03", "--confirm", "state-approved"], "early.json");
    std::fs::write(at.join("text.json"), "{}").unwrap();
    let changed = std::fs::read_to_string(at.join("right.json")).unwrap();
    let changed = changed.replace("1000000000", "1000000001");
    std::fs::write(at.join("changed.json"), changed).unwrap();
    let award = |file: &str, officer: &str| {
        registry(at, &["award", "HLJ-NP-2026-0001", file, "--as", officer])
    };
    for (file, code, word) in [
        ("absent.json", 2, "absent.json"),
        ("text.json", 3, "is no entitlement"),
        ("changed.json", 1, "does not compute"),
        ("unconfirmed.json", 1, "--confirm"),
        ("base.json", 1, "--base 120000000.00"),
        ("granted.json", 1, "--granted ¥1.00, and the registry holds ¥0.00"),
        ("issued.json", 1, "the registry holds 2026-03-01: compute it again with --issued"),
        ("early.json", 2, "entitlement: 2026-03-03 is after today, 2026-03-02 (HLJ-NP-2026-0001)"),
    ] {
        let run = award(file, "officer/li");
        assert_eq!(run.status.code(), Some(code), "{file}: {}", said(&run));
        assert!(said(&run).contains(word), "{file}: {}", said(&run));
    }
    let early = ["registry", "award", "HLJ-NP-2026-0001", "early.json", "--as", "officer/li"];
    let zh = said(&shujian_in("zh", at, &early));
    assert!(zh.contains("字段 entitlement：2026-03-03 晚于今天（2026-03-02）"), "{zh}");
    let events = |at: &Path| {
        let verified = registry(at, &["verify", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
        report["events"].as_u64().unwrap()
    };
    let before = events(at);
    let proposed = award("right.json", "officer/li");
    assert!(said(&proposed).contains("version 2,"), "{}", said(&proposed));
    assert_eq!(events(at), before + 1, "what was refused left no trace");
    assert_eq!(award("right.json", "officer/wang").status.code(), Some(0));
    let shown = said(&registry(at, &["show", "HLJ-NP-2026-0001"]));
    assert!(shown.contains("open commands: pay, revoke"), "{shown}");
}

/// The vector of the rule: ¥5 M for two A and three B, less a twentieth for appeals.
#[test]
fn an_envelope_is_shared_by_whole_grades() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let rubric = shujian_grade::Rubric::released().hash;
    let script = format!(
        r#"set -e
r() {{ '{program}' --lang en registry "$@"; }}
r init --trial
for a in officer/li finance/zhao expert/a expert/b expert/c; do r enrol $a --on 2026-03-02; done
r create organisation number=91230102000000001J name=甲 --as officer/li
r transition 91230102000000001J verify verified_source=系统 verified_on=2026-03-02 --as officer/li
r create envelope measure=provincial-dataset year=2026 amount=5000000.00 document=1号 dated=2026-01-05 --as finance/zhao
r create batch name=一 measure=provincial-dataset year=2026 opens_on=2026-03-01 closes_on=2026-03-31 --as officer/li
r transition HLJ-BA-2026-0001 open --as officer/li
h() {{ printf '%064d' "$1"; }}
i=0
for graded in A:9000 A:8600 B:7600 B:8000 B:7700; do
    i=$((i + 1)); n=HLJ-DS-2026-000$i; t() {{ r transition $n "$@" --as officer/li; }}
    r apply batch=HLJ-BA-2026-0001 organisation=91230102000000001J name=集$i sector=health \
        requested=3000000.00 eligible_cost=3000000.00 --as officer/li
    t submit; t check; t pass
    points=${{graded#*:}}; points=${{points%??}}.${{points#??}}
    t score snapshot_root=$(h 1$i) card_digest=$(h 2$i) rubric=2026.1 rubric_hash={rubric} \
        score=$points grade=${{graded%:*}} bands=A=85.00,B=75.00,C=65.00,D=60.00 adjustment=5.00
    for e in a b c; do t assign expert=expert/$e; done
    t open-panel
    for e in a b c; do r transition $n review points=$points opinion=同意 --as expert/$e; done
    t conclude
done
r share provincial-dataset 2026
"#,
        program = env!("CARGO_BIN_EXE_shujian"),
    );
    let mut run = Command::new("bash");
    run.current_dir(at).env_remove("SHUJIAN_DB").env_remove("SHUJIAN_KEYS");
    let run = run.args(["-c", &script]).output().expect("bash starts");
    let out = said(&run);
    assert!(run.status.success(), "{out}");
    let shares: Vec<&str> = out
        .lines()
        .filter(|line| line.starts_with("HLJ-DS-2026-000") && line.contains("  ¥"))
        .collect();
    let gets: Vec<&str> = shares.iter().map(|line| line.rsplit(' ').next().unwrap()).collect();
    let b = "¥250,000.00";
    assert_eq!(gets, ["¥2,000,000.00", "¥2,000,000.00", b, b, b], "{out}");
    assert!(out.contains("¥5,000,000 left, of which ¥250,000 is kept"), "{out}");
    let none = registry(at, &["share", "provincial-dataset", "2027"]);
    assert_eq!(none.status.code(), Some(1), "{}", said(&none));
}

#[test]
fn tables_that_end_early_or_hold_nothing_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert_eq!(registry(at, &["init", "--trial"]).status.code(), Some(0));
    assert_eq!(registry(at, &["enrol", "officer/li", "--on", "2026-03-02"]).status.code(), Some(0));
    let head = "统一社会信用代码,名称\n";
    let twice = "91230102000000001J,甲\n91230102000000001J,乙\n";
    for (name, text, code, word) in [
        (
            "open.csv",
            &*format!("{head}91230102000000001J,\"甲"),
            3,
            "row 2: a quote is opened here",
        ),
        ("head.csv", head, 0, "0 rows"),
        ("twice.csv", &*format!("{head}{twice}"), 1, "91230102000000001J (row 2 of this file)"),
        ("croissant.json", r#"{"@type":"sc:Dataset","name":"x"}"#, 3, "has no `@context`"),
    ] {
        std::fs::write(at.join(name), text).unwrap();
        let run = registry(at, &["import", "organisation", name, "--as", "officer/li"]);
        let said = said(&run).replace("\n", " ");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(run.status.code(), Some(code), "{name}: {said}");
        assert!(said.contains(word), "{name}: {said}");
    }
    std::fs::write(at.join("shujian.db.keys/officer-li.key"), "no key\n").unwrap();
    let bad = registry(at, &["import", "organisation", "head.csv", "--as", "officer/li"]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(said(&bad).contains("shujian.db.keys/officer-li.key: key"), "{}", said(&bad));
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
