//! `shujian policy`, end to end: amounts, refusals, exit codes, the written trace and its audit.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

fn shujian(args: &[&str]) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_shujian")).args(args).output();
    run.expect("the binary starts")
}

/// `policy compute` with a day of issue.
fn compute(args: &[&str]) -> Output {
    let days = ["--date", "2026-05-01", "--issued", "2026-01-01", "--lang", "en"];
    shujian(&[&["policy", "compute"], args, &days[..]].concat())
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_match_is_capped_at_ten_million() {
    for (base, pays) in [
        ("100000000.00", "¥10,000,000.00"),
        ("99999999.99", "¥9,999,999.99"),
        ("1亿元", "¥10,000,000.00"),
        ("300,000,000", "¥10,000,000.00"),
    ] {
        let output = compute(&["national-match", "--base", base]);
        assert_eq!(output.status.code(), Some(0), "{}", error(&output));
        let first = text(&output).lines().next().unwrap().to_owned();
        assert!(first.starts_with(&format!("■ payable {pays}")), "{first}");
    }
}

/// What nobody has confirmed or decided heads the amount; once it is, nothing does.
#[test]
fn an_amount_on_open_questions_is_provisional() {
    let open = &["national-match", "--base", "100000000"][..];
    let output = text(&compute(open));
    let mut lines = output.lines();
    let first = lines.next().unwrap();
    assert!(first.starts_with("■ payable ¥10,000,000.00, provisional"), "{first}");
    assert!(lines.next().unwrap().contains("1 conditions to be confirmed (--confirm)"), "{output}");
    let zh =
        ["policy", "compute", "--date", "2026-05-01", "--issued", "2026-01-01", "--lang", "zh"];
    let zh = text(&shujian(&[&zh[..], open].concat()));
    assert!(zh.starts_with("■ 应付 ¥10,000,000.00（暂定）"), "{zh}");
    let decided = ["--confirm", "state-approved", "--set", "last-day=last", "--set"];
    let settled = [open, &decided[..], &["payout-unit=fen"]].concat();
    let output = text(&compute(&settled));
    assert!(output.starts_with("■ payable ¥10,000,000.00  "), "{output}");
}

#[test]
fn a_negative_verdict_is_exit_one() {
    for (args, said) in [
        (&["compute-subsidy", "--base", "300000"][..], "SJ-grade-012"),
        (&["national-match", "--base", "1000", "--granted", "100"], "nothing to pay"),
        (&["M6a", "--grade", "A", "--with", "M6b:10000000:0"], "SJ-grade-014"),
        (&["M8", "--base", "1000", "--places-taken", "10"], "SJ-grade-013"),
    ] {
        let output = compute(args);
        assert_eq!(output.status.code(), Some(1), "{args:?} {}", error(&output));
        assert!(text(&output).contains(said), "{args:?}: {}", text(&output));
    }
}

#[test]
fn mistakes_are_named_in_both_languages() {
    for (args, en, zh) in [
        (&["national-match"][..], "fact national-dataset", "缺少事项"),
        (&["national-match", "--base", "-1"], "is negative", "为负数"),
        (&["national-match", "--base", "ten"], "--base: \"ten\" is no amount", "不是金额"),
        (&["national-match", "--base", "1.001"], "less than one fen", "不足一分"),
        (&["national-match", "--base", "99999999999999999999"], "too large", "过大"),
        (&["national-match", "--base", "1", "--fact", "x=1"], "unknown to", "不认识"),
        (&["national-match", "--base", "1", "--set", "x=1"], "no parameter is called", "没有名为"),
        (
            &["national-match", "--base", "1", "--set", "x"],
            "--set: \"x\" is not NAME=VALUE",
            "名称=值",
        ),
        (
            &["national-match", "--base", "1", "--confirm", "rain"],
            "is no condition",
            "不是本措施的条件",
        ),
        (&["model-voucher", "--base", "1"], "model-voucher-rate is not set", "未定"),
        (&["nothing"], "no measure is called", "没有名为"),
    ] {
        let output = compute(args);
        assert_eq!(output.status.code(), Some(2), "{args:?} {}", error(&output));
        assert!(error(&output).contains(en), "{args:?}: {}", error(&output));
        let days = ["--date", "2026-05-01", "--issued", "2026-01-01", "--lang", "zh"];
        let output = shujian(&[&["policy", "compute"], args, &days[..]].concat());
        assert!(error(&output).contains(zh), "{args:?}: {}", error(&output));
    }
    let no_issue = ["policy", "compute", "M6b", "--base", "1", "--date", "2026-05-01"];
    let output = shujian(&[&no_issue[..], &["--lang", "en"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(error(&output).contains("On which day was the policy issued?"), "{}", error(&output));
}

#[test]
fn a_written_entitlement_is_computed_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("entitlement.json");
    let path = file.to_string_lossy();
    let args = ["data-voucher", "--base", "5000000", "--prior", "6000000", "--granted", "600000"];
    let written = compute(&[&args[..], &["--format", "json", "-o", &path]].concat());
    assert_eq!(written.status.code(), Some(0), "{}", error(&written));
    let form: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((&form["payable_fen"], &form["decision"]), (&40_000_000.into(), &"payable".into()));
    assert_eq!(form["schema"], "shujian.entitlement.v1");

    let explained = shujian(&["policy", "explain", &path, "--lang", "en"]);
    assert_eq!(explained.status.code(), Some(0), "{}", error(&explained));
    assert!(text(&explained).contains("recomputed"), "{}", text(&explained));
    let changed = fs::read_to_string(&file).unwrap().replace("\"num\": 1,", "\"num\": 2,");
    fs::write(&file, changed).unwrap();
    let explained = shujian(&["policy", "explain", &path, "--lang", "zh"]);
    assert_eq!(explained.status.code(), Some(1));
    assert!(text(&explained).contains("第 3 步") || text(&explained).contains("不符"));
    fs::write(&file, "{}").unwrap();
    assert_eq!(shujian(&["policy", "explain", &path]).status.code(), Some(3));
}

#[test]
fn catalogues_are_listed_shown_and_tested() {
    for lang in ["zh", "en"] {
        let listed = text(&shujian(&["policy", "list", "--lang", lang]));
        assert_eq!(listed.matches(" M").count() + listed.matches("\nM").count(), 13, "{listed}");
        let shown = text(&shujian(&["policy", "show", "rd-increase", "--lang", lang]));
        assert!(shown.contains("rd-stock-rate") && shown.contains("ai-firm.rd-stock"), "{shown}");
        for line in listed.lines().chain(shown.lines()) {
            assert!(line.chars().count() <= 100, "{line}");
        }
        let tested = shujian(&["policy", "test", "--lang", lang]);
        assert_eq!(tested.status.code(), Some(0), "{}", text(&tested));
    }
    let known = shujian(&["policy", "explain", "within-article", "--lang", "zh"]);
    assert!(text(&known).contains("hold"), "{}", text(&known));
}

#[test]
fn a_catalogue_that_contradicts_itself_is_placed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let path = file.to_string_lossy();
    let released = include_str!("../../../pipelines/catalogues/heilongjiang-2026.toml");
    let case = "\"100000000.00 -> 10000000.00\"";
    let line = released.lines().position(|line| line.contains(case)).unwrap() + 1;
    fs::write(&file, released.replacen(case, "\"100000000.00 -> 1.00\"", 1)).unwrap();
    let tested = shujian(&["policy", "test", "--catalogue", &path, "--lang", "en"]);
    assert_eq!(tested.status.code(), Some(1));
    assert!(text(&tested).contains(&format!("mine.toml:{line}: ")), "{}", text(&tested));

    let (from, to) = ("first-release.actual-cost", "pilot-base.national-support");
    fs::write(&file, released.replacen(from, to, 1)).unwrap();
    let listed = shujian(&["policy", "list", "--catalogue", &path, "--lang", "zh"]);
    assert_eq!(listed.status.code(), Some(3));
    assert!(
        error(&listed).contains("mine.toml:") && error(&listed).contains("都以"),
        "{}",
        error(&listed)
    );
    fs::write(&file, b"\xb2\xe2\xca\xd4").unwrap();
    assert_eq!(shujian(&["policy", "list", "--catalogue", &path]).status.code(), Some(3));
}
