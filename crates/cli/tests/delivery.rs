//! `shujian delivery`, end to end: check, sample, conclude, diff; and every clean format of the real
//! cases.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn shujian(args: &[&str]) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_shujian")).args(args).output();
    run.expect("the binary starts")
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("the output is JSON")
}

/// A delivery of one rater with so many items.
fn deliver(folder: &Path, items: usize, broken: usize) {
    fs::create_dir_all(folder).expect("the folder can be made");
    let mut text = "item,annotator,label\n".to_owned();
    for item in 0..items {
        let label = if item < broken { "" } else { ["cat", "dog"][item % 2] };
        text += &format!("{item:04}.jpg,ann,{label}\n");
    }
    fs::write(folder.join("labels.csv"), text).expect("the file can be written");
}

#[test]
fn from_delivery_to_rework_to_acceptance() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (first, second) = (at("first"), at("second"));
    deliver(Path::new(&first), 300, 2);
    deliver(Path::new(&second), 300, 0);

    let checked = shujian(&["delivery", "check", &first, "--format", "json"]);
    assert_eq!(checked.status.code(), Some(1));
    let review = json(&checked);
    assert_eq!(review["verdict"]["decision"], "rework");
    assert_eq!(review["rework"].as_array().unwrap().len(), 2);
    assert_eq!(review["rework"][0]["place"]["file"], "labels.csv");

    let compared = shujian(&["delivery", "diff", &first, &second, "--format", "json"]);
    assert_eq!(compared.status.code(), Some(0));
    assert_eq!(json(&compared)["fixed"]["numerator"], 2);

    let (secret, sample, results) = (at("secret"), at("sample.json"), at("results.csv"));
    fs::write(&secret, "a secret nobody can guess").unwrap();
    let commitment = shujian(&["delivery", "commit", &secret]);
    let commitment = String::from_utf8(commitment.stdout).unwrap();
    let draw = |commitment: &str, written: &str| {
        let args = ["--secret", &secret, "--commitment", commitment, "--format", "json"];
        shujian(&[&["delivery", "sample", &second, "-o", written], &args[..]].concat())
    };
    assert_eq!(draw(commitment.trim(), &sample).status.code(), Some(0));
    assert_eq!(draw(&"0".repeat(64), &at("other.json")).status.code(), Some(3));
    let drawn: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&sample).unwrap()).unwrap();
    let items: Vec<&str> =
        drawn["items"].as_array().unwrap().iter().filter_map(|item| item.as_str()).collect();
    // GB/T 2828.1, lot 300, level II, AQL 1.0: 50 items, 1 accepted.
    assert_eq!((items.len(), drawn["plan"]["accept"].as_u64()), (50, Some(1)));

    let conclude = |delivery: &str, defects: usize| {
        let line = |(at, item): (usize, &&str)| {
            format!("{item},{}\n", if at < defects { "defect" } else { "good" })
        };
        let text: String = items.iter().enumerate().map(line).collect();
        fs::write(&results, text).unwrap();
        let files = ["--sample", &sample, "--results", &results, "--format", "json"];
        shujian(&[&["delivery", "conclude", delivery], &files[..]].concat())
    };
    let accepted = conclude(&second, 1);
    assert_eq!(accepted.status.code(), Some(0));
    assert_eq!(json(&accepted)["verdict"]["decision"], "accept");
    // The exact upper limit of what is left: more than none, fewer than all.
    let left = json(&accepted)["inspection"]["remaining_upper"].as_u64().unwrap();
    assert!((1..40).contains(&left), "{left}");
    let rejected = conclude(&second, 2);
    assert_eq!(
        (rejected.status.code(), json(&rejected)["verdict"]["decision"].as_str()),
        (Some(1), Some("reject"))
    );
    // The sample of one delivery says nothing about another.
    assert_eq!(conclude(&first, 0).status.code(), Some(3));

    // A sample that was edited is refused: its plan and size always, its items with the secret.
    let concluded = |edit: fn(&mut serde_json::Value), more: &[&str]| {
        let mut edited = drawn.clone();
        edit(&mut edited);
        let path = at("edited.json");
        fs::write(&path, edited.to_string()).unwrap();
        let files = ["--sample", &path, "--results", &results];
        let output = shujian(&[&["delivery", "conclude", &second], &files[..], more].concat());
        output.status.code()
    };
    let with_secret = ["--secret", secret.as_str()];
    let picked: fn(&mut serde_json::Value) = |sample| {
        sample["items"] = (0..50).map(|item| format!("{item:04}.jpg")).collect();
    };
    assert_eq!(concluded(|_| (), &with_secret), Some(0), "unedited");
    assert_eq!(concluded(|sample| sample["plan"]["accept"] = 10.into(), &[]), Some(3));
    assert_eq!(
        concluded(|sample| sample["items"].as_array_mut().unwrap().truncate(10), &[]),
        Some(3)
    );
    assert_eq!(concluded(picked, &with_secret), Some(3));
}

