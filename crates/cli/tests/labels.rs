//! `shujian labels …` and `shujian plan` over the real binary, on small inputs and, where there
//! are any, on public ones.

#![expect(clippy::print_stdout, reason = "a skipped test says why")]
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn shujian(folder: &Path, threads: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shujian"));
    command.current_dir(folder).env("LC_ALL", "en_US.UTF-8").env("COLUMNS", "100");
    command.env("RAYON_NUM_THREADS", threads).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The JSON of a command that succeeds, the same at one thread and at two.
fn json(folder: &Path, args: &[&str]) -> Value {
    let args = [args, &["--format", "json"]].concat();
    let [one, two] = ["1", "2"].map(|threads| shujian(folder, threads, &args));
    assert_eq!(one.status.code(), Some(0), "{args:?}: {}", text(&one.stderr));
    assert!(one.stdout == two.stdout, "{args:?} differs by threads");
    let said = text(&one.stdout);
    assert!(!said.contains("null") && !said.contains("NaN"), "{args:?}: {said}");
    serde_json::from_str(&said).unwrap()
}

/// What people read, in both languages; no line wider than the screen.
fn both(folder: &Path, args: &[&str]) -> [String; 2] {
    ["zh", "en"].map(|lang| {
        let output = shujian(folder, "2", &[args, &["--lang", lang]].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        let said = text(&output.stdout);
        for line in said.lines() {
            let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffef}');
            let columns: usize = line.chars().map(|c| 1 + usize::from(wide(c))).sum();
            assert!(columns <= 80, "{columns} columns: {line}");
        }
        assert!(!said.contains("NaN"), "{said}");
        said
    })
}

fn refused(folder: &Path, code: i32, args: &[&str]) {
    for lang in ["zh", "en"] {
        let output = shujian(folder, "2", &[args, &["--lang", lang]].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        let begins = if lang == "zh" { "错误：" } else { "error: " };
        assert!(said.starts_with(begins) && !said.contains("panicked"), "{args:?}: {said}");
    }
}

/// The folder of a public case; `None` says aloud that the test was skipped.
fn public(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("SHUJIAN_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let case = data.join("annotation").join(name);
    if !case.is_dir() {
        println!("skipped: {} is absent (SHUJIAN_DATA)", case.display());
        return None;
    }
    Some(case)
}

/// Sixty items of three raters; one of them errs on every fifth.
fn crowd() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = "item,worker,label\n".to_owned();
    let mut gold = "item,label\n".to_owned();
    for item in 0..60 {
        let truth = ["cat", "dog", "hen"][item % 3];
        gold.push_str(&format!("i{item},{truth}\n"));
        for worker in ["x", "y", "z"] {
            let errs = worker == "z" && item % 5 == 0;
            csv.push_str(&format!("i{item},{worker},{}\n", if errs { "cat" } else { truth }));
        }
    }
    fs::write(folder.path().join("labels.csv"), csv).unwrap();
    fs::write(folder.path().join("gold.csv"), gold).unwrap();
    folder
}

fn coefficient<'a>(form: &'a Value, name: &str) -> &'a Value {
    let rows = form["tables"][0]["coefficients"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap()
}

#[test]
fn agreement_is_said_in_both_languages() {
    let folder = crowd();
    let form = json(folder.path(), &["labels", "agree", "labels.csv"]);
    assert_eq!(form["schema"], "shujian.agreement.v1");
    assert!(coefficient(&form, "krippendorff-alpha")["value"].as_f64().unwrap() > 0.8);
    let only = ["labels", "agree", "labels.csv", "--only", "krippendorff-alpha"];
    let alone = json(folder.path(), &only);
    assert_eq!(alone["tables"][0]["coefficients"].as_array().unwrap().len(), 1);
    let value = |form: &Value| coefficient(form, "krippendorff-alpha")["value"].as_f64();
    assert_eq!(value(&alone), value(&form));
    let [zh, en] = both(folder.path(), &["labels", "agree", "labels.csv"]);
    assert!(zh.contains("一致性") && en.contains("Agreement"), "{zh}{en}");
    // Cohen's κ is of two raters: no value, but why, and what to do.
    assert!(zh.contains("无定义：") && zh.contains("补救："), "{zh}");
    assert!(en.contains("undefined: ") && en.contains("remedy: "), "{en}");
}

#[test]
fn a_file_for_each_rater_is_one_panel() {
    let folder = crowd();
    let boxes = |shift: usize| {
        format!(
            r#"{{"images":[{{"id":1,"file_name":"a.jpg","width":99,"height":99}}],
            "categories":[{{"id":1,"name":"cat"}}],"annotations":[
            {{"id":1,"image_id":1,"category_id":1,"bbox":[{shift},10,40,40],"area":1600}},
            {{"id":2,"image_id":1,"category_id":1,"bbox":[{shift},60,20,20],"area":400}}]}}"#
        )
    };
    for (name, shift) in [("ann.json", 10), ("bob.json", 12)] {
        fs::write(folder.path().join(name), boxes(shift)).unwrap();
    }
    let form = json(folder.path(), &["labels", "agree", "ann.json", "bob.json"]);
    assert_eq!(form["marks"][0]["matched"], 2, "{form}");
    assert_eq!(form["marks"][0]["f1"], 1.0);
    let form = json(folder.path(), &["labels", "consensus", "ann.json", "bob.json"]);
    assert_eq!(form["of"], "marks");
    assert_eq!(form["labels"][0]["edges"], serde_json::json!([11.0, 10.0, 51.0, 50.0]));
    let quorum = ["labels", "consensus", "ann.json", "bob.json", "--method", "quorum"];
    let form = json(folder.path(), &quorum);
    assert_eq!(form["labels"][0]["edges"], serde_json::json!([11.0, 10.0, 51.0, 50.0]), "{form}");
    let alone = json(folder.path(), &[&quorum[..], &["--quorum", "3"]].concat());
    assert_eq!(alone["labels"], serde_json::json!([]));
    refused(folder.path(), 2, &[&quorum[..], &["--gold", "gold.csv"]].concat());
}

