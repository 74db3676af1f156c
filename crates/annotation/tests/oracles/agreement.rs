//! Tables of ratings, counts and contingencies.

use std::path::Path;

use serde_json::Value;
use shujian_annotation::agreement::{
    COEFFICIENTS, Chance, Contingency, Estimate, Metric, Options, Undefined, Units, Weighting,
    alpha, fixed_fleiss, named, pair_kappas, randolph,
};
use shujian_annotation::table::{Builder, LabelTable};

use super::compare::{Compare, json};

/// Rows of a plain CSV file, the heading first.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// One row an item, one column a rater.
fn wide(path: &Path) -> LabelTable {
    let rows = rows(path);
    let mut builder = Builder::new();
    for (item, row) in rows[1..].iter().enumerate() {
        builder.add_item(&format!("{item:06}"));
        for (rater, label) in rows[0].iter().zip(row).filter(|(_, label)| !label.is_empty()) {
            builder.add(&format!("{item:06}"), rater, label);
        }
    }
    builder.build()
}

pub fn ratings(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let table = wide(&case.join("data.csv"));
    compare.count("units", table.items.len(), &wanted["units"]);
    compare.count("raters", table.raters.len(), &wanted["raters"]);
    let cells = table.items.len() * table.raters.len();
    compare.count("missing", cells - table.votes.len(), &wanted["missing"]);
    raw_block(&table, &wanted["irrCAC_raw"], compare);
    alphas(&table, &wanted["krippendorff_alpha"], compare);
    for (pair, block) in wanted["cohen_pairs"].as_object().unwrap() {
        for (weights, value) in block.as_object().unwrap().iter().filter(|row| row.0 != "n") {
            kappa_of_pair(&table, pair, weights, &block["n"], value, compare);
        }
    }
}

/// The κ of `first|second` under the weights' name.
pub fn kappa_of_pair(
    table: &LabelTable,
    pair: &str,
    weights: &str,
    n: &Value,
    kappa: &Value,
    compare: &mut Compare,
) {
    let metric =
        Metric::along(weighting(weights), (0..table.classes.len()).map(|at| at as f64).collect());
    let (first, second) = pair.split_once('|').unwrap();
    let place = |name: &str| table.raters.iter().position(|rater| rater == name).unwrap() as u32;
    let (first, second) = (place(first), place(second));
    let found = pair_kappas(table, &metric)
        .into_iter()
        .find(|found| (found.first, found.second) == (first.min(second), first.max(second)));
    compare.count(&format!("{pair} n"), found.map_or(0, |found| found.items as usize), n);
    compare.maybe(&format!("{pair} {weights}"), found.and_then(|found| found.kappa), kappa);
}

fn weighting(name: &str) -> Weighting {
    match name {
        "identity" | "nominal" | "None" => Weighting::Identity,
        "linear" => Weighting::Linear,
        "quadratic" | "interval" => Weighting::Quadratic,
        "radical" => Weighting::Radical,
        "ratio" => Weighting::Ratio,
        "ordinal" => Weighting::Ordinal,
        other => panic!("unknown weights {other}"),
    }
}

/// Krippendorff's α on each of the scales named.
pub fn alphas(table: &LabelTable, wanted: &Value, compare: &mut Compare) {
    for (scale, value) in wanted.as_object().into_iter().flatten() {
        let weighting = if scale == "ordinal" { Weighting::AlphaOrdinal } else { weighting(scale) };
        let found = estimate("krippendorff-alpha", table, weighting);
        compare.maybe(&format!("alpha {scale}"), found.ok().map(|found| found.value), value);
    }
}

fn estimate(name: &str, table: &LabelTable, weighting: Weighting) -> Result<Estimate, Undefined> {
    let options = Options { weighting, chance: Chance::AllUnits, ..Options::default() };
    (named(name).unwrap().estimate)(table, &options)
}

/// The block of coefficients irrCAC gives, which takes chance from all units.
pub fn raw_block(table: &LabelTable, wanted: &Value, compare: &mut Compare) {
    for (key, row) in wanted.as_object().into_iter().flatten() {
        let (name, weights) = key.split_once('/').unwrap();
        let name = match name {
            "fleiss" => "fleiss-kappa",
            "conger" => "conger-kappa",
            "gwet" => "gwet-ac",
            "krippendorff" => "krippendorff-alpha",
            "bp" => "brennan-prediger",
            other => panic!("unknown coefficient {other}"),
        };
        let Ok(found) = estimate(name, table, weighting(weights)) else {
            compare.same(key, "undefined", "a value");
            continue;
        };
        compare.real(&format!("{key} value"), found.value, &row["coefficient_value"]);
        compare.real(&format!("{key} pa"), found.observed, &row["pa"]);
        compare.real(&format!("{key} pe"), found.by_chance, &row["pe"]);
        compare.real(&format!("{key} se"), found.standard_error.unwrap(), &row["se"]);
        let (low, high) = found.interval.unwrap();
        compare.real(&format!("{key} low"), low, &row["confidence_interval"][0]);
        compare.real(&format!("{key} high"), high, &row["confidence_interval"][1]);
        // The oracle's p of this one coefficient is one-sided.
        let sides = if name == "brennan-prediger" { 0.5 } else { 1.0 };
        compare.real(&format!("{key} p"), sides * found.p_value.unwrap(), &row["p_value"]);
    }
}