/// The walk that either README shows, line by line in an empty folder: from a first delivery that goes
/// back to a corrected one that is accepted.
#[test]
fn what_the_readmes_show_goes_from_rework_to_acceptance() {
    let heads = [
        ("README.md", "\n## Annotation deliveries\n", "rework", "accept"),
        ("README.zh.md", "\n## 标注交付\n", "返工", "接收"),
    ];
    for (name, heading, sent_back, accepted) in heads {
        let text = [env!("CARGO_MANIFEST_DIR"), "/../../", name].concat();
        let text = fs::read_to_string(text).unwrap();
        let section = text.split_once(heading).unwrap_or_else(|| panic!("{name}: {heading}")).1;
        let shown = section.split("```").nth(1).unwrap().trim_start_matches("console\n");
        // A line that ends with a backslash goes on.
        let shown = shown.replace("\\\n", "");
        let lines: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
        assert_eq!(lines.len(), 8, "{name}: {shown}");
        let program = env!("CARGO_BIN_EXE_shujian");
        let lang = if name.contains("zh") { "zh" } else { "en" };
        let told = lines.iter().map(|line| format!("{line}\necho \"=> $?\"\n"));
        let script = format!("shujian() {{ '{program}' --lang {lang} \"$@\"; }}\n");
        let script = told.fold(script, |script, line| script + &line);
        let folder = tempfile::tempdir().unwrap();
        let run = Command::new("bash").current_dir(folder.path()).args(["-c", &script]).output();
        let run = run.expect("bash starts");
        let out = String::from_utf8_lossy(&run.stdout).into_owned();
        let said = format!("{name}: {out}\n{}", String::from_utf8_lossy(&run.stderr));
        let parts: Vec<&str> = out.split("=> ").collect();
        let codes: Vec<&str> = parts[1..].iter().map(|part| &part[..1]).collect();
        assert_eq!(codes, ["0", "0", "0", "1", "0", "0", "0", "0"], "{said}");
        assert!(parts[3].to_lowercase().contains(sent_back), "{said}");
        assert!(parts[7].to_lowercase().contains(accepted), "{said}");
    }
}

#[test]
fn a_demonstration_spares_what_others_keep() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_string_lossy().into_owned();
    assert_eq!(shujian(&["delivery", "demo", &path]).status.code(), Some(0));
    assert_eq!(shujian(&["delivery", "demo", &path]).status.code(), Some(0), "its own is renewed");
    fs::remove_file(folder.path().join("instruction.toml")).unwrap();
    assert_eq!(shujian(&["delivery", "demo", &path]).status.code(), Some(2));
}

#[test]
fn nothing_delivered_is_rejected_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_string_lossy();
    for (lang, said) in [("zh", "没有交付任何标注"), ("en", "nothing delivered")] {
        let output = shujian(&["delivery", "check", &path, "--lang", lang]);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(said), "{text}");
        assert!(text.lines().count() <= 40, "{text}");
    }
    assert_eq!(shujian(&["delivery", "check", "/no/such/path"]).status.code(), Some(3));
}

#[test]
fn clean_formats_raise_no_error() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("SHUJIAN_DATA").map_or(default, PathBuf::from);
    let root = root.join("annotation/formats");
    if !root.is_dir() {
        println!("skipped: no real cases under {} (set SHUJIAN_DATA)", root.display());
        return;
    }
    for case in fs::read_dir(&root).unwrap() {
        let path = case.unwrap().path();
        let output = shujian(&["delivery", "check", &path.to_string_lossy(), "--format", "json"]);
        let review = json(&output);
        assert!(!review["delivered"]["formats"].as_array().unwrap().is_empty(), "{path:?}");
        let errors = review["findings"].as_array().unwrap().iter();
        let errors: Vec<_> = errors.filter(|found| found["severity"] == "error").collect();
        assert!(errors.is_empty(), "{path:?}: {errors:?}");
        assert_eq!(review["verdict"]["decision"], "accept", "{path:?}");
    }
}

