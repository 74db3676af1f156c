//! What manipulations of text gain, and what honest text loses.
//!
//! `cargo run --release -p shujian-quality --example text_manipulations [FILTER]` prints two tables
//! in Markdown; FILTER is a list of parts of names, separated by commas; `SEEDS` and `CORPUS` in the
//! environment limit the rest. Real corpora are read from `$SHUJIAN_DATA/corpora`; those that are
//! absent are named. Written corpora come from `shujian_fixtures::language`.

#![expect(clippy::print_stderr, reason = "progress of a long run stands apart from its table")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use shujian_fixtures::Records;
use shujian_fixtures::language::{self, Subject};
use shujian_fixtures::manipulate::text::TEXT;
use shujian_fixtures::rng::Rng;

#[path = "../tests/grading/mod.rs"]
mod grading;

use grading::{Gain, Outcome, grade};

const STRENGTHS: [f64; 4] = [0.25, 0.5, 1.0, 2.0];

fn main() {
    let filter = std::env::args().nth(1).unwrap_or_default();
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2);
    let corpora = corpora();
    let mut honest = String::from(
        "| corpus | characters | exact | distinct | repeated passages | novel | kept | factor | low | bits/byte | OG | distinct | clean | Scale | VD |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut gains: Vec<(&str, Vec<Gain>)> =
        TEXT.iter().map(|manipulation| (manipulation.name, Vec::new())).collect();
    for (name, records) in &corpora {
        let base = grade(records);
        row(&mut honest, name, &base);
        eprint!("{}", honest.lines().last().unwrap_or_default());
        eprintln!();
        for (manipulation, (_, gains)) in TEXT.iter().zip(&mut gains) {
            if !filter.split(',').any(|part| manipulation.name.contains(part)) {
                continue;
            }
            let mut line = format!("  {name} {}:", manipulation.name);
            for strength in STRENGTHS {
                for seed in 0..seeds {
                    let changed = (manipulation.apply)(records, strength, &mut Rng::new(seed));
                    let after = grade(&changed);
                    let gain = Gain::between(&base, &after);
                    let Gain { scale, unclamped, density } = gain;
                    let _ = write!(line, " {scale:+.2}({unclamped:+.2})/{density:+.2}");
                    gains.push(gain);
                }
            }
            eprintln!("{line}");
        }
    }
    print(&honest, &gains);
}

fn row(table: &mut String, name: &str, outcome: &Outcome) {
    let value = |name: &str| outcome.metrics.get(name).copied().unwrap_or(f64::NAN);
    let _ = writeln!(
        table,
        "| {name} | {:.0} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} | {:.1} |",
        outcome.submitted,
        outcome.exact / outcome.submitted,
        outcome.distinct / outcome.submitted,
        outcome.repeated / outcome.submitted,
        outcome.novel / outcome.submitted,
        // Of what duplicates leave: near duplicates by record, repeated passages within others.
        outcome.novel / (outcome.distinct - outcome.repeated).max(1.0),
        outcome.point,
        outcome.low,
        value("bits-per-byte"),
        value("order-gain"),
        value("distinct-n"),
        value("clean-share"),
        outcome.scale,
        outcome.density,
    );
}

#[expect(clippy::print_stdout, reason = "the tables are what the example is for")]
fn print(honest: &str, gains: &[(&str, Vec<Gain>)]) {
    println!("{honest}");
    println!(
        "| manipulation | Scale worst | 95 % | unclamped worst | 95 % | VD worst | 95 % | runs |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (name, gains) in gains.iter().filter(|(_, gains)| !gains.is_empty()) {
        let most = |pick: fn(&Gain) -> f64| {
            let mut values: Vec<f64> = gains.iter().map(pick).collect();
            values.sort_by(f64::total_cmp);
            let at95 = (values.len() * 95 / 100).min(values.len() - 1);
            format!("{:+.2} | {:+.2}", values[values.len() - 1], values[at95])
        };
        println!(
            "| {name} | {} | {} | {} | {} |",
            most(|gain| gain.scale),
            most(|gain| gain.unclamped),
            most(|gain| gain.density),
            gains.len()
        );
    }
}

