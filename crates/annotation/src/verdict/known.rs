//! Answers to items whose truth is known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::gold::{Answers, GoldForm, Tally};
use crate::labels::{Labels, NONE};
use crate::matching::{Panel, Settings, answers, pairs};
use crate::table::LabelTable;

/// The rater that known labels are of, as whom no delivery signs.
const TRUTH: &str = "(known)";
/// Who gave the labels that name nobody.
const UNNAMED: &str = "(unnamed)";

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
    /// Answers; for marks, marks of either side with a matched pair counted once, and pairs of one
    /// class that overlap by at least one half.
    #[serde(flatten)]
    pub share: GoldForm,
}

impl Accuracy {
    fn of(name: &str, tally: Tally, confidence: f64) -> Self {
        Self { name: name.to_owned(), share: GoldForm::of(tally, confidence) }
    }

    /// The counts.
    pub fn tally(&self) -> Tally {
        Tally { answered: self.share.answered, correct: self.share.correct }
    }
}

/// Holds a delivery against the labels of items that are known: by answers where those have some,
/// else by marks.
pub(super) fn measure(mut panel: Panel, known: &Labels, confidence: f64) -> KnownReport {
    panel.name_rest(UNNAMED);
    panel.add_as(known.clone(), TRUTH);
    let table = answers(&panel.labels);
    match table.raters.iter().position(|rater| rater == TRUTH) {
        Some(truth) => of_answers(&table, truth as u32, confidence),
        None => of_marks(&panel, confidence),
    }
}

fn of_answers(table: &LabelTable, truth: u32, confidence: f64) -> KnownReport {
    let gold: Vec<Option<u32>> = (0..table.items.len())
        .map(|item| table.of(item).iter().find(|vote| vote.rater == truth).map(|vote| vote.label))
        .collect();
    let others = table.without(|vote| vote.rater == truth);
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

fn of_marks(panel: &Panel, confidence: f64) -> KnownReport {
    let labels = &panel.labels;
    let truth = labels.raters.find(TRUTH).unwrap_or(NONE);
    let items = panel.seen.iter().filter(|(rater, _)| *rater == truth).count() as u64;
    let (mut overall, mut raters) = (Tally::default(), Vec::new());
    for pair in pairs(panel, &Settings::default()) {
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
