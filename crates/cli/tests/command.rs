//! The command as people and scripts use it: exit codes, streams, both languages.
//!
//! `UPDATE_EXPECT=1` rewrites the files under `expect/`; review them as code.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use shujian_core::Card;
use shujian_core::card::{GateStatus, Grade};
use shujian_fixtures::language::{self, Subject};
use shujian_fixtures::table::{Annotator, Drying, Rows, Weather, judgements};
use shujian_fixtures::write::{container, csv};

const EXAMPLE: &str = include_str!("../../../pipelines/application.example.toml");

fn shujian(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shujian"));
    command.current_dir(folder).env("LC_ALL", "en_US.UTF-8").env("COLUMNS", "100");
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    shujian(folder).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder `data` with some hundred questions and answers.
fn dataset() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let records = language::questions(Subject::Farm, 3, 200);
    (container("jsonl").unwrap().write)(&records, &data).unwrap();
    folder
}

fn graded(folder: &Path, args: &[&str]) -> (Option<i32>, Card) {
    let output = shujian(folder).args(["grade", "--format", "json"]).args(args).output().unwrap();
    let card = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|err| panic!("{err}: {}", text(&output.stderr)));
    (output.status.code(), card)
}

fn expect(name: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expect").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, actual).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(actual, expected, "{name}; UPDATE_EXPECT=1 rewrites it");
}

#[test]
fn the_demonstration_is_graded_in_two_languages() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["demo"]);
    let report = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{report}{}", text(&output.stderr));
    let (zh, en) = report.split_once("════════ English ").unwrap();
    assert!(zh.contains("■ 等次 ") && en.contains("■ Grade "), "{report}");
    let amount = |report: &str| {
        let line = report.lines().find(|line| line.starts_with("■ ") && line.contains('¥'));
        let digits = line.unwrap().split('¥').nth(1).unwrap().to_owned();
        digits.chars().take_while(|c| c.is_ascii_digit() || *c == ',').collect::<String>()
    };
    assert_eq!((amount(zh), amount(en)), ("600,000".to_owned(), "600,000".to_owned()), "{report}");
    // One of its files breaks off, which is never a passed gate.
    assert!(zh.contains("部分丢失的文件 1 个") && en.contains("files lost in part: 1"), "{report}");
    // Gates are open, so the amount is never promised.
    assert!(
        zh.contains("至多 ¥600,000（须先通过门槛 G") && en.contains("up to ¥600,000 once gate")
    );
    for line in report.lines() {
        let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffef}');
        let columns: usize = line.chars().map(|c| 1 + usize::from(wide(c))).sum();
        assert!(columns <= 80, "{columns} columns: {line}");
    }
}

#[test]
fn without_an_application_the_grade_stays_open() {
    let folder = dataset();
    let (code, card) = graded(folder.path(), &["data"]);
    assert_eq!(code, Some(0));
    assert_eq!(card.records.read + card.records.skipped, card.records.present);
    assert_eq!(card.records.read, 200);
    let assessment = card.assessment.unwrap();
    assert_eq!((assessment.grade, assessment.award.payable_fen), (None, None));
    assert!(!assessment.reachable.is_empty());
}

#[test]
fn an_application_beside_the_data_is_used_and_said() {
    let folder = dataset();
    fs::write(folder.path().join("data/application.toml"), EXAMPLE).unwrap();
    let (_, card) = graded(folder.path(), &["data"]);
    assert_eq!(card.dataset.name, "工业设备检修问答数据集");
    assert!(card.assessment.unwrap().score.total_centi.is_some());
    let report = text(&run(folder.path(), &["grade", "data"]).stdout);
    assert!(report.contains("data/application.toml"), "{report}");
}

#[test]
fn below_the_bands_is_exit_code_1() {
    let folder = dataset();
    let declared = EXAMPLE.replace("third-party", "self-declared").replace("bureau", "own-logs");
    fs::write(folder.path().join("a.toml"), declared).unwrap();
    let (code, card) = graded(folder.path(), &["data", "--application", "a.toml"]);
    assert_eq!(card.assessment.unwrap().grade, Some(Grade::None));
    assert_eq!(code, Some(1));
}