#[test]
fn build_servers_read_the_review() {
    let folder = tempfile::tempdir().unwrap();
    let delivery = folder.path().join("交付 1");
    deliver(&delivery, 40, 3);
    let path = delivery.to_string_lossy();
    for lang in ["zh", "en"] {
        let of = |format| {
            let args = ["delivery", "check", &path, "--format", format, "--lang", lang];
            let output = shujian(&args);
            assert_eq!(output.status.code(), Some(1));
            output
        };
        let sarif = json(&of("sarif"));
        assert_eq!(sarif["version"], "2.1.0");
        let run = &sarif["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        for result in results {
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            // SARIF 2.1.0, 3.27.10: a result that is no failure has level none.
            let fails = result["kind"] == "fail";
            assert_eq!(fails, result["level"] != "none", "{result}");
        }
        let empty = results.iter().filter(|result| result["ruleId"] == "SJ-annotation-031");
        let places: Vec<&serde_json::Value> =
            empty.map(|result| &result["locations"][0]["physicalLocation"]).collect();
        assert_eq!(places.len(), 3, "{results:?}");
        assert_eq!(places[0]["artifactLocation"]["uri"], "labels.csv");

        let xml = String::from_utf8(of("junit").stdout).unwrap();
        let count = |what: &str| xml.matches(what).count();
        assert_eq!(count("<testcase "), count("</testcase>"));
        let failures = count("<failure ");
        assert!(xml.contains(&format!("failures=\"{failures}\" errors=\"0\">\n  <testsuite")));
        assert!(xml.contains("<testsuite name=\"labels.csv\""), "{xml}");
    }
    // Cards of datasets are written the same way.
    let graded = shujian(&["grade", &path, "--format", "sarif", "--lang", "en"]);
    let gates = json(&graded);
    let rules = gates["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().clone();
    assert!(rules.iter().any(|rule| rule["id"] == "G8"), "{gates}");
}

/// A folder of texts and of labels that two raters gave them.
fn labelled(data: &Path, items: usize) {
    let labels = data.join("labels");
    fs::create_dir_all(&labels).expect("the folder is ours");
    let (mut texts, mut table) = (String::new(), "item,annotator,label\n".to_owned());
    for item in 0..items {
        let label = ["crop", "soil", "pest"][item % 3];
        let other = if item % 23 == 0 { "soil" } else { label };
        texts += &format!("{{\"id\":\"{item}\",\"text\":\"field {item} shows {label}\"}}\n");
        table += &format!("{item},ann,{label}\n{item},bob,{other}\n");
    }
    fs::write(data.join("texts.jsonl"), texts).expect("the folder is ours");
    fs::write(labels.join("labels.csv"), table).expect("the folder is ours");
}

#[test]
fn a_card_takes_a_review_of_its_own_labels_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (data, other) = (at("data"), at("other"));
    labelled(Path::new(&data), 300);
    labelled(Path::new(&other), 200);
    let (labels, review) = (at("data/labels"), at("review.json"));
    let check = ["delivery", "check", &labels, "--format", "json", "-o", &review];
    assert_eq!(shujian(&check).status.code(), Some(0));
    let graded = |data: &str, review: &str| {
        shujian(&["grade", data, "--delivery", review, "--format", "json", "--quiet"])
    };
    let gate = |card: &serde_json::Value| {
        let gates = card["assessment"]["gates"].as_array().unwrap().iter();
        gates.filter(|gate| gate["code"] == "G8").map(|gate| gate["status"].clone()).next().unwrap()
    };
    let card = json(&graded(&data, &review));
    assert_eq!(card["label_review"]["double_items"], 300, "{}", card["label_review"]);
    assert_eq!(card["label_review"]["verdict"], "accept");
    assert_eq!(gate(&card), "not-decided", "nothing was inspected");
    // The same review says nothing of other data, nor once it or the labels were changed.
    assert_eq!(graded(&other, &review).status.code(), Some(3));
    let text = fs::read_to_string(&review).unwrap();
    let bits = json(&shujian(&check[..5]))["card"]["information_bits"].to_string();
    assert!(text.contains(&bits), "{bits}");
    fs::write(at("raised.json"), text.replace(&bits, "3.5")).unwrap();
    let refused = graded(&data, &at("raised.json"));
    assert_eq!(refused.status.code(), Some(3), "{}", String::from_utf8_lossy(&refused.stderr));

    // A rejected delivery fails the gate, and its labels count nothing.
    let mut table = fs::read_to_string(at("data/labels/labels.csv")).unwrap();
    for item in 0..200 {
        table += &format!("{item},,crop\n");
    }
    fs::write(at("data/labels/labels.csv"), table).unwrap();
    assert_eq!(graded(&data, &review).status.code(), Some(3));
    assert_eq!(shujian(&check).status.code(), Some(1));
    let decision = json(&shujian(&check[..5]))["verdict"]["decision"].clone();
    let card = json(&graded(&data, &review));
    let wanted = if decision == "reject" { "failed" } else { "correct" };
    assert_eq!(gate(&card), wanted, "{decision}");
    let said = shujian(&["grade", &data, "--delivery", &review, "--lang", "zh", "--quiet"]);
    assert!(String::from_utf8(said.stdout).unwrap().contains("标注评审"));
}