#[test]
fn every_method_settles_the_crowd() {
    let folder = crowd();
    for method in ["majority", "dawid-skene", "one-coin", "glad", "mace", "mmsr", "wawa"] {
        let args = ["labels", "consensus", "labels.csv", "--method", method, "--gold", "gold.csv"];
        let form = json(folder.path(), &args);
        assert_eq!(form["gold"]["correct"], 60, "{method}");
        let [zh, en] = both(folder.path(), &args);
        assert!(zh.contains("共识：") && en.contains("Consensus: "));
    }
    let clamp = ["labels", "consensus", "labels.csv", "--gold", "gold.csv", "--clamp"];
    assert_eq!(json(folder.path(), &clamp)["clamped"], true);
    refused(folder.path(), 2, &[&clamp[..], &["--method", "glad"]].concat());
}

/// Three hundred items of five raters, the last answer first: `tired` errs from the middle on, `hasty`
/// takes a moment where the others look.
fn timed(head: &str, row: impl Fn(&str, &str, &str, usize, f64) -> String) -> String {
    let mut rows = Vec::new();
    for item in 0..300_usize {
        let truth = ["cat", "dog", "hen"][item % 3];
        let wrong = ["cat", "dog", "hen"][(item + 1 + item / 3 % 2) % 3];
        for (place, rater) in ["ann", "bob", "cleo", "hasty", "tired"].into_iter().enumerate() {
            let is_tired = rater == "tired" && item >= 150 && item % 2 == 0;
            let errs = is_tired || (item * 7 + place * 11) % 29 == 0;
            let took =
                if rater == "hasty" && item % 2 == 1 { 0.4 } else { 5.0 + (item % 4) as f64 };
            let second = item * 60 + place;
            rows.push(row(
                &format!("i{item:03}"),
                rater,
                if errs { wrong } else { truth },
                second,
                took,
            ));
        }
    }
    rows.reverse();
    format!("{head}\n{}", rows.concat())
}