/// The text corpora that are there, and written ones.
fn corpora() -> Vec<(String, Records)> {
    let data = std::env::var_os("SHUJIAN_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let root = data.join("corpora");
    let loaders: &[Loader] = &[
        ("zh-med-dialogue", |path| csv(path, &["title", "ask", "answer"])),
        ("zh-poetry", |path| json(path, &["paragraphs", "content", "para"])),
        ("zh-fin-instruct", |path| json(path, &["instruction", "input", "output"])),
        ("zh-manpages", trees),
        ("en-maintenance-ner", |path| json(path, &["text"])),
        ("zh-gsd-conllu", conllu),
    ];
    let only = std::env::var("CORPUS").unwrap_or_default();
    let mut found: Vec<(String, Records)> = Subject::ALL
        .into_iter()
        .flat_map(|subject| {
            let questions = language::questions(subject, 5, 1500);
            let texts = language::texts(subject, 5, 400, 600);
            // About 20,000 words: between too little to judge and enough.
            let few = language::questions(subject, 6, 150);
            [("questions", questions), ("texts", texts), ("few questions", few)]
                .map(|(kind, records)| (format!("{kind} {subject:?}"), records))
        })
        .filter(|(name, _)| name.contains(&only))
        .collect();
    for (name, load) in loaders.iter().filter(|(name, _)| name.contains(&only)) {
        let path = root.join(name);
        if path.is_dir() {
            found.push(((*name).to_owned(), load(&path)));
        } else {
            eprintln!("skipped {name}: {} is absent", path.display());
        }
    }
    found
}

fn files(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("SOURCE.md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn trees(path: &Path) -> Records {
    let texts = files(path).into_iter().filter_map(|file| std::fs::read_to_string(file).ok());
    Records::of_texts(texts)
}

fn conllu(path: &Path) -> Records {
    let mut texts = Vec::new();
    for file in files(path) {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        texts.extend(
            text.lines().filter_map(|line| line.strip_prefix("# text = ")).map(str::to_owned),
        );
    }
    Records::of_texts(texts)
}

fn csv(path: &Path, fields: &[&str]) -> Records {
    let mut rows = Vec::new();
    for file in files(path) {
        let bytes = std::fs::read(file).unwrap_or_default();
        let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(&bytes);
        let mut lines = split(&text).into_iter();
        let header = lines.next().unwrap_or_default();
        let at: Vec<Option<usize>> =
            fields.iter().map(|field| header.iter().position(|name| name == field)).collect();
        rows.extend(lines.map(|line| -> Vec<Option<String>> {
            at.iter().map(|at| line.get((*at)?).filter(|cell| !cell.is_empty()).cloned()).collect()
        }));
    }
    Records { fields: fields.iter().map(|&field| field.to_owned()).collect(), rows }
}

fn split(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell).trim_end_matches('\r').to_owned());
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(character),
        }
    }
    rows
}

fn json(path: &Path, fields: &[&str]) -> Records {
    let mut rows = Vec::new();
    for file in files(path) {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        for value in serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>() {
            match value {
                Ok(serde_json::Value::Array(items)) => {
                    rows.extend(items.iter().map(|item| cells(item, fields)))
                }
                Ok(item) => rows.push(cells(&item, fields)),
                Err(_) => break,
            }
        }
    }
    rows.retain(|row: &Vec<Option<String>>| row.iter().any(Option::is_some));
    Records { fields: fields.iter().map(|&field| field.to_owned()).collect(), rows }
}

fn cells(item: &serde_json::Value, fields: &[&str]) -> Vec<Option<String>> {
    let cell = |field: &&str| match item.get(*field)? {
        serde_json::Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        serde_json::Value::Array(lines) => {
            let lines: Vec<&str> = lines.iter().filter_map(serde_json::Value::as_str).collect();
            Some(lines.join("\n")).filter(|text| !text.is_empty())
        }
        _ => None,
    };
    fields.iter().map(cell).collect()
}

/// A corpus by name, and how its records are read.
type Loader = (&'static str, fn(&Path) -> Records);
