//! Label errors by confident learning.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use shujian_annotation::errors::{
    Evidence, FILTERS, Judged, confidence_weighted_entropy, find, lowest, normalised_margins, npy,
    self_confidence,
};

use super::compare::{Compare, json};

pub fn label_errors(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let array = |name: &str| npy::read(&std::fs::read(case.join(name)).unwrap()).unwrap();
    let (probabilities, labels) = (array("probs.npy"), array("labels.npy"));
    let classes = probabilities.shape[1];
    let labels = labels.values.iter().map(|&label| label as u32).collect();
    let judged = Judged::new(classes, probabilities.values, labels).unwrap();
    compare.count("n", judged.len(), &wanted["n"]);
    compare.count("k", classes, &wanted["k"]);
    compare.same("cut", Some(judged.cut > 0), wanted["clipped_to_0_1"].as_bool());
    let evidence = Evidence::count(&judged);
    matrices(&judged, &evidence, &wanted, compare);

    let issues = json(&case.join("expected_issues.json"));
    let mut found = BTreeMap::new();
    for (name, filter) in FILTERS {
        let rows = find(&judged, &evidence, *filter);
        let listed: Vec<u32> = issues["issues"][name]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row.as_u64().unwrap() as u32)
            .collect();
        compare.count(&format!("{name} count"), rows.len(), &wanted["issue_counts"][name]);
        compare.same(&format!("{name} rows"), rows.clone(), listed);
        found.insert(*name, rows);
    }
    compare.count("issues", found["confident_learning"].len(), &wanted["num_label_issues"]);
    verdicts(case, &found, &wanted["crowd_verdicts"], compare);
    for (name, scores) in [
        ("self_confidence", self_confidence(&judged)),
        ("normalized_margin", normalised_margins(&judged)),
        ("confidence_weighted_entropy", confidence_weighted_entropy(&judged)),
    ] {
        let block = &wanted[format!("score/{name}")];
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        compare.real(&format!("{name} mean"), mean, &block["mean"]);
        let rows = block["lowest_100_rows"].as_array().unwrap();
        for (place, row) in lowest(&scores, rows.len()).into_iter().enumerate() {
            compare.count(&format!("{name} row"), row as usize, &rows[place]);
            let score = &block["lowest_100_scores"][place];
            compare.real(&format!("{name} score"), scores[row as usize], score);
        }
    }
}

fn matrices(judged: &Judged, evidence: &Evidence, wanted: &Value, compare: &mut Compare) {
    let classes = judged.classes();
    let noise = evidence.noise(judged);
    for row in 0..classes {
        compare.real("threshold", evidence.thresholds[row], &wanted["class_thresholds"][row]);
        compare.real("prior", noise.prior[row], &wanted["estimated_true_prior"][row]);
        for column in 0..classes {
            let at = row * classes + column;
            let cell = |key: &str| &wanted[key][row][column];
            let uncalibrated = cell("confident_joint_uncalibrated");
            compare.count("joint", evidence.joint[at] as usize, uncalibrated);
            let calibrated = cell("confident_joint_calibrated");
            compare.count("calibrated", evidence.calibrated[at] as usize, calibrated);
            compare.real("noise", noise.label_given_truth[at], cell("noise_matrix"));
            compare.real("inverse", noise.truth_given_label[at], cell("inverse_noise_matrix"));
        }
    }
}

/// An error when fewer than 3 of 5 people kept the given label.
fn verdicts(case: &Path, found: &BTreeMap<&str, Vec<u32>>, wanted: &Value, compare: &mut Compare) {
    let verdicts = json(&case.join("verdicts.json"));
    let verdicts: BTreeMap<u32, bool> = verdicts
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let kept = &row["mturk"];
            (row["id"].as_u64().unwrap() as u32, kept["given"].as_u64().unwrap() < 3)
        })
        .collect();
    compare.count("candidates", verdicts.len(), &wanted["candidates"]);
    let errors = verdicts.values().filter(|wrong| **wrong).count();
    compare.count("judged errors", errors, &wanted["judged_errors"]);
    for (name, rows) in found {
        let judged: Vec<bool> = rows.iter().filter_map(|row| verdicts.get(row).copied()).collect();
        let block = &wanted["by_filter"][name];
        compare.count("flagged", rows.len(), &block["flagged"]);
        compare.count("judged", judged.len(), &block["flagged_and_judged"]);
        let errors = judged.iter().filter(|wrong| **wrong).count();
        compare.count("errors", errors, &block["flagged_and_error"]);
    }
}