/// Who showed what, as `labels consensus --raters` says it.
fn behaviour(folder: &Path, path: &str) -> (Vec<String>, Value, Value) {
    let form = json(folder, &["labels", "consensus", path, "--raters"]);
    let rows = form["behaviours"].as_array().unwrap();
    let name = |row: &Value| {
        format!("{} {}", row["behaviour"].as_str().unwrap(), row["rater"].as_str().unwrap())
    };
    (rows.iter().map(name).collect(), form["behaviours"].clone(), form["not_looked_for"].clone())
}

#[test]
fn haste_and_drift_are_found_by_the_times_that_files_give() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let iso = |second: usize| {
        format!("2026-03-02T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    };
    let whole =
        timed("item,annotator,label,lead_time,created_at", |item, rater, label, second, took| {
            format!("{item},{rater},{label},{took},{}\n", iso(second))
        });
    fs::write(at("whole.csv"), &whole).unwrap();
    // The same in Chinese, with one column of epochs and one of seconds.
    let chinese =
        timed("样本,标注员,标签,用时,时间", |item, rater, label, second, took| {
            format!("{item},{rater},{label},{took},{}\n", 1_772_409_600 + second)
        });
    fs::write(at("chinese.csv"), chinese).unwrap();
    let (seen, rows, unseen) = behaviour(folder.path(), "whole.csv");
    assert_eq!(seen, ["too-fast hasty", "drift tired"]);
    assert!((140..=160).contains(&rows[1]["from"].as_u64().unwrap()), "{rows}");
    assert!(unseen.is_null(), "{unseen}");
    assert_eq!(behaviour(folder.path(), "chinese.csv").1, rows);
    let convert = |format: &str| -> Value {
        let args =
            ["labels", "convert", "whole.csv", "--to", format, "-o", format, "--format", "json"];
        let output = shujian(folder.path(), "2", &args);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    // Through other formats that keep times, the same is found.
    for format in ["label-studio", "table-jsonl", "table-parquet", "table-csv"] {
        assert_eq!(convert(format)["lost"], serde_json::json!([]), "{format}");
        assert_eq!(behaviour(folder.path(), format).1, rows, "{format}");
    }
    // One that keeps no seconds says so, and what was not looked for.
    assert_eq!(convert("doccano")["lost"][0]["count"], 1500);
    let (seen, _, unseen) = behaviour(folder.path(), "doccano");
    assert_eq!((seen, unseen), (vec!["drift tired".to_owned()], serde_json::json!(["too-fast"])));
    let [zh, en] = both(folder.path(), &["labels", "consensus", "doccano", "--raters"]);
    assert!(zh.contains("漂移") && zh.contains("未查（文件没有时间）：过快"), "{zh}");
    assert!(en.contains("drift") && en.contains("Not looked for"), "{en}");
    // Not asked for, nothing is said of it but how to ask.
    let plain = json(folder.path(), &["labels", "consensus", "whole.csv"]);
    assert!(plain["behaviours"].is_null() && plain["raters"][0]["with_others"].is_null());
    let [zh, en] = both(folder.path(), &["labels", "consensus", "whole.csv"]);
    assert!(zh.contains("--raters") && en.contains("--raters"));
    refused(
        folder.path(),
        2,
        &["labels", "consensus", "whole.csv", "--method", "rover", "--raters"],
    );
}

#[test]
fn what_is_no_time_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let table = "item,worker,label,lead_time,created_at\n\
                 a,x,cat,soon,2026-03-02T00:00:00Z\na,y,cat,3.5,noon\na,z,cat,,\n";
    fs::write(folder.path().join("t.csv"), table).unwrap();
    let form = json(folder.path(), &["labels", "consensus", "t.csv"]);
    let found = &form["findings"][0];
    assert_eq!(
        (found["code"].as_str(), found["count"].as_u64()),
        (Some("SJ-annotation-008"), Some(2))
    );
}

#[test]
fn transcripts_of_several_become_one() {
    let folder = tempfile::tempdir().unwrap();
    let table = "item,worker,text\nu1,a,今天 天气 好\nu1,b,今天 天汽 好\nu1,c,今天 天气 真 好\n";
    fs::write(folder.path().join("said.csv"), table).unwrap();
    let args = ["labels", "consensus", "said.csv", "--method", "rover"];
    assert_eq!(json(folder.path(), &args)["labels"][0]["text"], "今天天气好");
    let [zh, en] = both(folder.path(), &args);
    assert!(zh.contains("投票") && en.contains("put to the vote"), "{zh}{en}");
}

#[test]
fn plans_are_of_the_standard_or_exact() {
    let folder = tempfile::tempdir().unwrap();
    let form = json(folder.path(), &["plan", "--lot", "1000", "--aql", "1.0"]);
    assert_eq!(form["schema"], "shujian.plan.v1");
    assert_eq!(form["stages"], serde_json::json!([{"sample": 80, "accept": 2, "reject": 3}]));
    assert_eq!(form["code"], "J");
    let tightened = ["plan", "--lot", "1000", "--aql", "1", "--severity", "tightened"];
    assert_eq!(json(folder.path(), &tightened)["stages"][0]["accept"], 1);
    for kind in [&[][..], &["--double"], &["--sequential"]] {
        let args = [&["plan", "--lot", "1000", "--aql", "1", "--lq", "5"][..], kind].concat();
        assert!(json(folder.path(), &args)["consumer_risk"].as_f64().unwrap() < 0.11, "{args:?}");
        let [zh, en] = both(folder.path(), &args);
        assert!(zh.contains("抽样方案") && en.contains("Sampling plan"));
    }
    let history =
        |lots| json(folder.path(), &["plan", "--lot", "1000", "--aql", "1", "--history", lots]);
    assert_eq!(history("++-+-")["severity"], "tightened");
    assert_eq!(history("-++++")["severity"], "normal");
    refused(folder.path(), 2, &["plan", "--lot", "9", "--aql", "1", "--history", "-------"]);
    refused(folder.path(), 2, &["plan", "--lot", "1000", "--aql", "0.7"]);
    refused(folder.path(), 2, &["plan", "--lot", "1000", "--aql", "1", "--double"]);
}

/// A `.npy` file of version 1.
fn npy(kind: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let heading = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((heading.len() as u16).to_le_bytes());
    bytes.extend(heading.as_bytes());
    bytes.extend(values);
    bytes
}

#[test]
fn label_errors_are_found_in_arrays() {
    let folder = tempfile::tempdir().unwrap();
    let (mut probabilities, mut labels) = (Vec::new(), Vec::new());
    for row in 0..100_u8 {
        let truth = row % 2;
        let share = 0.8 + f64::from(row) / 1_000.0;
        let pair = if truth == 0 { [share, 1.0 - share] } else { [1.0 - share, share] };
        probabilities.extend(pair.iter().flat_map(|share| share.to_le_bytes()));
        labels.push(if row == 97 { 0 } else { truth });
    }
    fs::write(folder.path().join("p.npy"), npy("<f8", "(100, 2)", &probabilities)).unwrap();
    fs::write(folder.path().join("l.npy"), npy("|u1", "(100,)", &labels)).unwrap();
    let args = ["labels", "errors", "--probabilities", "p.npy", "--labels", "l.npy"];
    let form = json(folder.path(), &args);
    assert_eq!(form["schema"], "shujian.label-errors.v1");
    assert_eq!(form["found"][0]["row"], 97, "{form}");
    let [zh, en] = both(folder.path(), &args);
    assert!(zh.contains("标注错误") && en.contains("Label errors"));
    fs::write(folder.path().join("l.npy"), b"\x93NUMPY\x01\x00\xff").unwrap();
    refused(folder.path(), 3, &args);
}

#[test]
fn a_conversion_lists_what_is_lost_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let coco = r#"{"images":[{"id":1,"file_name":"a.jpg","width":99,"height":99}],
        "categories":[{"id":1,"name":"cat"}],"annotations":[{"id":1,"image_id":1,"category_id":1,
        "bbox":[10,10,40,40],"area":800,"segmentation":[[10,10,50,10,50,50]]}]}"#;
    fs::write(folder.path().join("a.json"), coco).unwrap();
    let to = |folder: &'static str| ["labels", "convert", "a.json", "--to", "voc", "-o", folder];
    let output = shujian(folder.path(), "1", &[&to("one")[..], &["--format", "json"]].concat());
    let form: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(form["written"], 1);
    assert_eq!(form["lost"][0]["shape"], "polygon", "{form}");
    let path = form["files"][0]["path"].as_str().unwrap();
    assert!(fs::read_to_string(folder.path().join("one").join(path)).unwrap().contains("cat"));
    refused(folder.path(), 2, &to("one"));
    let output = shujian(folder.path(), "1", &[&to("two")[..], &["--lang", "zh"]].concat());
    assert!(text(&output.stdout).contains("仅保留外接框"), "{}", text(&output.stdout));
}

