//! Answers to items whose truth is known.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::Limits;

use super::root::RootError;
use crate::gold::{Answers, Tally};
use crate::labels::{Labels, NONE};
use crate::matching::{Panel, Settings, answers, gather, pairs};

/// A delivery together with the labels of the items that are known.
#[derive(Debug)]
pub struct Known {
    panel: Panel,
    /// The rater whose labels are the truth.
    truth: String,
}

/// How the delivery did on known items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KnownReport {
    /// Known items.
    pub items: u64,
    /// All answers.
    pub overall: Accuracy,
    /// By rater, in order of name; only those who answered one.
    pub raters: Vec<Accuracy>,
    /// By known class, in order of name; only those answered. Empty for marks.
    pub classes: Vec<Accuracy>,
}

/// Right answers among answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Accuracy {
    /// Whose, or of which class; empty for all.
    pub name: String,
    /// Answers; for marks, marks of either side, a matched pair counted once.
    pub answered: u64,
    /// Right ones; for marks, pairs of one class that overlap by at least one half.
    pub correct: u64,
    /// The share; none without answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy: Option<f64>,
    /// Wilson's interval, to show.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wilson: Option<(f64, f64)>,
    /// The exact interval of Clopper and Pearson, to decide by.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exact: Option<(f64, f64)>,
}

impl Known {
    /// Reads a delivery and the known labels of some of its items, in any formats.
    ///
    /// - Errors: a path that cannot be opened.
    pub fn read(delivery: &Path, truth: &Path, limits: &Limits) -> Result<Self, RootError> {
        let paths: [PathBuf; 2] = [delivery.to_owned(), truth.to_owned()];
        for path in &paths {
            let opened = std::fs::metadata(path);
            opened.map_err(|source| RootError { path: path.clone(), source })?;
        }
        let panel = gather(&paths, limits)
            .map_err(|source| RootError { path: truth.to_owned(), source })?;
        // Names of raters are the ends of the paths that tell them apart; the last was read last.
        let truth = panel.labels.raters.iter().last().unwrap_or_default().to_owned();
        Ok(Self { panel, truth })
    }
}

impl Accuracy {
    fn of(name: &str, tally: Tally, confidence: f64) -> Self {
        let has = tally.answered > 0;
        Self {
            name: name.to_owned(),
            answered: tally.answered,
            correct: tally.correct,
            accuracy: tally.accuracy(),
            wilson: has.then(|| tally.wilson(confidence)),
            exact: has.then(|| tally.clopper_pearson(confidence)),
        }
    }

    /// The counts.
    pub fn tally(&self) -> Tally {
        Tally { answered: self.answered, correct: self.correct }
    }
}

/// Measures answers where the truth has answers, and marks otherwise.
pub(super) fn measure(_delivered: &Panel, known: &Known, confidence: f64) -> KnownReport {
    let labels = &known.panel.labels;
    let table = answers(labels);
    let truth = table.raters.iter().position(|rater| *rater == known.truth);
    match truth.filter(|&truth| table.votes.iter().any(|vote| vote.rater as usize == truth)) {
        Some(truth) => of_answers(&table, truth as u32, confidence),
        None => of_marks(known, labels, confidence),
    }
}

fn of_answers(table: &crate::table::LabelTable, truth: u32, confidence: f64) -> KnownReport {
    let gold: Vec<Option<u32>> = (0..table.items.len())
        .map(|item| table.of(item).iter().find(|vote| vote.rater == truth).map(|vote| vote.label))
        .collect();
    let mut others = table.clone();
    others.votes.clear();
    others.starts = vec![0];
    for item in 0..table.items.len() {
        others.votes.extend(table.of(item).iter().filter(|vote| vote.rater != truth));
        others.starts.push(others.votes.len() as u32);
    }
    let counted = Answers::count(&others, &gold);
    let named = |names: &[String], tallies: &[Tally]| -> Vec<Accuracy> {
        let answered = names.iter().zip(tallies).filter(|(_, tally)| tally.answered > 0);
        answered.map(|(name, tally)| Accuracy::of(name, *tally, confidence)).collect()
    };
    KnownReport {
        items: counted.items as u64,
        overall: Accuracy::of("", counted.overall, confidence),
        raters: named(&table.raters, &counted.raters),
        classes: named(&table.classes, &counted.classes),
    }
}

fn of_marks(known: &Known, labels: &Labels, confidence: f64) -> KnownReport {
    let truth = labels.raters.find(&known.truth).unwrap_or(NONE);
    let items = known.panel.seen.iter().filter(|(rater, _)| *rater == truth).count() as u64;
    let (mut overall, mut raters) = (Tally::default(), Vec::new());
    for pair in pairs(&known.panel, &Settings::default()) {
        let rater = match (pair.first == truth, pair.second == truth) {
            (true, false) => pair.second,
            (false, true) => pair.first,
            _ => continue,
        };
        let answered = pair.first_marks + pair.second_marks - pair.matched;
        let tally = Tally { answered, correct: pair.same_class };
        overall = overall.merge(tally);
        raters.push(Accuracy::of(labels.raters.name(rater), tally, confidence));
    }
    let overall = Accuracy::of("", overall, confidence);
    KnownReport { items, overall, raters, classes: Vec::new() }
}