#[test]
fn behaviour_sends_a_delivery_back_only_where_the_terms_forbid_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let mut table = "item,annotator,label\n".to_owned();
    for item in 0..300 {
        let truth = ["a", "b", "c"][item % 3];
        let wrong = ["a", "b", "c"][(item + 1 + item / 3 % 2) % 3];
        // The fifth copies the fourth, mistakes and all.
        for (rater, errs) in [(0, 17), (1, 19), (2, 23), (3, 4), (4, 4)] {
            let label = if item % errs == 0 { wrong } else { truth };
            table += &format!("i{item},r{rater},{label}\n");
        }
    }
    fs::create_dir(at("labels")).unwrap();
    fs::write(at("labels/labels.csv"), table).unwrap();
    let status = |terms: &str| {
        fs::write(at("terms.toml"), format!("version = 1\n[acceptance]\n{terms}\n")).unwrap();
        let (labels, terms) = (at("labels"), at("terms.toml"));
        let args = ["delivery", "check", &labels, "--spec", &terms, "--format", "json"];
        let review = json(&shujian(&args));
        let mut criteria = review["criteria"].as_array().unwrap().iter();
        let row = criteria.find(|row| row["name"] == "behaviour").cloned();
        (row.unwrap()["status"].clone(), review["behaviours"].clone())
    };
    let (free, seen) = status("");
    assert_eq!(
        (free.as_str(), seen[0]["behaviour"].as_str()),
        (Some("not-asked"), Some("copying"))
    );
    assert_eq!(status("forbidden = [\"copying\"]").0, "missed");
    assert_eq!(status("forbidden = [\"constant\"]").0, "met");
    // Drift is seen by times alone: without any it is neither found nor ruled out.
    assert_eq!(status("forbidden = [\"drift\"]").0, "open");
    let dated = fs::read_to_string(at("labels/labels.csv")).unwrap();
    let mut lines = dated.lines();
    let mut table = format!("{},created_at\n", lines.next().unwrap());
    for (second, line) in lines.enumerate() {
        // In the second half the first rater says one class whatever is shown.
        let label = if second >= 750 && second % 5 == 0 { "a" } else { &line[line.len() - 1..] };
        let kept = &line[..line.len() - 1];
        table += &format!("{kept}{label},2026-03-02 08:{:02}:{:02}\n", second / 60, second % 60);
    }
    fs::write(at("labels/labels.csv"), table).unwrap();
    let (status_now, seen) = status("forbidden = [\"drift\"]");
    assert_eq!(status_now, "missed", "{seen}");
    fs::write(at("labels/labels.csv"), dated).unwrap();
    fs::write(at("terms.toml"), "version = 1\n[acceptance]\nforbidden = [\"haste\"]\n").unwrap();
    let refused = shujian(&["delivery", "check", &at("labels"), "--spec", &at("terms.toml")]);
    assert_eq!(refused.status.code(), Some(3));

    // Two failures of five tighten the inspection of the next lot; five while tightened stop it.
    let plan = |history: &str| {
        fs::write(
            at("terms.toml"),
            format!("version = 1\n[acceptance]\nhistory = \"{history}\"\n"),
        )
        .unwrap();
        let (labels, terms) = (at("labels"), at("terms.toml"));
        shujian(&["delivery", "check", &labels, "--spec", &terms, "--format", "json"])
    };
    assert_eq!(json(&plan("+++"))["sampling"]["accept"], 1);
    assert_eq!(json(&plan("-+-"))["sampling"]["sample"], 80);
    assert_eq!(plan("-------").status.code(), Some(3));
}

/// The review of files written below a folder, and the exit code.
fn checked(files: &[(&str, &str)]) -> (serde_json::Value, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let path = folder.path().to_string_lossy();
    let output = shujian(&["delivery", "check", &path, "--format", "json"]);
    (json(&output), output.status.code())
}

fn criterion<'a>(review: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let rows = review["criteria"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap()
}

/// Format, good files, name and text of the damaged one, labels read of all.
type Damage =
    (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str, u64);

/// Good files of a format, and one beside them that is damaged: the labels read, and where it is told.
const DAMAGED: &[Damage] = &[
    (
        "kitti",
        &[(
            "label_2/000001.txt",
            "Car 0.00 0 1.85 387.63 181.54 423.81 203.12 1.67 1.87 3.69 -16.53 2.39 58.49 1.57\n",
        )],
        "label_2/000002.txt",
        "Car 0.00 0 1.85 387.63\n",
        1,
    ),
    (
        "yolo",
        &[("classes.txt", "cat\n"), ("labels/a.txt", "0 0.5 0.5 0.2 0.2\n")],
        "labels/b.txt",
        "\u{1}\u{2}garbage\n0 0.5 0.5 0.1 0.1\n",
        2,
    ),
    ("rttm", &[("a.rttm", "SPEAKER a 1 0.0 1.0 <NA> <NA> ann <NA> <NA>\n")], "b.rttm", "SPEA\n", 1),
    ("conll", &[("a.conll", "Anna B-PER\nsleeps O\n")], "b.conll", "Ann", 2),
    ("conll-parts", &[("train.txt", "Anna B-PER\nsleeps O\n")], "valid.txt", "Ann\nBob\n", 2),
    ("table-csv", &[("a.csv", "item,worker,label\n1,w,cat\n")], "b.csv", "item,wor", 1),
    (
        "icdar",
        &[("gt_a.txt", "0,0,9,0,9,9,0,9,EXIT\n")],
        "gt_b.txt",
        "0,0,9,0,9,9,0,9,EXIT\n0,0,9\n5,5\n7,7,7\n",
        2,
    ),
    (
        "coco",
        &[(
            "a.json",
            r#"{"images":[{"id":1,"file_name":"a.jpg","width":9,"height":9}],"categories":[{"id":1,"name":"cat"}],
            "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,2,2],"area":4}]}"#,
        )],
        "b.json",
        r#"{"info":{"year":2026},"lice"#,
        1,
    ),
];

