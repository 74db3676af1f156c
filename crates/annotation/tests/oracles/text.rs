//! Transcripts and tag sequences.

use std::path::Path;

use shujian_annotation::agreement::{Contingency, Metric};
use shujian_annotation::eval::entities::{Counts, F1, Scheme, Tagged};
use shujian_annotation::eval::transcripts::{Units, errors, total};

use super::compare::{Compare, json};

pub fn asr(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let text = std::fs::read_to_string(case.join("pairs.tsv")).unwrap();
    let pairs: Vec<(&str, &str)> =
        text.lines().map(|line| line.split_once('\t').unwrap_or((line, ""))).collect();
    compare.count("pairs", pairs.len(), &wanted["pairs"]);
    let errors = errors(&pairs, Units::Both);
    for (at, (found, row)) in errors.iter().zip(wanted["per_pair"].as_array().unwrap()).enumerate()
    {
        compare.maybe(&format!("{at} wer"), found.word_error_rate(), &row["wer"]);
        compare.maybe(&format!("{at} cer"), found.character_error_rate(), &row["cer"]);
        for (key, count) in [
            ("S", found.words.changed),
            ("D", found.words.left_out),
            ("I", found.words.put_in),
            ("H", found.words.same),
        ] {
            compare.count(&format!("{at} {key}"), count as usize, &row[key]);
        }
    }
    let total = total(&errors);
    compare.count("empty", total.empty_references as usize, &wanted["empty_references"]);
    compare.count("S", total.words.changed as usize, &wanted["S"]);
    compare.count("D", total.words.left_out as usize, &wanted["D"]);
    compare.count("I", total.words.put_in as usize, &wanted["I"]);
    compare.maybe("wer", total.word_error_rate(), &wanted["wer"]);
    compare.maybe("mer", total.match_error_rate(), &wanted["mer"]);
    compare.maybe("wil", total.information_lost(), &wanted["wil"]);
    compare.maybe("wip", total.information_preserved(), &wanted["wip"]);
    compare.maybe("cer", total.character_error_rate(), &wanted["cer"]);
}

pub fn sequence(case: &Path, compare: &mut Compare) {
    let (settings, wanted) = (json(&case.join("case.json")), json(&case.join("expected.json")));
    let column = |key: &str| settings[key].as_u64().unwrap() as usize;
    let (gold, other) = (column("gold_col"), column("pred_col"));
    let text = std::fs::read_to_string(case.join("tags.txt")).unwrap();
    let mut tagged = Tagged::default();
    for line in text.lines() {
        let cells: Vec<&str> = line.split([' ', '\t']).collect();
        if line.trim().is_empty() {
            tagged.end_sequence();
        } else {
            tagged.token(cells[gold].as_bytes(), cells[other].as_bytes());
        }
    }
    tagged.end_sequence();
    compare.count("sentences", tagged.sequences(), &wanted["sentences"]);
    compare.count("tokens", tagged.tokens(), &wanted["tokens"]);
    compare.count("stray I-", tagged.stray_inside(), &wanted["invalid_I_starts_in_second_column"]);
    let (names, counts) = tagged.contingency();
    let agreed: u64 = counts.iter().step_by(names.len() + 1).sum();
    let accuracy = agreed as f64 / tagged.tokens() as f64;
    compare.real("token accuracy", accuracy, &wanted["token_accuracy"]);
    let table = Contingency::new(names.len(), counts).unwrap();
    let kappa = table.kappa(&Metric::identity(), 0.95).unwrap();
    compare.real("token kappa", kappa.value, &wanted["token_kappa"]);
    for (key, scheme) in [
        ("default", Scheme::Conlleval),
        ("strict_IOB1", Scheme::Iob1),
        ("strict_IOB2", Scheme::Iob2),
        ("strict_BIOES", Scheme::Bioes),
    ] {
        let Some(block) = wanted[key].as_object() else { continue };
        let report = tagged.score(scheme);
        compare.same(&format!("{key} types"), report.by_type.len() + 3, block.len());
        let support = report.micro().gold;
        for (name, row) in block {
            let (f1, support): (F1, u64) = match name.as_str() {
                "micro avg" => (report.micro().f1(), support),
                "macro avg" => (report.macro_mean(), support),
                "weighted avg" => (report.weighted_mean(), support),
                name => {
                    let counts = report.by_type.get(name).copied().unwrap_or(Counts::default());
                    (counts.f1(), counts.gold)
                }
            };
            compare.count(&format!("{key} {name} support"), support as usize, &row["support"]);
            compare.real(&format!("{key} {name} precision"), f1.precision, &row["precision"]);
            compare.real(&format!("{key} {name} recall"), f1.recall, &row["recall"]);
            compare.real(&format!("{key} {name} f1"), f1.f1, &row["f1-score"]);
        }
    }
}