/// The value of a measure of a part of an evaluation.
fn measured(form: &Value, of: &str, name: &str) -> Option<f64> {
    let part = form["parts"].as_array().unwrap().iter().find(|part| part["of"] == of).unwrap();
    let measures = part["measures"].as_array().unwrap();
    measures.iter().find(|measure| measure["name"] == name).unwrap()["value"].as_f64()
}

fn near(found: Option<f64>, wanted: &Value, what: &str) {
    // The reference writes -1 where nothing had to be found.
    let wanted = wanted.as_f64().filter(|wanted| *wanted != -1.0);
    match (found, wanted) {
        (Some(found), Some(wanted)) => {
            let apart = (found - wanted).abs();
            assert!(apart < 1e-9 * wanted.abs().max(1.0), "{what}: {found}, not {wanted}");
        }
        (found, wanted) => assert_eq!(found, wanted, "{what}"),
    }
}

#[test]
fn found_objects_score_as_published() {
    for case in ["coco100_bbox", "edges", "small_segm"] {
        let Some(case) = public(&format!("detection/{case}")) else { return };
        let wanted: Value =
            serde_json::from_str(&fs::read_to_string(case.join("expected.json")).unwrap()).unwrap();
        let form = json(&case, &["labels", "eval", "gt.json", "dt.json"]);
        assert_eq!(form["schema"], "shujian.evaluation.v1");
        for (kind, of) in [("bbox", "coco-boxes"), ("segm", "coco-masks")] {
            let Some(numbers) = wanted[kind]["pycocotools"].as_object() else { continue };
            for (name, value) in numbers {
                near(measured(&form, of, name), value, &format!("{} {name}", case.display()));
            }
        }
    }
}