#[test]
fn what_cannot_be_done_has_its_exit_code_and_a_reason() {
    let folder = dataset();
    fs::write(folder.path().join("a.toml"), EXAMPLE.replace("[money]", "[monney]")).unwrap();
    fs::write(folder.path().join("r.toml"), "version = 1").unwrap();
    fs::write(folder.path().join("c.json"), "{}").unwrap();
    for (args, code, reason) in [
        (&["grade"][..], 2, "PATH"),
        (&["grade", "data", "--colour"], 2, "--colour"),
        (&["grade", "data", "--memory", "3 apples"], 2, "apples"),
        (&["grade", "data", "--format", "pdf"], 2, "pdf"),
        (&["grade", "data", "-o", "no/where/card.json"], 2, "no/where"),
        (&["grade", "nothing-here"], 3, "nothing-here"),
        (&["grade", "data", "--application", "a.toml"], 3, "monney"),
        (&["grade", "data", "--application", "absent.toml"], 3, "absent.toml"),
        (&["grade", "data", "--rubric", "r.toml"], 3, "r.toml"),
        (&["explain", "SJ-nothing-999"], 2, "SJ-nothing-999"),
        (&["explain", "c.json", "scale"], 3, "c.json"),
        (&["schema", "everything"], 2, "everything"),
        (&["demo", "."], 2, ". "),
    ] {
        for lang in ["en", "zh"] {
            let output = shujian(folder.path()).args(args).args(["--lang", lang]).output().unwrap();
            let message = text(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{args:?}: {message}");
            assert!(message.contains(reason), "{args:?}: {message}");
            assert!(output.stdout.is_empty(), "{args:?}");
            let named = if lang == "zh" { "错误：" } else { "error: " };
            assert!(message.starts_with(named), "{args:?}: {message}");
        }
    }
}

#[test]
fn the_report_alone_goes_to_stdout() {
    let folder = dataset();
    let plain = run(folder.path(), &["profile", "data", "--format", "json"]);
    assert!(plain.stderr.is_empty(), "{}", text(&plain.stderr));
    let args = ["profile", "data", "--format", "json", "-o", "card.json", "--json-progress"];
    let filed = run(folder.path(), &args);
    assert!(filed.stdout.is_empty());
    assert_eq!(fs::read(folder.path().join("card.json")).unwrap(), plain.stdout);
    let lines = text(&filed.stderr);
    assert!(lines.lines().count() > 0);
    for line in lines.lines() {
        let progress: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(progress["stage"].is_string() && progress["bytes"].is_u64(), "{line}");
    }
    let left: Vec<PathBuf> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = shujian(folder.path())
        .args(["schema", "card"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn every_number_and_code_is_explained() {
    let folder = dataset();
    let data = folder.path().join("data");
    // Metrics of every profile: questions, a text, a table, a series and judgements.
    let (classes, items) = (["a", "b"], (0..90).map(|at| (format!("{at}"), "a".to_owned())));
    let people = [Annotator::new("x", 0.9, 1.0), Annotator::new("y", 0.8, 1.0)];
    for (name, records) in [
        ("table.csv", csv(&Drying::new(1).take(200))),
        ("series.csv", csv(&Weather::new(1).take(200))),
        ("labels.csv", csv(&judgements(1, &items.collect::<Vec<_>>(), &classes, &people))),
        ("note.txt", language::texts(Subject::Health, 2, 1, 2_000).rows[0][0].clone().unwrap()),
    ] {
        fs::write(data.join(name), records).unwrap();
    }
    fs::write(data.join("application.toml"), EXAMPLE).unwrap();
    run(folder.path(), &["grade", "data", "--format", "json", "-o", "card.json"]);
    let card = fs::read(folder.path().join("card.json")).unwrap();
    let card: Card = serde_json::from_slice(&card).unwrap();
    let overview = text(&run(folder.path(), &["explain", "card.json"]).stdout);
    let (_, list) = overview.split_once("\n\n").unwrap();
    let topics: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
    for partition in &card.partitions {
        for metric in &partition.metrics {
            assert!(topics.contains(&metric.name.as_str()), "{}", metric.name);
        }
    }
    assert!(topics.len() > 10, "{overview}");
    for topic in topics {
        let [zh, en] = ["zh", "en"].map(|lang| {
            let output = run(folder.path(), &["explain", "card.json", topic, "--lang", lang]);
            assert!(output.status.success() && !output.stdout.is_empty(), "{topic}");
            text(&output.stdout)
        });
        assert_ne!(zh, en, "{topic}");
    }
    for code in shujian_core::codes::table() {
        for (lang, cause, fix) in
            [("zh", code.cause.zh, code.fix.zh), ("en", code.cause.en, code.fix.en)]
        {
            let output = text(&run(folder.path(), &["explain", code.id, "--lang", lang]).stdout);
            assert!(output.contains(cause) && output.contains(fix), "{}: {output}", code.id);
        }
    }
}

#[test]
fn a_forecast_is_marked_and_has_no_amount() {
    let folder = dataset();
    fs::write(folder.path().join("data/application.toml"), EXAMPLE).unwrap();
    let (_, card) = graded(folder.path(), &["data", "--sample"]);
    let award = card.assessment.unwrap().award;
    assert_eq!((award.nominal_fen, award.payable_fen), (None, None));
    assert!(award.undecided.unwrap().en.contains("--sample"));
    let report = text(&run(folder.path(), &["grade", "data", "--sample"]).stdout);
    assert!(report.contains("■ Forecast") && !report.contains("grant ¥"), "{report}");
}

#[test]
fn a_card_changed_by_hand_is_not_explained_as_if_it_were_whole() {
    let folder = dataset();
    fs::write(folder.path().join("data/application.toml"), EXAMPLE).unwrap();
    let card = text(&run(folder.path(), &["grade", "data", "--format", "json"]).stdout);
    fs::write(folder.path().join("whole.json"), &card).unwrap();
    let changed = card.replacen("\"total_centi\": ", "\"total_centi\": 9", 1);
    assert_ne!(card, changed);
    fs::write(folder.path().join("changed.json"), changed).unwrap();
    for topic in [&["award"][..], &[]] {
        let whole = run(folder.path(), &[&["explain", "whole.json"], topic].concat());
        assert_eq!(whole.status.code(), Some(0), "{}", text(&whole.stdout));
        let changed = run(folder.path(), &[&["explain", "changed.json"], topic].concat());
        assert_eq!(changed.status.code(), Some(1));
        let said = text(&changed.stdout);
        assert!(said.contains("摘要不符") && said.contains("does not match"), "{said}");
    }
}

#[test]
fn damaged_files_of_measured_formats_are_lost_and_said() {
    let folder = dataset();
    let records = language::questions(Subject::Farm, 5, 2_000);
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    (container("parquet-zstd").unwrap().write)(&records, &other).unwrap();
    let file = fs::read_dir(&other).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&file).unwrap();
    let overwritten = [b"XXXX\0", &whole[5..]].concat();
    for (name, bytes, code) in [
        ("cut.parquet", &whole[..whole.len() / 2], "SJ-ingest-036"),
        ("head.parquet", &overwritten, "SJ-ingest-018"),
        ("renamed.xlsx", &b"a text that is no workbook\n"[..], "SJ-ingest-018"),
    ] {
        let path = folder.path().join("data").join(name);
        fs::write(&path, bytes).unwrap();
        let (_, card) = graded(folder.path(), &["data"]);
        fs::remove_file(path).unwrap();
        let found = card.findings.iter().find(|finding| finding.code == code);
        let found = found.unwrap_or_else(|| panic!("{name}: {:?}", card.findings));
        assert_eq!(found.severity, shujian_core::Severity::Error, "{name}");
        assert_eq!(card.dataset.unreadable.whole_files, 1, "{name}");
        let gate = &card.assessment.unwrap().gates[4];
        assert_ne!(gate.status, GateStatus::Passed, "{name}: {gate:?}");
    }
    let (_, card) = graded(folder.path(), &["data"]);
    assert_eq!(card.assessment.unwrap().gates[4].status, GateStatus::Passed);
}

#[test]
fn copies_in_number_are_a_finding_and_a_step() {
    let folder = dataset();
    let data = folder.path().join("data");
    let file = fs::read_dir(&data).unwrap().next().unwrap().unwrap().path();
    let records = fs::read_to_string(&file).unwrap();
    let first: Vec<&str> = records.lines().take(5).collect();
    fs::write(data.join("more.jsonl"), first.join("\n")).unwrap();
    let (_, card) = graded(folder.path(), &["data"]);
    let found = card.findings.iter().find(|finding| finding.code == "SJ-engine-002").unwrap();
    assert_eq!((found.count, found.places.len()), (5, 5), "{found:?}");
    let report = text(&run(folder.path(), &["grade", "data"]).stdout);
    assert!(report.contains("exact copies: 5; remove them"), "{report}");
}

#[test]
fn an_edited_rubric_is_marked() {
    let folder = dataset();
    let released = include_str!("../../../pipelines/rubrics/2026.1.toml");
    fs::write(folder.path().join("same.toml"), released).unwrap();
    fs::write(folder.path().join("own.toml"), released.replace("from = 4000", "from = 3000"))
        .unwrap();
    let graded =
        |rubric: &str| text(&run(folder.path(), &["grade", "data", "--rubric", rubric]).stdout);
    assert!(!graded("same.toml").contains("not the released rubric"));
    let report = graded("own.toml");
    assert!(report.contains("warning: not the released rubric (hash "), "{report}");
}

#[test]
fn an_application_that_is_not_used_is_named() {
    let folder = dataset();
    let data = folder.path().join("data");
    fs::write(data.join("application.toml"), EXAMPLE).unwrap();
    fs::write(folder.path().join("more.csv"), "a,b\n1,2\n3,4\n").unwrap();
    let report = text(&run(folder.path(), &["grade", "data", "more.csv"]).stdout);
    let said = "found data/application.toml; name it with --application to use it";
    assert!(report.contains(said), "{report}");
    let args = ["grade", "data", "more.csv", "--application", "data/application.toml"];
    let report = text(&run(folder.path(), &args).stdout);
    assert!(!report.contains("name it with"), "{report}");
}

#[test]
fn files_beyond_measure_are_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("images")).unwrap();
    fs::write(folder.path().join("images/a.jpg"), b"\xff\xd8\xff\xe0\0\x10JFIF\0").unwrap();
    let (code, card) = graded(folder.path(), &["images"]);
    assert_eq!(code, Some(0));
    let assessment = card.assessment.unwrap();
    assert_eq!((assessment.grade, assessment.scale.score_centi), (None, None));
    let report = text(&run(folder.path(), &["grade", "images", "--lang", "zh"]).stdout);
    assert!(report.contains("尚不能评定"), "{report}");
}

#[test]
fn chinese_failures_are_chinese() {
    let folder = dataset();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("a.toml"), "x = [").unwrap();
    fs::write(folder.path().join("b.toml"), b"\xff\xfe\0").unwrap();
    fs::write(folder.path().join("r.toml"), "version = 1").unwrap();
    fs::write(folder.path().join("c.json"), "{}").unwrap();
    let (head, rest) = EXAMPLE.split_once("[money]").unwrap();
    let (_, effect) = rest.split_once("[effect").unwrap();
    fs::write(folder.path().join("money.toml"), format!("{head}[effect{effect}")).unwrap();
    for (name, from, to) in [
        ("yuan.toml", "requested_yuan = 1500000", "requested_yuan = 150万"),
        ("sector.toml", "\"manufacturing\"", "\"制造业\""),
    ] {
        fs::write(folder.path().join(name), EXAMPLE.replace(from, to)).unwrap();
    }
    for (args, said) in [
        (&["grade", "data", "--application", "money.toml"][..], "[money] 缺失"),
        (&["grade", "data", "--application", "yuan.toml"], "150 万元写作 1500000"),
        (&["grade", "data", "--application", "sector.toml"], "manufacturing 工业制造"),
        (&["grade", "data", "--application", "b.toml"], "GB18030"),
        (&["grade", "-"], "不读标准输入"),
        (&["grade", "data", "--threads", "0"], "1 至 1024"),
        (&["grade", "data", "--memory", "abc"], "shujian grade --help"),
        (&["man", "a.toml"], "不是文件夹"),
        (&["grade", "nothing"], "没有这样的文件"),
        (&["grade", "empty"], "里面没有文件"),
        (&["grade", "data", "--application", "a.toml"], "申报书不合格式"),
        (&["grade", "data", "--application", "b.toml"], "不是 UTF-8 文本"),
        (&["grade", "data", "--application", "data"], "是文件夹"),
        (&["grade", "data", "--rubric", "r.toml"], "评分细则不合格式"),
        (&["grade", "data", "--memory", "1k"], "可用内存"),
        (&["grade", "data", "-o", "data"], "是文件夹"),
        (&["explain", "c.json"], "不是卡片"),
        (&["explain", "nothing"], "不是发现代码"),
        (&["demo", "."], "别的文件"),
    ] {
        let output = shujian(folder.path()).args(args).args(["--lang", "zh"]).output().unwrap();
        let message = text(&output.stderr);
        assert!(message.starts_with("错误：") && message.contains(said), "{args:?}: {message}");
    }
}

