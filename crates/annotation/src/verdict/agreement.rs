//! Agreement between the raters of a delivery, for whole items and for marks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::clones;
use shujian_core::finding::Text;

use crate::agreement::form::{self, CoefficientForm};
use crate::agreement::{self, Bootstrap, Coefficient, GWET, KRIPPENDORFF, Options};
use crate::consensus::{self, BehaviourForm};
use crate::matching::{Panel, Settings, answers, match_marks};
use crate::raters::{self, Log};
use crate::special::entropy_bits;
use crate::table::{LabelTable, Vote};

/// The coefficients a review shows: α decides together with AC1, which a dominant class
/// does not pull down.
const SHOWN: [&Coefficient; 2] = [&KRIPPENDORFF, &GWET];

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
    /// Items with a unit that two raters or more labelled, clones merged, contradictions left out.
    #[serde(default)]
    pub double_items: u64,
    /// The coefficients.
    pub coefficients: Vec<CoefficientReport>,
    /// Entropy of the classes of paired answers, bits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entropy_bits: Option<f64>,
    /// α, negative as 0, times entropy, clones merged, contradictions left out: bits a unit.
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

/// What raters show when they are held against each other.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// Reports for answers and marks, each where two raters or more gave some.
    pub(super) agreement: Vec<AgreementReport>,
    /// Behaviour to look into, by the answers, or by the marks where there are no answers.
    pub(super) behaviours: Vec<BehaviourForm>,
    /// Behaviours that the files say too little to look for.
    pub(super) not_looked_for: Vec<&'static str>,
}

/// Compares the raters of a panel; nothing where there are fewer than two.
pub(super) fn measure(panel: &Panel) -> Compared {
    if panel.labels.raters.len() < 2 {
        return Compared::default();
    }
    let matched = match_marks(panel, &Settings::default());
    let answers = answers(&panel.labels);
    let log = if answers.votes.is_empty() {
        Log::of_marks(&panel.labels, &matched)
    } else {
        Log::of_answers(&panel.labels, &answers)
    };
    let tables = [("answers", answers), ("marks", matched.table)];
    let tables = tables.into_iter().filter(|(_, table)| !table.votes.is_empty());
    let tables: Vec<(&str, LabelTable)> = tables.collect();
    let seen = tables.first().map(|(_, table)| consensus::behaviours(table, &log));
    Compared {
        agreement: tables.iter().map(|(of, table)| report(of, table)).collect(),
        behaviours: seen.unwrap_or_default(),
        not_looked_for: raters::not_looked_for(&log),
    }
}

fn report(of: &str, table: &LabelTable) -> AgreementReport {
    // Units of one item fall together: boxes of an image are not independent.
    let items = (of == "marks").then(|| form::clusters(table));
    let options = Options::default();
    let plan = Bootstrap { confidence: options.confidence, ..Bootstrap::default() };
    let draws = Some((&plan, items.as_deref()));
    let coefficient = |row| CoefficientForm::of(row, table, draws, &options);
    let (cleaned, contradicted) = cleaned(table);
    AgreementReport {
        of: of.to_owned(),
        raters: table.raters.len() as u64,
        units: table.answered(1),
        paired: table.answered(2),
        double_items: double_items(&cleaned, items.as_deref()),
        prevalence: agreement::prevalence(table),
        coefficients: SHOWN.map(coefficient).into_iter().map(CoefficientReport::from).collect(),
        entropy_bits: entropy(table),
        information_bits: information(&cleaned, contradicted),
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
fn information(table: &LabelTable, contradicted: f64) -> Option<f64> {
    // Units left with one answer have no part in agreement, nor in its entropy.
    let paired = table.without(|vote| table.of(vote.item as usize).len() < 2);
    let found = agreement::information(&paired, &Options::default()).ok()?;
    Some(found.agreed_bits * (1.0 - contradicted))
}

/// The table with one vote a rater and unit, without answers that their own rater contradicts and
/// without cloned raters: the rule that tables of judgements are held to. And the share of answers
/// lost to contradictions.
fn cleaned(table: &LabelTable) -> (LabelTable, f64) {
    let judged = |vote: &Vote| (vote.item.into(), vote.rater.into(), vote.label.into());
    let mut all: Vec<clones::Judged> = table.votes.iter().map(judged).collect();
    all.sort_unstable();
    all.dedup();
    let said = all.len();
    let same = |a: &clones::Judged, b: &clones::Judged| (a.0, a.1) == (b.0, b.1);
    let sound = all.chunk_by(same).filter(|answers| answers.len() == 1);
    let sound: Vec<clones::Judged> = sound.map(|answers| answers[0]).collect();
    let contradicted = (said - sound.len()) as f64 / said.max(1) as f64;
    let kept = clones::merge(&sound).kept;
    let kept = sound.iter().zip(kept).filter(|(_, kept)| *kept);
    let kept: Vec<clones::Judged> = kept.map(|(one, _)| *one).collect();
    let mut taken = vec![false; kept.len()];
    let left = table.without(|vote| match kept.binary_search(&judged(vote)) {
        Ok(at) => std::mem::replace(&mut taken[at], true),
        Err(_) => true,
    });
    (left, contradicted)
}

/// Items with a unit that two raters or more labelled.
fn double_items(table: &LabelTable, items: Option<&[u32]>) -> u64 {
    let units = (0..table.items.len()).filter(|&unit| table.of(unit).len() >= 2);
    let of = |unit: usize| items.map_or(unit as u32, |items| items[unit]);
    units.map(of).collect::<std::collections::BTreeSet<u32>>().len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::table;

    #[test]
    fn clones_contradictions_and_one_class_carry_nothing() {
        let rows: Vec<[&str; 2]> =
            (0..40).map(|item| if item % 2 == 0 { ["a", "a"] } else { ["b", "b"] }).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
        let cloned = table(&rows);
        let (left, contradicted) = cleaned(&cloned);
        assert_eq!((left.votes.len(), contradicted), (40, 0.0), "one of two clones is left");
        assert_eq!(information(&left, contradicted), None);
        assert_eq!((double_items(&cloned, None), double_items(&left, None)), (40, 0));
        let mut argued = cloned.clone();
        argued.votes[0].rater = argued.votes[1].rater;
        argued.votes[0].label = 1 - argued.votes[1].label;
        assert!((cleaned(&argued).1 - 2.0 / 80.0).abs() < 1e-12);
    }
}