/// Lines of a class, a score if there is one, and a box, as COCO's truth and results.
fn as_coco(folder: &Path, classes: &[&String], scored: bool) -> (Vec<Value>, Vec<Value>) {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut images, mut boxes) = (Vec::new(), Vec::new());
    for (image, file) in files.iter().enumerate() {
        images.push(serde_json::json!({"id": image, "file_name": format!("{image}.jpg"),
            "width": 4000, "height": 4000}));
        for line in fs::read_to_string(file).unwrap().lines() {
            let mut cells = line.split_whitespace();
            let Some(class) = cells.next() else { continue };
            let class = classes.iter().position(|known| *known == class).unwrap();
            let mut numbers: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
            let score = if scored { numbers.remove(0) } else { 1.0 };
            boxes.push(serde_json::json!({"id": boxes.len() + 1, "image_id": image,
                "category_id": class, "bbox": numbers, "area": numbers[2] * numbers[3],
                "score": score}));
        }
    }
    (images, boxes)
}

#[test]
fn boxes_score_by_pascal_voc_as_published() {
    let Some(case) = public("detection/voc_ap") else { return };
    let wanted: Value =
        serde_json::from_str(&fs::read_to_string(case.join("expected.json")).unwrap()).unwrap();
    let classes = wanted["classes"].as_object().unwrap();
    let names: Vec<&String> = classes.keys().collect();
    let (images, truths) = as_coco(&case.join("groundtruths"), &names, false);
    let (_, found) = as_coco(&case.join("detections"), &names, true);
    let categories: Vec<Value> = (0..)
        .zip(&names)
        .map(|(id, name): (u64, _)| serde_json::json!({"id": id, "name": name}))
        .collect();
    let truth = serde_json::json!({"images": images, "categories": categories,
        "annotations": truths});
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gt.json"), truth.to_string()).unwrap();
    fs::write(folder.path().join("dt.json"), Value::from(found).to_string()).unwrap();
    let args = ["labels", "eval", "gt.json", "dt.json", "--metric", "voc", "--overlap", "0.3"];
    let form = json(folder.path(), &args);
    let rows = form["parts"][0]["by_class"].as_array().unwrap();
    for (name, row) in classes {
        let found = rows.iter().find(|found| found["class"] == *name).unwrap();
        let value = |at: usize| found["measures"][at]["value"].as_f64();
        near(value(0), &row["ap_all_points"], "all points");
        near(value(1), &row["ap_11_points"], "11 points");
        assert_eq!((value(2), value(3)), (row["tp"].as_f64(), row["fp"].as_f64()));
    }
    let [zh, en] = both(folder.path(), &args);
    assert!(zh.contains("平均精度") && en.contains("average precision"));
}