pub fn counts(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let rows = rows(&case.join("data.csv"));
    let counts: Vec<Vec<u32>> = rows[1..]
        .iter()
        .map(|row| row.iter().map(|count| count.parse().unwrap()).collect())
        .collect();
    let units = Units::from_counts(rows[0].len(), counts.iter().map(Vec::as_slice));
    compare.count("units", units.len(), &wanted["units"]);
    let classes: Vec<&str> = wanted["categories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    compare.same("classes", rows[0].iter().map(String::as_str).collect(), classes);
    compare.maybe("fleiss", fixed_fleiss(&units), &wanted["fleiss"]);
    compare.maybe("randolph", randolph(&units), &wanted["randolph"]);
    let alpha = alpha(&units, &Metric::identity(), 0.95).ok().map(|found| found.value);
    compare.maybe("alpha", alpha, &wanted["krippendorff_alpha_nominal"]);
}

pub fn contingency(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let rows = rows(&case.join("data.csv"));
    let classes = rows[0].len();
    let counts = rows[1..].iter().flatten().map(|count| count.parse().unwrap()).collect();
    let table = Contingency::new(classes, counts).unwrap();
    compare.count("n", table.items() as usize, &wanted["n"]);
    for (key, row) in wanted.as_object().unwrap() {
        let Some(weights) = key.strip_prefix("cohen/") else { continue };
        let places = (0..classes).map(|at| at as f64).collect();
        let kappa = table.kappa(&Metric::along(weighting(weights), places), 0.95).unwrap();
        compare.real(&format!("{key} kappa"), kappa.value, &row["kappa"]);
        compare.maybe(&format!("{key} max"), kappa.largest, &row["kappa_max"]);
        compare.real(&format!("{key} se"), kappa.standard_error, &row["se"]);
        compare.real(&format!("{key} se0"), kappa.standard_error_if_0, &row["se0"]);
        compare.real(&format!("{key} low"), kappa.interval.0, &row["ci95"][0]);
        compare.real(&format!("{key} high"), kappa.interval.1, &row["ci95"][1]);
    }
}

pub fn degenerate(case: &Path, compare: &mut Compare) {
    let expected = json(&case.join("expected.json"));
    let (wanted, peers) = (&expected["wanted"], &expected["peers"]);
    let table = wide(&case.join("data.csv"));
    let observed = match estimate("krippendorff-alpha", &table, Weighting::Identity) {
        Ok(found) => {
            compare.real("alpha", found.value, &wanted["alpha"]);
            compare.same("reason", "", wanted["reason"].as_str().unwrap());
            Some(Units::from_table(&table).observed_agreement(&Metric::identity()))
        }
        Err(undefined) => {
            compare.same("alpha", Value::Null, wanted["alpha"].clone());
            let reason = wanted["reason"].as_str().unwrap();
            let said = undefined.reason.text().en;
            let alike = said.split(':').next().unwrap().replace("answers", "labels");
            compare.same(&format!("reason {said}"), true, reason.starts_with(&alike));
            assert!(!undefined.remedy.en.is_empty() && !undefined.remedy.zh.is_empty());
            undefined.observed
        }
    };
    if wanted.get("observed_agreement").is_some() {
        compare.maybe("observed", observed, &wanted["observed_agreement"]);
    }
    // Where a peer has a number and so do we, it is the same number.
    for (peer, ours) in [
        ("irrCAC.fleiss", "fleiss-kappa"),
        ("irrCAC.gwet", "gwet-ac"),
        ("irrCAC.krippendorff", "krippendorff-alpha"),
        ("irrCAC.bp", "brennan-prediger"),
        ("sklearn.cohen_kappa_score", "cohen-kappa"),
    ] {
        let found = estimate(ours, &table, Weighting::Identity);
        if let (Ok(found), true) = (found, peers[peer].is_number()) {
            compare.real(peer, found.value, &peers[peer]);
        }
    }
    for row in COEFFICIENTS {
        if let Ok(found) = (row.estimate)(&table, &Options::default()) {
            assert!(found.value.is_finite(), "{} {}", case.display(), row.name);
        }
    }
}
