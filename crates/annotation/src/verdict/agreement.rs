//! Agreement between the raters of a delivery, for whole items and for marks.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::finding::Text;

use crate::agreement::{self, Bootstrap, Options, bootstrap};
use crate::matching::{Panel, Settings, answers, match_marks};
use crate::table::{LabelTable, Vote};

/// Names of the coefficients a review shows: α decides together with AC1, which a dominant class
/// does not pull down.
const SHOWN: [&str; 2] = ["krippendorff-alpha", "gwet-ac1"];
/// Answers from which raters that never differ are taken for one.
const CLONED: usize = 10;

/// How far raters agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgreementReport {
    /// `answers` about whole items, or `marks` matched by overlap (at least one half).
    pub of: String,
    /// Raters.
    pub raters: u64,
    /// Units with an answer.
    pub units: u64,
    /// Units with two answers or more.
    pub paired: u64,
    /// Share of the most common class among paired answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prevalence: Option<f64>,
    /// The coefficients.
    pub coefficients: Vec<CoefficientReport>,
    /// Entropy of the classes of paired answers, bits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entropy_bits: Option<f64>,
    /// α, negative as 0, times entropy, raters of identical answers merged: bits a unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub information_bits: Option<f64>,
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoefficientReport {
    /// Its name, as `shujian labels agree` has it.
    pub name: String,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
    /// Interval: for α by a bootstrap of whole items, else by the standard error.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub interval: Option<(f64, f64)>,
    /// Observed agreement.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed: Option<f64>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<Text>,
    /// What would give one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remedy: Option<Text>,
}

/// Reports for answers and marks, each where two raters or more gave some.
pub(super) fn measure(panel: &Panel) -> Vec<AgreementReport> {
    if panel.labels.raters.len() < 2 {
        return Vec::new();
    }
    let marks = match_marks(panel, &Settings::default()).table;
    [("answers", answers(&panel.labels)), ("marks", marks)]
        .into_iter()
        .filter(|(_, table)| !table.votes.is_empty())
        .map(|(of, table)| report(of, &table))
        .collect()
}

fn report(of: &str, table: &LabelTable) -> AgreementReport {
    let options = Options::default();
    // Units of one item fall together: boxes of an image are not independent.
    let items = clusters(of, table);
    let named = SHOWN.iter().filter_map(|name| agreement::named(name));
    let coefficients: Vec<CoefficientReport> = named
        .map(|row| match (row.estimate)(table, &options) {
            Ok(estimate) => {
                let is_alpha = row.name == SHOWN[0];
                let drawn = is_alpha.then(|| {
                    let drawn = bootstrap(table, &options, &Bootstrap::default(), Some(&items));
                    drawn.ok().map(|interval| (interval.low, interval.high))
                });
                CoefficientReport {
                    name: row.name.to_owned(),
                    value: Some(estimate.value),
                    interval: drawn.unwrap_or(estimate.interval),
                    observed: Some(estimate.observed),
                    undefined: None,
                    remedy: None,
                }
            }
            Err(undefined) => CoefficientReport {
                name: row.name.to_owned(),
                value: None,
                interval: None,
                observed: undefined.observed,
                undefined: Some(undefined.reason.text().into()),
                remedy: Some(undefined.remedy.into()),
            },
        })
        .collect();
    let answered = |least: usize| {
        (0..table.items.len()).filter(|&item| table.of(item).len() >= least).count() as u64
    };
    AgreementReport {
        of: of.to_owned(),
        raters: table.raters.len() as u64,
        units: answered(1),
        paired: answered(2),
        prevalence: agreement::prevalence(table),
        coefficients,
        entropy_bits: entropy(table),
        information_bits: information(table),
    }
}

/// The item of each unit: units of marks are called `item#number`.
fn clusters(of: &str, table: &LabelTable) -> Vec<u32> {
    let item = |name: &str| match name.rsplit_once('#') {
        Some((item, _)) if of == "marks" => item.to_owned(),
        _ => name.to_owned(),
    };
    let mut numbers = BTreeMap::new();
    let items = table.items.iter().map(|name| {
        let next = numbers.len() as u32;
        *numbers.entry(item(name)).or_insert(next)
    });
    items.collect()
}

/// Entropy of the classes of paired answers, bits; `None` without any.
fn entropy(table: &LabelTable) -> Option<f64> {
    let margins = agreement::Units::from_table(table).paired().margins();
    let all = margins.iter().sum::<u64>();
    let share = |count: &u64| *count as f64 / all as f64;
    let bits = margins.iter().filter(|count| **count > 0).map(share).map(|p| -p * p.log2());
    (all > 0).then(|| bits.sum::<f64>().max(0.0))
}

/// Agreed information, bits a unit: what copied or trivial labels do not have.
fn information(table: &LabelTable) -> Option<f64> {
    let merged = without_clones(table);
    let alpha = agreement::named(SHOWN[0])?;
    let estimate = (alpha.estimate)(&merged, &Options::default()).ok()?;
    Some(estimate.value.max(0.0) * entropy(&merged)?)
}

/// The table with one rater for all that gave the very same answers to the very same units.
fn without_clones(table: &LabelTable) -> LabelTable {
    let mut given: Vec<Vec<(u32, u32)>> = vec![Vec::new(); table.raters.len()];
    for vote in &table.votes {
        given[vote.rater as usize].push((vote.item, vote.label));
    }
    let mut seen: BTreeMap<&[(u32, u32)], u32> = BTreeMap::new();
    let is_clone: Vec<bool> = (0..)
        .zip(&given)
        .map(|(rater, answers)| {
            answers.len() >= CLONED && *seen.entry(answers).or_insert(rater) != rater
        })
        .collect();
    let kept = |vote: &&Vote| !is_clone[vote.rater as usize];
    let mut merged = LabelTable { votes: Vec::new(), starts: vec![0], ..table.clone() };
    for item in 0..table.items.len() {
        merged.votes.extend(table.of(item).iter().filter(kept));
        merged.starts.push(merged.votes.len() as u32);
    }
    merged
}