#[test]
fn transcripts_and_entities_score_as_published() {
    let Some(case) = public("text/asr") else { return };
    let folder = tempfile::tempdir().unwrap();
    let wanted = |case: &Path| -> Value {
        serde_json::from_str(&fs::read_to_string(case.join("expected.json")).unwrap()).unwrap()
    };
    let (mut reference, mut transcript) = ("item,text\n".to_owned(), "item,text\n".to_owned());
    for (row, line) in fs::read_to_string(case.join("pairs.tsv")).unwrap().lines().enumerate() {
        let (left, right) = line.split_once('\t').unwrap_or((line, ""));
        let quoted = |text: &str| text.replace('"', "\"\"");
        reference.push_str(&format!("u{row},\"{}\"\n", quoted(left)));
        transcript.push_str(&format!("u{row},\"{}\"\n", quoted(right)));
    }
    fs::write(folder.path().join("ref.csv"), reference).unwrap();
    fs::write(folder.path().join("hyp.csv"), transcript).unwrap();
    let args = ["labels", "eval", "ref.csv", "hyp.csv", "--metric", "transcripts"];
    let (form, numbers) = (json(folder.path(), &args), wanted(&case));
    let names = [("WER", "wer"), ("CER", "cer"), ("MER", "mer"), ("WIL", "wil"), ("WIP", "wip")];
    let counts = [("changed", "S"), ("left-out", "D"), ("put-in", "I")];
    for (name, key) in names.into_iter().chain(counts) {
        near(measured(&form, "transcripts", name), &numbers[key], name);
    }
    let [zh, en] = both(folder.path(), &args);
    assert!(zh.contains("词错误率") && en.contains("word error rate"));

    let Some(case) = public("sequence/conll2000") else { return };
    let columns = |at: usize| -> String {
        let text = fs::read_to_string(case.join("tags.txt")).unwrap();
        let line = |line: &str| {
            let cells: Vec<&str> = line.split([' ', '\t']).collect();
            if line.trim().is_empty() {
                "\n".to_owned()
            } else {
                format!("{} {}\n", cells[0], cells[at])
            }
        };
        text.lines().map(line).collect()
    };
    fs::write(folder.path().join("gold.conll"), columns(2)).unwrap();
    fs::write(folder.path().join("model.conll"), columns(3)).unwrap();
    let args = ["labels", "eval", "gold.conll", "model.conll"];
    let (form, numbers) = (json(folder.path(), &args), wanted(&case));
    for (scheme, key) in
        [("conlleval", "default"), ("iob1", "strict_IOB1"), ("iob2", "strict_IOB2")]
    {
        let Some(block) = numbers[key].as_object() else { continue };
        for (name, row, column) in [
            ("precision", "micro avg", "precision"),
            ("recall", "micro avg", "recall"),
            ("f1", "micro avg", "f1-score"),
            ("macro-f1", "macro avg", "f1-score"),
            ("weighted-f1", "weighted avg", "f1-score"),
        ] {
            let found = measured(&form, "entities", &format!("{scheme}.{name}"));
            near(found, &block[row][column], &format!("{scheme} {name}"));
        }
    }
    let [zh, en] = both(folder.path(), &args);
    assert!(zh.contains("实体") && en.contains("paired by their order"), "{en}");
}

