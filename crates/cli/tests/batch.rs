//! The batch desk as an officer uses it: one command over many applications, some of them broken;
//! killed and resumed; verified.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use shujian_desk::manifest::Listed;
use shujian_desk::verification::Verification;
use shujian_desk::{Batch, Manifest, Row, Status};
use shujian_fixtures::language::{self, Subject};
use shujian_fixtures::write::container;

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

/// A folder with so many questions and answers, and an application if there is one.
fn dataset(folder: &Path, seed: u64, records: usize, application: Option<&str>) {
    fs::create_dir_all(folder).unwrap();
    let records = language::questions(Subject::Farm, seed, records);
    (container("jsonl").unwrap().write)(&records, folder).unwrap();
    if let Some(application) = application {
        fs::write(folder.join("application.toml"), application).unwrap();
    }
}

/// A name that spreadsheets, terminals and paths could take for something else.
const HOSTILE: &str = "=HYPERLINK(1)\u{1b}[2J\u{202e}..";

/// A year's applications: two sound ones in different depths, one without effect, one without an
/// application, one with a wrong one, one empty, one with a hostile name, and a loose file.
fn year() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let year = folder.path().join("year");
    let plain = EXAMPLE.replace("工业设备检修问答数据集", "=1+1\\u001B数据集");
    dataset(&year.join("farm"), 3, 200, Some(EXAMPLE));
    dataset(&year.join("city/north"), 4, 120, Some(EXAMPLE));
    dataset(&year.join(HOSTILE), 5, 60, Some(&plain));
    let without_effect = EXAMPLE.split("[effect").next().unwrap();
    dataset(&year.join("no-effect"), 6, 40, Some(without_effect));
    dataset(&year.join("no-application"), 7, 40, None);
    let wrong = EXAMPLE.replace("\"manufacturing\"", "\"制造\"");
    dataset(&year.join("wrong"), 8, 20, Some(&wrong));
    fs::create_dir(year.join("empty")).unwrap();
    fs::write(year.join("说明.txt"), "loose").unwrap();
    folder
}

/// The same year with the demonstration among it, which is large enough to earn money.
fn year_with_money() -> tempfile::TempDir {
    let folder = year();
    let farm = folder.path().join("year/farm");
    fs::remove_dir_all(&farm).unwrap();
    fs::create_dir(&farm).unwrap();
    shujian_fixtures::demo::write_demo(&farm, 20_260_223).unwrap();
    folder
}

fn batch(folder: &Path, out: &str, more: &[&str]) -> (Option<i32>, Batch) {
    let args = ["batch", "year", "-o", out, "--format", "json"];
    let output = shujian(folder).args(args).args(more).output().unwrap();
    let batch = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|err| panic!("{err}: {}", text(&output.stderr)));
    (output.status.code(), batch)
}

/// Every file below a folder.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        // A run that was killed at once has made no folder yet.
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn same(a: &Path, b: &Path) {
    let (a, b) = (tree(a), tree(b));
    assert!(a.keys().eq(b.keys()), "{:?}\n{:?}", a.keys(), b.keys());
    for (name, bytes) in &a {
        assert!(*bytes == b[name], "{name} differs");
    }
}