#[test]
fn clusters_are_written_as_parquet() {
    let folder = dataset();
    let output = run(folder.path(), &["dedup", "data", "-o", "clusters.parquet"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let path = folder.path().join("clusters.parquet");
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    assert_eq!(text(&output.stderr), "written: clusters.parquet\n");
    // What became of the records is said; nothing that was not measured for it.
    let profile = run(folder.path(), &["profile", "data"]);
    let records = |said: &str| {
        let line = said.lines().position(|line| line.starts_with("■ Records")).unwrap();
        said.lines().skip(line).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(records(&text(&output.stdout))[0], records(&text(&profile.stdout))[0]);
    assert!(text(&output.stdout).starts_with("■ Records"));
    assert!(!text(&output.stdout).contains("effective"));
    let again = run(folder.path(), &["dedup", "data", "-o", "clusters.parquet"]);
    assert!(text(&again.stderr).contains("in place of an earlier file"));
    // The same rights as any other file written here.
    fs::write(folder.path().join("other"), "").unwrap();
    let rights = |path: &Path| fs::metadata(path).unwrap().permissions();
    assert_eq!(rights(&path), rights(&folder.path().join("other")));
}

#[test]
fn the_banding_is_a_choice_of_the_rubric_or_of_the_command_line() {
    let folder = dataset();
    let banding = |args: &[&str]| {
        let output = run(folder.path(), args);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let card: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        card["engine"]["banding"].clone()
    };
    let web = serde_json::json!({"bands": 14, "rows": 8, "shingle": 5});
    let profile = ["profile", "data", "--format", "json"];
    assert_eq!(banding(&[&profile[..], &["--banding", "14x8x5"]].concat()), web);
    let released = banding(&profile);
    assert_eq!(banding(&["grade", "data", "--format", "json"]), released);
    assert_ne!(released, web);

    let refused = run(folder.path(), &["dedup", "data", "-o", "c.parquet", "--banding", "0x8x5"]);
    assert_eq!(refused.status.code(), Some(2));
    let changed = include_str!("../../../pipelines/rubrics/2026.1.toml")
        .replace("bands = 24\nrows = 4\nshingle = 3", "bands = 14\nrows = 8\nshingle = 5");
    fs::write(folder.path().join("web.toml"), changed).unwrap();
    let graded = ["grade", "data", "--format", "json", "--rubric", "web.toml"];
    assert_eq!(banding(&graded), web);
}

#[test]
fn pages_and_completions_come_from_the_same_definitions() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["man", "pages"]).status.success());
    let page = fs::read_to_string(folder.path().join("pages/shujian-grade.1")).unwrap();
    assert!(page.contains("application"), "{page}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&run(folder.path(), &["completions", shell]).stdout);
        assert!(script.contains("json-progress"), "{shell}");
    }
}

#[test]
fn help_reads_well_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for lang in ["zh", "en"] {
        let mut all = String::new();
        for command in ["", "grade", "profile", "dedup", "explain", "schema", "demo"] {
            let named = Some(command).filter(|command| !command.is_empty());
            let args: Vec<&str> = named.into_iter().chain(["--lang", lang, "--help"]).collect();
            all.push_str(&text(&run(folder.path(), &args).stdout));
            all.push('\n');
        }
        expect(&format!("help.{lang}.txt"), &all);
    }
}