#[test]
fn broken_input_is_said_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let broken: [(&str, &[u8]); 4] = [
        ("empty.csv", b""),
        ("cut.json", b"{\"images\":[{\"id\":"),
        ("noise.xml", b"<annotation><object>\xff\xfe\x00"),
        ("header.csv", b"item,worker,label\n"),
    ];
    for (name, bytes) in broken {
        fs::write(folder.path().join(name), bytes).unwrap();
        refused(folder.path(), 3, &["labels", "agree", name]);
        refused(folder.path(), 3, &["labels", "consensus", name]);
        refused(folder.path(), 3, &["labels", "convert", name, "--to", "coco", "-o", "out"]);
        refused(folder.path(), 3, &["labels", "eval", name, name]);
    }
    refused(folder.path(), 3, &["labels", "agree", "nowhere"]);
}

#[test]
fn bluebird_is_as_published() {
    let Some(case) = public("crowd/bluebird") else { return };
    let form = json(&case, &["labels", "agree", "labels.csv"]);
    let alpha = coefficient(&form, "krippendorff-alpha")["value"].as_f64().unwrap();
    assert!((alpha - 0.125_50).abs() < 1e-5, "{alpha}");
    for (method, correct) in [("majority", 82), ("dawid-skene", 97)] {
        let args = ["labels", "consensus", "labels.csv", "--gold", "gold.csv", "--method", method];
        let form = json(&case, &args);
        assert_eq!(form["gold"]["correct"], correct, "{method}");
        assert_eq!(form["gold"]["answered"], 108);
    }
}

#[test]
fn nothing_written_and_half_read_are_no_success() {
    let folder = crowd();
    let at = |name: &str| folder.path().join(name);
    // Classes of whole items have no boxes to write.
    for lang in ["zh", "en"] {
        let args =
            ["labels", "convert", "labels.csv", "--to", "kitti", "-o", "out", "--lang", lang];
        let output = shujian(folder.path(), "2", &args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("kitti") && said.contains("×180"), "{said}");
        assert!(!at("out").exists());
    }
    let boxes = |count: usize| {
        let row = |id: usize| {
            format!(
                r#"{{"id":{id},"image_id":1,"category_id":1,"bbox":[{id},1,3,3],"area":9,"score":0.9}}"#
            )
        };
        let rows: Vec<String> = (1..=count).map(row).collect();
        format!(
            r#"{{"images":[{{"id":1,"file_name":"a.jpg","width":99,"height":99}}],"categories":[{{"id":1,"name":"cat"}}],"annotations":[{}]}}"#,
            rows.join(",")
        )
    };
    fs::write(at("truth.json"), boxes(9)).unwrap();
    let whole = boxes(9);
    fs::write(at("cut.json"), &whole[..whole.len() - 90]).unwrap();
    let args = ["labels", "eval", "truth.json", "cut.json"];
    let output = shujian(folder.path(), "2", &args);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("SJ-annotation-004"), "{}", text(&output.stdout));
    let whole = ["labels", "eval", "truth.json", "truth.json"];
    assert_eq!(shujian(folder.path(), "2", &whole).status.code(), Some(0));

    let table = fs::read_to_string(at("labels.csv")).unwrap();
    fs::create_dir(at("half")).unwrap();
    fs::write(at("half/labels.csv"), table + "one,two,three,four,five,six\n").unwrap();
    for command in ["agree", "consensus"] {
        for (path, code) in [("labels.csv", 0), ("half/labels.csv", 1)] {
            let output = shujian(folder.path(), "2", &["labels", command, path]);
            assert_eq!(output.status.code(), Some(code), "{command} {path}");
        }
    }
    // A class table has no places to settle.
    let args = ["labels", "consensus", "labels.csv", "--method", "quorum", "--lang", "en"];
    let output = shujian(folder.path(), "2", &args);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("quorum") && said.contains("dawid-skene"), "{said}");
}