fn row<'a>(batch: &'a Batch, id: &str) -> &'a Row {
    batch.applications.iter().find(|row| row.id == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn every_application_has_its_row_and_none_takes_another_down() {
    let folder = year_with_money();
    let (code, batch) = batch(folder.path(), "out", &["--envelope", "1000000"]);
    assert_eq!(code, Some(1), "two of them failed");
    let sums = &batch.sums;
    assert_eq!((sums.applications, sums.graded, sums.open, sums.failed), (7, 3, 2, 2));
    for (id, code) in [("wrong", "SJ-desk-001"), ("empty", "SJ-desk-002")] {
        let row = row(&batch, id);
        let reason = row.reason.as_ref().unwrap();
        assert_eq!((row.status, reason.code.as_deref()), (Status::Failed, Some(code)));
        assert!(!reason.cause.zh.is_ascii() && reason.fix.en.len() > 10, "{reason:?}");
        let report = folder.path().join("out/applications").join(&row.folder).join("report.txt");
        assert!(fs::read_to_string(report).unwrap().contains(code));
    }
    assert_eq!(row(&batch, "no-effect").status, Status::Open);
    assert_eq!(row(&batch, "no-application").status, Status::Open);
    // The list is by total, and says the same as grading each alone.
    let totals: Vec<i64> = batch.applications.iter().filter_map(|row| row.total_centi).collect();
    assert!(totals.is_sorted_by(|a, b| a >= b) && totals.len() == 3, "{totals:?}");
    let alone = run(folder.path(), &["grade", "year/city/north", "--format", "json"]);
    let north = row(&batch, "city/north");
    let card = folder.path().join("out/applications").join(&north.folder).join("card.json");
    assert_eq!(text(&alone.stdout), fs::read_to_string(card).unwrap());
    // What was passed over is said.
    assert_eq!(batch.findings[0].code, "SJ-desk-005");
    assert_eq!(batch.findings[0].places[0].file, "说明.txt");
    assert!(batch.not_checked.iter().any(|not| not.name == "overlap"));
    let shared = batch.sums.share_fen.unwrap();
    let envelope = batch.envelope.as_ref().unwrap();
    assert_eq!(shared.0 + envelope.left_fen.0 + envelope.held_back_fen.0, 100_000_000);
    assert!(batch.sums.payable_fen.0 > 0 && shared.0 > 0, "{:?}", batch.sums);
    let verified = run(folder.path(), &["verify", "out", "--data", "year"]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
}

/// An application that is a link to a file of others is not read, nor is one that never ends.
#[cfg(unix)]
#[test]
fn links_and_pipes_in_place_of_an_application_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let year = folder.path().join("year");
    dataset(&year.join("linked"), 3, 20, None);
    dataset(&year.join("piped"), 4, 20, None);
    dataset(&year.join("huge"), 5, 20, None);
    fs::write(folder.path().join("secret"), "password = hunter2").unwrap();
    let linked = year.join("linked/application.toml");
    std::os::unix::fs::symlink(folder.path().join("secret"), linked).unwrap();
    let pipe = year.join("piped/application.toml");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    fs::write(year.join("huge/application.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    let (_, batch) = batch(folder.path(), "out", &[]);
    for id in ["linked", "piped", "huge"] {
        let reason = row(&batch, id).reason.as_ref().unwrap();
        assert_eq!(reason.code.as_deref(), Some("SJ-desk-001"), "{id}");
        assert!(
            reason.cause.en.starts_with(&format!("{id}/application.toml: must be a plain file"))
        );
    }
    let quoted = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("hunter2");
    assert!(!tree(&folder.path().join("out")).values().any(quoted));
}

#[test]
fn hostile_names_are_inert_everywhere() {
    let folder = year();
    let (_, batch) = batch(folder.path(), "out", &[]);
    let row = batch.applications.iter().find(|row| row.id.starts_with("=HYPER")).unwrap();
    assert_eq!(row.name, "=1+1\u{fffd}数据集");
    let out = folder.path().join("out");
    assert!(out.join("applications").join(&row.folder).join("card.json").is_file());
    let csv = fs::read_to_string(out.join("ranking.csv")).unwrap();
    assert!(csv.contains(",'=HYPER") && csv.contains(",'=1+1"), "{csv}");
    for lang in ["zh", "en"] {
        let args = ["batch", "year", "-o", "out", "--lang", lang, "--envelope", "100万"];
        let screen = text(&run(folder.path(), &args).stdout);
        assert!(screen.contains(if lang == "zh" { "未能评分" } else { "Failed" }), "{screen}");
        for line in screen.lines() {
            let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffef}');
            let columns: usize = line.chars().map(|c| 1 + usize::from(wide(c))).sum();
            assert!(columns <= 80, "{columns} columns: {line}");
            assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
        }
    }
}

#[test]
fn neither_threads_nor_memory_nor_folders_order_change_a_byte() {
    let folder = year();
    batch(folder.path(), "one", &["--threads", "1", "--envelope", "500000"]);
    batch(folder.path(), "many", &["--threads", "5", "--memory", "3GiB", "--envelope", "500000"]);
    same(&folder.path().join("one"), &folder.path().join("many"));
    // The same year, made in another order: a list names what the folders hold.
    let list: String = ["wrong", "empty", "no-application", "farm", "city/north", "no-effect"]
        .iter()
        .map(|id| format!("[[application]]\nid = {id:?}\npath = {id:?}\n"))
        .collect();
    let hostile = format!("[[application]]\npath = {HOSTILE:?}\n").replace("\\u{1b}", "\\u001b");
    let hostile = hostile.replace("\\u{202e}", "\\u202e");
    let list = format!("schema = \"shujian.batch-list.v1\"\n{list}{hostile}");
    let file = folder.path().join("year/batch.toml");
    fs::write(&file, list).unwrap();
    let args = ["batch", "year/batch.toml", "-o", "listed", "--envelope", "500000"];
    let output = run(folder.path(), &args);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let [one, listed] = ["one", "listed"].map(|out| tree(&folder.path().join(out)));
    // Only what was passed over in the folder is not passed over by the list.
    for (name, bytes) in one.iter().filter(|(name, _)| !name.ends_with(".json")) {
        assert!(listed[name] == *bytes, "{name} differs");
    }
}

#[test]
fn a_killed_run_ends_as_if_it_had_not_been() {
    let folder = year();
    batch(folder.path(), "whole", &["--envelope", "500000"]);
    let whole = folder.path().join("whole");
    let killed = folder.path().join("killed");
    let args = ["batch", "year", "-o", "killed", "--threads", "1", "--envelope", "500000"];
    let done = || {
        let folders = fs::read_dir(killed.join("applications")).into_iter().flatten().flatten();
        folders.filter(|folder| folder.path().join("source.json").is_file()).count()
    };
    let mut between = 0;
    // Killed at once, and when one, two … applications are done.
    for moment in 0..5 {
        let _absent = fs::remove_dir_all(&killed);
        let mut command = shujian(folder.path());
        let command = command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        while done() < moment && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        // It may have ended before: that is one of the moments.
        let _ended = child.kill();
        child.wait().unwrap();
        let left = done();
        between += usize::from(left > 0 && left < 5);
        let last = text(&run(folder.path(), &args).stderr);
        assert_eq!(last.contains(&format!("({left} unchanged")), left > 0, "{last}");
        same(&whole, &killed);
    }
    assert!(between > 0, "no kill came between two applications");
    // Any part may be gone, cut or changed: what is left decides what is graded again.
    let north = tree(&whole).into_keys().find(|name| name.contains("north")).unwrap();
    let north = PathBuf::from(north).parent().unwrap().to_owned();
    for (name, bytes) in [
        ("card.json", None),
        ("source.json", None),
        ("card.json", Some("{}")),
        ("source.json", Some("{\"schema\":")),
        ("report.txt", Some("x")),
        (".card.json.7.part", Some("{")),
    ] {
        let file = folder.path().join("killed").join(&north).join(name);
        match bytes {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        run(folder.path(), &args);
        same(&whole, &folder.path().join("killed"));
    }
}

#[test]
fn only_what_changed_is_graded_again() {
    let folder = year();
    batch(folder.path(), "out", &[]);
    let again = |args: &[&str]| {
        let mut command = shujian(folder.path());
        text(&command.args(["batch", "year", "-o", "out"]).args(args).output().unwrap().stderr)
    };
    assert!(again(&[]).contains("(5 unchanged, not graded again)"));
    let declared = EXAMPLE.replace("requested_yuan = 1500000", "requested_yuan = 400000");
    fs::write(folder.path().join("year/farm/application.toml"), declared).unwrap();
    assert!(again(&[]).contains("(4 unchanged"));
    dataset(&folder.path().join("year/no-application"), 99, 30, None);
    assert!(again(&[]).contains("(4 unchanged"));
    let rubric = include_str!("../../../pipelines/rubrics/2026.1.toml");
    fs::write(folder.path().join("own.toml"), format!("{rubric}\n# own\n")).unwrap();
    assert!(!again(&["--rubric", "own.toml"]).contains("unchanged"));
    // An application that is withdrawn leaves nothing behind, and one that breaks leaves no card.
    fs::remove_dir_all(folder.path().join("year/farm")).unwrap();
    let wrong = EXAMPLE.replace("schema", "scheme");
    fs::write(folder.path().join("year/city/north/application.toml"), wrong).unwrap();
    batch(folder.path(), "out", &[]);
    batch(folder.path(), "fresh", &[]);
    same(&folder.path().join("out"), &folder.path().join("fresh"));
}

fn verified(folder: &Path, more: &[&str]) -> (Option<i32>, Verification) {
    let args = ["verify", "out", "--format", "json"];
    let output = shujian(folder).args(args).args(more).output().unwrap();
    let form = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|err| panic!("{err}: {}", text(&output.stderr)));
    (output.status.code(), form)
}

/// Hashes the results again, as someone would who changed them on purpose.
fn cover_up(out: &Path) {
    let file = out.join("manifest.json");
    let mut manifest: Manifest = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for listed in &mut manifest.files {
        *listed = Listed::of(&listed.path, &fs::read(out.join(&listed.path)).unwrap());
    }
    fs::write(file, serde_json::to_string_pretty(&manifest).unwrap() + "\n").unwrap();
}

#[test]
fn every_change_of_the_results_is_named() {
    let folder = year_with_money();
    let (_, batch) = batch(folder.path(), "out", &["--envelope", "500000"]);
    let out = folder.path().join("out");
    assert_eq!(verified(folder.path(), &[]).0, Some(0));
    let whole = tree(&out);
    let farm = format!("applications/{}/card.json", row(&batch, "farm").folder);
    for name in whole.keys().filter(|name| *name != "manifest.json") {
        let path = out.join(name);
        let mut bytes = whole[name].clone();
        bytes[0] ^= 1;
        fs::write(&path, bytes).unwrap();
        if name == "batch.json" {
            assert_eq!(run(folder.path(), &["verify", "out"]).status.code(), Some(3));
        } else {
            let (code, form) = verified(folder.path(), &[]);
            assert_eq!(code, Some(1), "{name}");
            assert!(form.mismatches.iter().any(|found| found.place == *name), "{form:?}");
        }
        fs::write(&path, &whole[name]).unwrap();
    }
    fs::write(out.join("more.txt"), "").unwrap();
    fs::remove_file(out.join("ranking.csv")).unwrap();
    let places: Vec<String> =
        verified(folder.path(), &[]).1.mismatches.into_iter().map(|found| found.place).collect();
    assert_eq!(places, ["more.txt", "ranking.csv"]);
    fs::remove_file(out.join("more.txt")).unwrap();
    fs::write(out.join("ranking.csv"), &whole["ranking.csv"]).unwrap();

    // Whoever hashes anew what they changed is told by the cards.
    let list = text(&whole["batch.json"]);
    let share = row(&batch, "farm").share_fen.unwrap().0;
    let other = list.replace(&format!("\"share_fen\": {share}"), "\"share_fen\": 7");
    assert_ne!(other, list);
    fs::write(out.join("batch.json"), other).unwrap();
    cover_up(&out);
    let (code, form) = verified(folder.path(), &[]);
    assert!(code == Some(1) && form.mismatches.iter().all(|found| found.code == "SJ-desk-008"));
    assert!(form.mismatches.iter().any(|found| found.place == "farm"), "{form:?}");
    fs::write(out.join("batch.json"), &whole["batch.json"]).unwrap();
    let card = text(&whole[&farm]).replace("\"total_centi\": ", "\"total_centi\": 1");
    fs::write(out.join(&farm), card).unwrap();
    cover_up(&out);
    let (_, form) = verified(folder.path(), &[]);
    assert!(form.mismatches.iter().any(|found| found.what.en.contains("its card was changed")));
    for (name, bytes) in &whole {
        fs::write(out.join(name), bytes).unwrap();
    }
    assert_eq!(verified(folder.path(), &[]).0, Some(0));
}

#[test]
fn data_that_are_not_those_of_the_run_are_told() {
    let folder = year();
    batch(folder.path(), "out", &[]);
    let (code, form) = verified(folder.path(), &["--data", "year"]);
    assert_eq!((code, form.graded_again), (Some(0), Some(7)));
    fs::remove_dir_all(folder.path().join("year/no-effect")).unwrap();
    dataset(&folder.path().join("year/farm"), 77, 50, Some(EXAMPLE));
    dataset(&folder.path().join("year/new"), 78, 10, None);
    let (code, form) = verified(folder.path(), &["--data", "year"]);
    assert_eq!(code, Some(1));
    let places: Vec<&str> = form.mismatches.iter().map(|found| found.place.as_str()).collect();
    assert_eq!(places, ["farm", "new", "no-effect"], "{form:?}");
    assert!(form.mismatches.iter().all(|found| found.code == "SJ-desk-009"));
    // Without the rubric of the run nothing is compared, and that is said.
    let rubric = include_str!("../../../pipelines/rubrics/2026.1.toml");
    fs::write(folder.path().join("own.toml"), format!("{rubric}\n# own\n")).unwrap();
    let (code, _) = verified(folder.path(), &["--data", "year", "--rubric", "own.toml"]);
    assert_eq!(code, Some(1));
}

#[test]
fn what_cannot_be_a_batch_is_refused() {
    let folder = year();
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine/thesis.doc"), "years of work").unwrap();
    fs::create_dir(folder.path().join("none")).unwrap();
    let list = "schema = \"shujian.batch-list.v1\"\n";
    let twice = format!("{list}{0}{0}", "[[application]]\npath = \"year/farm\"\n");
    fs::write(folder.path().join("twice.toml"), twice).unwrap();
    fs::write(folder.path().join("other.toml"), EXAMPLE).unwrap();
    for (args, code, en, zh) in [
        (["year", "-o", "year/out"], 2, "lie in one another", "互相包含"),
        (["year/farm", "-o", "year"], 2, "lie in one another", "互相包含"),
        (["year", "-o", "mine"], 2, "holds other files (thesis.doc)", "别的文件"),
        (["none", "-o", "out"], 3, "holds no application", "里面没有申报"),
        (["twice.toml", "-o", "out"], 3, "stands twice", "出现两次"),
        (["other.toml", "-o", "out"], 3, "is no list of a batch", "不是批次清单"),
        (["gone", "-o", "out"], 3, "gone: ", "没有这个文件"),
    ] {
        for (lang, said) in [("en", en), ("zh", zh)] {
            let mut command = shujian(folder.path());
            let output = command.arg("batch").args(args).args(["--lang", lang]).output().unwrap();
            let message = text(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{args:?}: {message}");
            assert!(message.contains(said), "{args:?}: {message}");
        }
    }
    assert!(!folder.path().join("out").exists() && !folder.path().join("year/out").exists());
    assert_eq!(fs::read_dir(folder.path().join("mine")).unwrap().count(), 1);
    let output = run(folder.path(), &["batch", "year", "-o", "out", "--envelope", "-1"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn ties_go_to_the_first_submission() {
    let folder = tempfile::tempdir().unwrap();
    dataset(&folder.path().join("a"), 3, 50, Some(EXAMPLE));
    dataset(&folder.path().join("b"), 3, 50, Some(EXAMPLE));
    let ranked = |days: [&str; 2]| -> Vec<String> {
        let list: String = ["a", "b"]
            .iter()
            .zip(days)
            .map(|(id, day)| format!("[[application]]\npath = \"{id}\"\nsubmitted = \"{day}\"\n"))
            .collect();
        let list = format!("schema = \"shujian.batch-list.v1\"\n{list}");
        fs::write(folder.path().join("batch.toml"), list).unwrap();
        let output = run(folder.path(), &["batch", "batch.toml", "-o", "out", "--format", "json"]);
        let batch: Batch = serde_json::from_slice(&output.stdout).unwrap();
        batch.applications.into_iter().map(|row| row.id).collect()
    };
    assert_eq!(ranked(["2026-05-01", "2026-05-02"]), ["a", "b"]);
    assert_eq!(ranked(["2026-05-02", "2026-05-01"]), ["b", "a"]);
}

#[test]
fn an_application_is_written_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, title) in [("zh", "须改正"), ("en", "to mend")] {
        let file = format!("{lang}.toml");
        let made = run(folder.path(), &["apply", "init", "-o", &file, "--lang", lang]);
        assert_eq!(made.status.code(), Some(0));
        let output = run(folder.path(), &["apply", "check", &file, "--lang", lang]);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(title) && said.contains("money.requested_yuan"), "{said}");
    }
    let again = run(folder.path(), &["apply", "init", "-o", "en.toml"]);
    assert_eq!(again.status.code(), Some(2), "what someone filled in is not written over");
    dataset(&folder.path().join("data"), 3, 60, None);
    fs::write(folder.path().join("application.toml"), EXAMPLE).unwrap();
    let sound = run(folder.path(), &["apply", "check", "--data", "data"]);
    assert_eq!(sound.status.code(), Some(0), "{}", text(&sound.stdout));
    assert!(text(&sound.stdout).contains("nothing contradicts it"));
    let film = EXAMPLE.replace("modality = \"text\"", "modality = \"video\"");
    fs::write(folder.path().join("film.toml"), film).unwrap();
    let output = run(folder.path(), &["apply", "check", "film.toml", "--data", "data"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("SJ-grade-001"), "{}", text(&output.stdout));
    let alone = run(folder.path(), &["apply", "check", "film.toml"]);
    assert_eq!(alone.status.code(), Some(0), "without data nothing is contradicted");
    assert_eq!(run(folder.path(), &["apply", "check", "gone.toml"]).status.code(), Some(3));
}
