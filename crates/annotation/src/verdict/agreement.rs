//! Agreement between the raters of a delivery, for whole items and for marks.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::finding::Text;

use crate::agreement::form::{self, CoefficientForm};
use crate::agreement::{self, Coefficient, GWET, KRIPPENDORFF, Options};
use crate::matching::{Panel, Settings, answers, match_marks};
use crate::special::entropy_bits;
use crate::table::LabelTable;

/// The coefficients a review shows: α decides together with AC1, which a dominant class
/// does not pull down.
const SHOWN: [&Coefficient; 2] = [&KRIPPENDORFF, &GWET];
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
    // Units of one item fall together: boxes of an image are not independent.
    let items = (of == "marks").then(|| form::clusters(table));
    let options = Options::default();
    let coefficient = |row| CoefficientForm::of(row, table, items.as_deref(), &options);
    AgreementReport {
        of: of.to_owned(),
        raters: table.raters.len() as u64,
        units: table.answered(1),
        paired: table.answered(2),
        prevalence: agreement::prevalence(table),
        coefficients: SHOWN.map(coefficient).into_iter().map(CoefficientReport::from).collect(),
        entropy_bits: entropy(table),
        information_bits: information(table),
    }
}

impl From<CoefficientForm> for CoefficientReport {
    fn from(form: CoefficientForm) -> Self {
        let CoefficientForm { name, value, interval, observed, undefined, remedy, .. } = form;
        Self { name, value, interval, observed, undefined, remedy }
    }
}

/// Entropy of the classes of paired answers, bits; `None` without any.
fn entropy(table: &LabelTable) -> Option<f64> {
    let margins = agreement::Units::from_table(table).paired().margins();
    let all = margins.iter().sum::<u64>();
    let bits = |&count: &u64| entropy_bits(count as f64 / all as f64);
    (all > 0).then(|| margins.iter().map(bits).sum())
}

/// Agreed information, bits a unit: what copied or trivial labels do not have.
fn information(table: &LabelTable) -> Option<f64> {
    // Units left with one answer have no part in agreement, nor in its entropy.
    let merged = without_clones(table);
    let merged = merged.without(|vote| merged.of(vote.item as usize).len() < 2);
    agreement::information(&merged, &Options::default()).ok().map(|found| found.agreed_bits)
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
    table.without(|vote| is_clone[vote.rater as usize])
}