#[test]
fn a_conversion_never_takes_shares_for_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in/labels")).unwrap();
    fs::write(at("in/classes.txt"), "cat\n").unwrap();
    fs::write(at("in/labels/a.txt"), "0 0.5 0.5 0.2 0.2\n").unwrap();
    for to in ["coco", "voc", "kitti", "cvat", "mot", "labelme-json"] {
        let args = ["labels", "convert", "in", "--to", to, "-o", "out", "--lang", "en"];
        let output = shujian(folder.path(), "2", &args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{to}: {said}");
        assert!(said.contains("×1 image size unknown"), "{to}: {said}");
        assert!(!at("out").exists());
    }
    // With the picture beside, its header tells: a GIF of 200 by 100.
    let gif = [&b"GIF89a\xc8\0\x64\0"[..], &[0; 32]].concat();
    fs::create_dir_all(at("in/images")).unwrap();
    fs::write(at("in/images/a.gif"), gif).unwrap();
    let args = ["labels", "convert", "in", "--to", "coco", "-o", "out"];
    assert_eq!(shujian(folder.path(), "2", &args).status.code(), Some(0));
    let coco: Value =
        serde_json::from_str(&fs::read_to_string(at("out/annotations.json")).unwrap()).unwrap();
    let close = |at: usize, wanted: f64| {
        let found = coco["annotations"][0]["bbox"][at].as_f64().unwrap();
        assert!((found - wanted).abs() < 1e-9, "{coco}");
    };
    [80.0, 40.0, 40.0, 20.0].into_iter().enumerate().for_each(|(at, wanted)| close(at, wanted));
}

#[test]
fn plans_in_stages_say_what_goes_out() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["--double", "--sequential"] {
        let args = ["plan", "--lot", "1000", "--aql", "1.0", "--lq", "5", kind];
        let form = json(folder.path(), &args);
        let risk = |name: &str| form[name].as_f64().unwrap();
        let asked = &form["risks"];
        let most = |name: &str| asked[name].as_f64().unwrap();
        assert!(risk("producer_risk") <= most("alpha"), "{kind}: {form}");
        assert!(risk("consumer_risk") <= most("beta"), "{kind}: {form}");
        let limit = form["outgoing_limit"].as_f64().unwrap();
        let points = form["points"].as_array().unwrap();
        let out: Vec<f64> =
            points.iter().map(|point| point["outgoing"].as_f64().unwrap()).collect();
        assert!(out.iter().all(|share| *share <= limit) && limit < 0.05, "{kind}: {form}");
        let [zh, en] = both(folder.path(), &args);
        assert!(zh.contains("AOQL") && en.contains("AOQL"));
    }
}

#[test]
fn a_kept_model_takes_further_labels() {
    let folder = crowd();
    let fit = |model: &[&str], rounds: &str| {
        let args = ["labels", "consensus", "labels.csv", "--rounds", rounds];
        json(folder.path(), &[&args[..], model].concat())
    };
    // Three rounds, kept, and four more are the eight at once: taking it up is a round of its own.
    fit(&["--save-model", "model.json"], "3");
    let on = fit(&["--model", "model.json"], "4");
    let once = fit(&[], "8");
    assert_eq!((&on["labels"], &on["raters"]), (&once["labels"], &once["raters"]));
    // Further labels of the same raters.
    fs::write(folder.path().join("more.csv"), "item,worker,label\nj1,x,cat\nj1,z,hen\n").unwrap();
    let more = ["labels", "consensus", "more.csv", "--model", "model.json", "--rounds", "1"];
    let form = json(folder.path(), &more);
    assert_eq!(form["classes"], once["classes"], "{form}");
    fs::write(folder.path().join("other.csv"), "item,worker,label\nj1,x,cow\n").unwrap();
    refused(folder.path(), 3, &["labels", "consensus", "other.csv", "--model", "model.json"]);
    refused(folder.path(), 3, &["labels", "consensus", "more.csv", "--model", "gold.csv"]);
    refused(
        folder.path(),
        2,
        &["labels", "consensus", "more.csv", "--model", "model.json", "--method", "wawa"],
    );
}