#[test]
fn a_damaged_file_beside_good_ones_is_never_accepted() {
    for (format, good, name, damaged, labels) in DAMAGED {
        let (before, code) = checked(good);
        assert_eq!(
            (before["verdict"]["decision"].as_str(), code),
            (Some("accept"), Some(0)),
            "{format}"
        );
        let files: Vec<(&str, &str)> = good.iter().copied().chain([(*name, *damaged)]).collect();
        let (review, code) = checked(&files);
        assert_eq!(code, Some(1), "{format}: {review}");
        assert_ne!(review["verdict"]["decision"], "accept", "{format}");
        assert_eq!(criterion(&review, "readable")["status"], "missed", "{format}: {review}");
        assert_eq!(review["delivered"]["annotations"], *labels, "{format}");
        let rework = review["rework"].as_array().unwrap();
        assert!(rework.iter().any(|error| error["place"]["file"] == *name), "{format}: {rework:?}");
        let errors = review["findings"].as_array().unwrap().iter();
        let errors: Vec<_> = errors.filter(|found| found["severity"] == "error").collect();
        for error in &errors {
            assert!(!error["cause"]["zh"].as_str().unwrap().is_empty());
            assert!(!error["fix"]["en"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn a_cut_coco_file_is_one_finding_and_what_was_before_the_cut_counts() {
    let annotations: Vec<String> = (0..300)
        .map(|id| {
            let (image, x) = (id % 10 + 1, id / 10);
            format!(
                r#"{{"id":{id},"image_id":{image},"category_id":1,"bbox":[{x},1,3,3],"area":9}}"#
            )
        })
        .collect();
    let images: Vec<String> = (1..=10)
        .map(|id| format!(r#"{{"id":{id},"file_name":"{id}.jpg","width":99,"height":99}}"#))
        .collect();
    // Images stand last, as some exporters write them: the cut takes them all.
    let text = format!(
        r#"{{"annotations":[{}],"categories":[{{"id":1,"name":"cat"}}],"images":[{}]}}"#,
        annotations.join(",\n"),
        images.join(",")
    );
    let cut = text.find("\"id\":250").unwrap();
    let (review, code) = checked(&[("instances.json", &text[..cut])]);
    assert_eq!(code, Some(1));
    assert_eq!(review["delivered"]["annotations"], 250);
    let errors = review["findings"].as_array().unwrap().iter();
    let errors: Vec<_> = errors.filter(|found| found["severity"] == "error").collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!((&errors[0]["code"], &errors[0]["count"]), (&"SJ-annotation-004".into(), &1.into()));
    assert!(errors[0]["where"][0]["byte"].as_u64().is_some());
}

#[test]
fn a_bad_line_costs_itself_alone_and_is_told_by_line_and_field() {
    let (review, _) =
        checked(&[("labels.csv", "item,worker,label\n1,w,cat\n2,w\n3,w,dog\n4,w,cat,extra\n")]);
    assert_eq!(review["delivered"]["annotations"], 2);
    assert_eq!(review["delivered"]["records_skipped"], 2);
    let places: Vec<(u64, &str)> = review["rework"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (error["place"]["row"].as_u64().unwrap(), error["place"]["column"].as_str().unwrap())
        })
        .collect();
    assert_eq!(places, [(2, "field#3"), (4, "field#4")]);
}

#[test]
fn what_a_correction_drops_is_not_fixed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    deliver(Path::new(&at("first")), 60, 2);
    fs::create_dir(at("second")).unwrap();
    let text = fs::read_to_string(at("first/labels.csv")).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.ends_with(",ann,")).collect();
    fs::write(at("second/labels.csv"), kept.join("\n") + "\n").unwrap();
    let args = ["delivery", "diff", &at("first"), &at("second")];
    let output = shujian(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let found = json(&output);
    assert_eq!(found["fixed"]["numerator"], 0, "{found}");
    assert_eq!(found["dropped"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&found["dropped"][0]["item"], &found["dropped"][0]["gone"]),
        (&"0000.jpg".into(), &true.into())
    );
    for (lang, said) in [("zh", "删去而未改"), ("en", "dropped, which nobody asked for")] {
        let text = shujian(&[&args[..], &["--lang", lang]].concat()).stdout;
        assert!(String::from_utf8(text).unwrap().contains(said), "{lang}");
    }
}

#[test]
fn a_folder_for_each_annotator_is_one_table() {
    let line = |shift: f64| format!("0 {:.3} 0.5 0.2 0.2\n", 0.4 + shift);
    let mut files = vec![("classes.txt".to_owned(), "cat\n".to_owned())];
    for item in 0..40 {
        files.push((format!("ann/{item:03}.txt"), line(0.0)));
        // The second one left every tenth unmarked.
        files.push((
            format!("bob/{item:03}.txt"),
            if item % 10 == 0 { String::new() } else { line(0.01) },
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let (review, _) = checked(&files);
    assert_eq!(review["delivered"]["raters"], serde_json::json!(["ann", "bob"]), "{review}");
    assert_eq!(review["delivered"]["items"], 40);
    let marks = &review["agreement"][0];
    assert_eq!((&marks["of"], &marks["paired"]), (&"marks".into(), &40.into()), "{marks}");
    assert!(criterion(&review, "agreement")["value"].as_f64().is_some());
    let findings = review["findings"].as_array().unwrap();
    assert!(findings.iter().any(|found| found["code"] == "SJ-annotation-017"), "{findings:?}");
    // Tables without a column of annotators, a file each.
    let table = |odd: usize| -> String {
        let row = |item: usize| {
            let label = if item.is_multiple_of(odd) { "hen" } else { ["cat", "dog"][item % 2] };
            format!("{item},{label}\n")
        };
        "item,label\n".to_owned() + &(0..60).map(row).collect::<String>()
    };
    let (review, code) = checked(&[("ann.csv", &table(500)), ("bob.csv", &table(20))]);
    assert_eq!(review["delivered"]["raters"], serde_json::json!(["ann", "bob"]), "{review}");
    assert_eq!((criterion(&review, "agreement")["status"].as_str(), code), (Some("met"), Some(0)));
    // Parts of a dataset are no annotators.
    let parts = [
        ("train/a.csv", "item,worker,label\n1,w,cat\n"),
        ("val/a.csv", "item,worker,label\n2,w,cat\n"),
    ];
    assert_eq!(checked(&parts).0["delivered"]["raters"], serde_json::json!(["w"]));
    let parts = [
        ("classes.txt", "cat\n"),
        ("north/a.txt", "0 0.5 0.5 0.2 0.2\n"),
        ("south/b.txt", "0 0.5 0.5 0.2 0.2\n"),
    ];
    assert_eq!(checked(&parts).0["delivered"]["raters"], serde_json::json!([]));
}

#[test]
fn conclude_minds_known_items_and_what_is_still_open() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    deliver(Path::new(&at("lot")), 300, 0);
    fs::write(at("secret"), "a secret nobody can guess").unwrap();
    let commitment =
        String::from_utf8(shujian(&["delivery", "commit", &at("secret")]).stdout).unwrap();
    let drawn = shujian(&[
        "delivery",
        "sample",
        &at("lot"),
        "--secret",
        &at("secret"),
        "--commitment",
        commitment.trim(),
        "--format",
        "json",
        "-o",
        &at("sample.json"),
    ]);
    assert_eq!(drawn.status.code(), Some(0));
    let sample: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(at("sample.json")).unwrap()).unwrap();
    let conclude = |results: usize, more: &[&str]| {
        let items = sample["items"].as_array().unwrap().iter().take(results);
        let text: String = items.map(|item| format!("{},good\n", item.as_str().unwrap())).collect();
        fs::write(at("results.csv"), text).unwrap();
        let (lot, sample, results) = (at("lot"), at("sample.json"), at("results.csv"));
        let args = [
            "delivery",
            "conclude",
            &lot,
            "--sample",
            &sample,
            "--results",
            &results,
            "--format",
            "json",
        ];
        let output = shujian(&[&args[..], more].concat());
        (json(&output), output.status.code())
    };
    assert_eq!(conclude(50, &[]).1, Some(0));
    // Without the result of an item drawn nothing is decided.
    let (review, code) = conclude(49, &[]);
    assert_eq!(
        (criterion(&review, "inspection")["status"].as_str(), code),
        (Some("open"), Some(1))
    );
    let gold = |right: bool| {
        let row = |item: usize| {
            format!("{item:04}.jpg,{}\n", ["cat", "dog"][(item + usize::from(!right)) % 2])
        };
        let rows: String = (0..100).map(row).collect();
        fs::write(at("gold.csv"), "item,label\n".to_owned() + &rows).unwrap();
        conclude(50, &["--gold", &at("gold.csv")])
    };
    let (review, code) = gold(true);
    assert_eq!(
        (criterion(&review, "known-items")["status"].as_str(), code),
        (Some("met"), Some(0))
    );
    let (review, code) = gold(false);
    assert_eq!(
        (criterion(&review, "known-items")["status"].as_str(), code),
        (Some("failed"), Some(1))
    );
}

#[test]
fn a_chinese_review_names_behaviour_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    labelled(folder.path(), 60);
    let path = folder.path().join("labels").to_string_lossy().into_owned();
    let said =
        String::from_utf8(shujian(&["delivery", "check", &path, "--lang", "zh"]).stdout).unwrap();
    for word in ["constant", "copying", "too-fast", "drift"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    assert!(said.contains("过快"), "{said}");
}

/// Whether a finding of a code stands in a review, with its count.
fn counted(review: &serde_json::Value, code: &str) -> Option<u64> {
    let mut found = review["findings"].as_array().unwrap().iter();
    found.find(|found| found["code"] == code).and_then(|found| found["count"].as_u64())
}

const CAR: &str =
    "Car 0.00 0 1.85 387.63 181.54 423.81 203.12 1.67 1.87 3.69 -16.53 2.39 58.49 1.57\n";

/// Good files of a format and one that cannot be read: the code it is told by.
#[test]
fn empty_packed_and_foreign_files_are_errors() {
    const TURN: &str = "SPEAKER a 1 0.0 1.0 <NA> <NA> ann <NA> <NA>\n";
    const ROW: &str = "{\"item\":\"i\",\"annotator\":\"a\",\"label\":\"x\"}\n";
    const TEXT: &str = "{\"text\":\"Anna sleeps\",\"label\":[[0,4,\"PER\"]]}\n";
    const VOC: &str = "<annotation><filename>a.jpg</filename><size><width>9</width><height>9</height>\
        <depth>3</depth></size><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin>\
        <xmax>5</xmax><ymax>5</ymax></bndbox></object></annotation>";
    const TABLE: &str = "item,annotator,label\n1,w,cat\n";
    let cases: &[(&str, &str, &str, &str, &str)] = &[
        ("a.conll", "Anna B-PER\nsleeps O\n", "b.conll", "", "018"),
        ("a.rttm", TURN, "b.rttm", "", "018"),
        ("a.jsonl", ROW, "b.jsonl", "", "018"),
        ("a.jsonl", TEXT, "b.jsonl", "\n", "018"),
        ("s1/gt/gt.txt", "1,1,1,1,5,5,1,1,1\n", "s2/gt/gt.txt", "", "018"),
        ("a.csv", TABLE, "b.csv.gz", "\u{1f}packed", "019"),
        ("a.csv", TABLE, "labels.zip", "PK\u{3}\u{4}", "019"),
        ("Annotations/a.xml", VOC, "Annotations/b.xml", "<html><body>502</body></html>", ""),
        ("a.csv", TABLE, "b.csv", "\u{1}\u{2},\u{3}\n\u{4},\u{5},\u{6}\n", ""),
    ];
    for (name, text, broken, content, code) in cases {
        let (review, exit) = checked(&[(name, text)]);
        assert_eq!((review["verdict"]["decision"].as_str(), exit), (Some("accept"), Some(0)));
        let (review, exit) = checked(&[(name, text), (broken, content)]);
        assert_eq!(exit, Some(1), "{broken}: {review}");
        assert_eq!(criterion(&review, "conformity")["status"], "missed", "{broken}");
        if ["018", "019"].contains(code) {
            assert_eq!(criterion(&review, "readable")["status"], "missed", "{broken}");
            assert_eq!(counted(&review, &format!("SJ-annotation-{code}")), Some(1), "{broken}");
            assert_eq!(review["rework"][0]["place"]["file"], *broken);
        }
    }
    // An image on which nothing is to be labelled has an empty file.
    let (review, exit) = checked(&[("label_2/000001.txt", CAR), ("label_2/000002.txt", "")]);
    assert_eq!((exit, counted(&review, "SJ-annotation-018")), (Some(0), None));
}

#[cfg(unix)]
#[test]
fn a_link_is_named_and_never_followed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "item,annotator,label\n1,w,cat\n").unwrap();
    for target in ["missing.csv", "/etc/hostname"] {
        let link = folder.path().join("b.csv");
        std::os::unix::fs::symlink(target, &link).unwrap();
        let path = folder.path().to_string_lossy();
        let output = shujian(&["delivery", "check", &path, "--format", "json"]);
        let review = json(&output);
        assert_eq!(output.status.code(), Some(1), "{review}");
        assert_eq!(counted(&review, "SJ-annotation-001"), Some(1));
        assert_eq!(criterion(&review, "readable")["status"], "missed");
        let note = review["rework"][0]["place"]["note"].as_str().unwrap();
        assert!(note.contains(target), "{note}");
        fs::remove_file(link).unwrap();
    }
}

#[test]
fn an_image_without_its_label_file_is_never_silent() {
    let yolo: &[(&str, &str)] = &[
        ("classes.txt", "cat\n"),
        ("images/a0.png", "png"),
        ("images/a1.png", "png"),
        ("images/a2.png", "png"),
        ("labels/a0.txt", "0 0.5 0.5 0.2 0.2\n"),
    ];
    let (review, exit) = checked(yolo);
    assert_eq!((exit, counted(&review, "SJ-annotation-036")), (Some(0), Some(2)), "{review}");
    // Renamed, it is told by its content, and its neighbours by its stem.
    let renamed =
        [("labels/a1.bak", "0 0.5 0.5 0.2 0.2\n"), ("labels/a2.txt.md", "0 0.1 0.1 0.2 0.2\n")];
    let (review, _) = checked(&[yolo, &renamed].concat());
    assert_eq!(counted(&review, "SJ-annotation-036"), None, "{review}");
    assert_eq!(review["delivered"]["annotations"], 3);
    let kitti: &[(&str, &str)] = &[
        ("image_2/000000.png", "png"),
        ("image_2/000005.png", "png"),
        ("label_2/000000.txt", CAR),
    ];
    assert_eq!(counted(&checked(kitti).0, "SJ-annotation-036"), Some(1));
    let icdar: &[(&str, &str)] =
        &[("gt_a.txt", "0,0,9,0,9,9,0,9,EXIT\n"), ("images/a.png", "p"), ("images/b.png", "p")];
    assert_eq!(counted(&checked(icdar).0, "SJ-annotation-036"), Some(1));
    // Where the instruction asks for labels on every item, that is an error.
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in yolo {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let spec = folder.path().join("spec.toml");
    fs::write(&spec, "version = 1\n[items]\nmin = 1\n").unwrap();
    let (path, spec) = (folder.path().join("in"), spec.to_string_lossy().into_owned());
    let path = path.to_string_lossy();
    let output = shujian(&["delivery", "check", &path, "--spec", &spec, "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(counted(&json(&output), "SJ-annotation-082"), Some(2));
}

#[test]
fn a_last_line_without_its_end_is_a_warning_where_others_have_one() {
    let table = |rows: &str| format!("item,annotator,label\n{rows}");
    let (good, cut) = (table("1,w,cat\n2,w,dog\n"), table("3,w,dog\n4,w,ca"));
    let (review, exit) = checked(&[("a.csv", &good), ("b.csv", &cut)]);
    assert_eq!((exit, counted(&review, "SJ-annotation-037")), (Some(0), Some(1)), "{review}");
    // What a tool never writes is missing nowhere.
    let (review, _) = checked(&[("a.csv", good.trim_end()), ("b.csv", &cut)]);
    assert_eq!(counted(&review, "SJ-annotation-037"), None);
}

#[test]
fn answers_of_a_table_delivered_twice_are_repeated() {
    let table = "item,annotator,label\n1,a,x\n1,b,x\n2,a,y\n2,b,x\n3,a,y\n";
    let (review, _) = checked(&[("a.csv", table), ("b.csv", table)]);
    assert_eq!(counted(&review, "SJ-annotation-032"), Some(5), "{review}");
    // Another task of the same items and words.
    let other = "item,annotator,label\n1,a,y\n1,b,y\n2,a,x\n2,b,x\n3,a,x\n";
    let (review, _) = checked(&[("a.csv", table), ("b.csv", other)]);
    assert_eq!(counted(&review, "SJ-annotation-032"), None, "{review}");
}

#[test]
fn results_of_items_that_were_not_drawn_are_refused_and_an_unshown_secret_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (delivery, secret, sample, results) =
        (at("in"), at("secret"), at("sample.json"), at("results.csv"));
    deliver(Path::new(&delivery), 300, 0);
    fs::write(&secret, "a secret nobody can guess").unwrap();
    let commitment = shujian(&["delivery", "commit", &secret]).stdout;
    let commitment = String::from_utf8(commitment).unwrap();
    let args = ["--secret", &secret, "--commitment", commitment.trim(), "-o", &sample];
    let drawn = shujian(&[&["delivery", "sample", &delivery], &args[..]].concat());
    assert_eq!(drawn.status.code(), Some(0));
    let drawn: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&sample).unwrap()).unwrap();
    let items: Vec<&str> =
        drawn["items"].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect();
    let conclude = |text: &str, more: &[&str]| {
        fs::write(&results, text).unwrap();
        let files = ["--sample", &sample, "--results", &results];
        shujian(&[&["delivery", "conclude", &delivery], &files[..], more].concat())
    };
    let good: String = items.iter().map(|item| format!("{item},good\n")).collect();
    let mut undrawn = (0..300).map(|item| format!("{item:04}.jpg"));
    let undrawn = undrawn.find(|item| !items.contains(&&**item)).unwrap();
    let refused = conclude(&format!("{good}{undrawn},defect\n"), &["--lang", "en"]);
    assert_eq!(refused.status.code(), Some(3));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("line 51") && said.contains(&undrawn), "{said}");

    let plain = conclude(&good, &["--lang", "en"]);
    assert_eq!(plain.status.code(), Some(0));
    assert!(String::from_utf8(plain.stdout).unwrap().contains("Draw not verified"));
    let review = json(&conclude(&good, &["--format", "json"]));
    assert_eq!(review["inspection"]["draw_verified"], false);
    let shown = conclude(&good, &["--format", "json", "--secret", &secret]);
    assert_eq!(json(&shown)["inspection"]["draw_verified"], true);
}

#[test]
fn the_text_names_warnings_and_why_things_must_be_put_right() {
    let folder = tempfile::tempdir().unwrap();
    for rater in ["ann", "bob"] {
        fs::create_dir_all(folder.path().join(rater)).unwrap();
        let text = "0 0.5 0.5 0.2 0.2\n0 0.5 0.5 0.2\n";
        fs::write(folder.path().join(rater).join("a.txt"), text).unwrap();
    }
    fs::write(folder.path().join("classes.txt"), "cat\n").unwrap();
    let path = folder.path().to_string_lossy();
    let said = |lang: &str| {
        String::from_utf8(shujian(&["delivery", "check", &path, "--lang", lang]).stdout).unwrap()
    };
    let (zh, en) = (said("zh"), said("en"));
    for text in [&zh, &en] {
        assert!(text.contains("SJ-annotation-017 ×1") && text.contains("ann, bob"), "{text}");
    }
    assert!(en.contains("To do:") && zh.contains("改法"), "{en}{zh}");
}
