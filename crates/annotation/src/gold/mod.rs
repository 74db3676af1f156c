//! Accuracy of raters on items whose answer is known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::proportion;
use crate::table::LabelTable;

/// Right answers among answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers to items with a known class.
    pub answered: u64,
    /// Those that name it.
    pub correct: u64,
}

impl Tally {
    /// Adds another tally.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self { answered: self.answered + other.answered, correct: self.correct + other.correct }
    }

    /// The share of right answers; `None` without answers.
    pub fn accuracy(&self) -> Option<f64> {
        (self.answered > 0).then(|| self.correct as f64 / self.answered as f64)
    }

    /// Interval to show.
    pub fn wilson(&self, confidence: f64) -> (f64, f64) {
        proportion::wilson(self.correct, self.answered, confidence)
    }

    /// Interval to decide by.
    pub fn clopper_pearson(&self, confidence: f64) -> (f64, f64) {
        proportion::clopper_pearson(self.correct, self.answered, confidence)
    }

    /// Whether accuracy reaches a wanted share, as far as the answers can tell.
    pub fn judge(&self, wanted: f64, confidence: f64) -> Judgement {
        let (low, high) = self.clopper_pearson(confidence);
        if self.answered > 0 && low >= wanted {
            Judgement::Reached
        } else if high < wanted {
            Judgement::Missed
        } else {
            Judgement::Open
        }
    }
}

/// Right answers among answers, as they leave the process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GoldForm {
    /// Known items answered.
    pub answered: u64,
    /// Of those, right.
    pub correct: u64,
    /// The share; none without known items.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy: Option<f64>,
    /// Wilson's interval, to show.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wilson: Option<(f64, f64)>,
    /// The exact interval of Clopper and Pearson, to decide by.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exact: Option<(f64, f64)>,
}

impl GoldForm {
    /// The form of a tally, with intervals of a confidence in (0, 1).
    pub fn of(tally: Tally, confidence: f64) -> Self {
        let has = tally.answered > 0;
        Self {
            answered: tally.answered,
            correct: tally.correct,
            accuracy: tally.accuracy(),
            wilson: has.then(|| tally.wilson(confidence)),
            exact: has.then(|| tally.clopper_pearson(confidence)),
        }
    }
}

/// What an exact interval says of a wanted share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// The whole interval is at or above it.
    Reached,
    /// The whole interval is below it.
    Missed,
    /// More known items are needed to tell.
    Open,
}

/// A known class and what it was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confusion {
    /// Index of the known class.
    pub known: u32,
    /// Index of the class said.
    pub said: u32,
    /// How often.
    pub count: u64,
}

/// Answers to known items, by rater, by class and in all. Each reading counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// By rater of the table.
    pub raters: Vec<Tally>,
    /// By known class.
    pub classes: Vec<Tally>,
    /// In all.
    pub overall: Tally,
    /// How often each known class was called what, by known class, then class said.
    pub confusion: Vec<Confusion>,
    /// Known items nobody answered.
    pub unanswered: Vec<u32>,
    /// Known items.
    pub items: usize,
}

impl Answers {
    /// Counts answers to the items whose class `gold` holds.
    pub fn count(table: &LabelTable, gold: &[Option<u32>]) -> Self {
        let mut answers = Self {
            raters: vec![Tally::default(); table.raters.len()],
            classes: vec![Tally::default(); table.classes.len()],
            ..Self::default()
        };
        let mut said = Vec::new();
        for (item, &known) in gold.iter().enumerate().take(table.items.len()) {
            let Some(known) = known else { continue };
            answers.items += 1;
            if table.of(item).is_empty() {
                answers.unanswered.push(item as u32);
            }
            for vote in table.of(item) {
                let tally = Tally { answered: 1, correct: u64::from(vote.label == known) };
                for sum in [
                    &mut answers.raters[vote.rater as usize],
                    &mut answers.classes[known as usize],
                    &mut answers.overall,
                ] {
                    *sum = sum.merge(tally);
                }
                said.push((known, vote.label));
            }
        }
        said.sort_unstable();
        let runs = said.chunk_by(|a, b| a == b);
        answers.confusion = runs
            .map(|run| Confusion { known: run[0].0, said: run[0].1, count: run.len() as u64 })
            .collect();
        answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Builder;

    #[test]
    fn answers_are_counted_by_rater_and_class() {
        let mut builder = Builder::with_classes(&["a", "b"]);
        for (item, rater, label) in
            [("1", "x", "a"), ("1", "y", "b"), ("2", "x", "b"), ("3", "x", "a")]
        {
            builder.add(item, rater, label);
        }
        builder.add_item("4");
        let answers = Answers::count(&builder.build(), &[Some(0), Some(0), None, Some(1)]);
        assert_eq!(answers.raters[0], Tally { answered: 2, correct: 1 });
        assert_eq!(answers.raters[1], Tally { answered: 1, correct: 0 });
        assert_eq!(answers.classes[0], answers.overall);
        let confusion = |known, said, count| Confusion { known, said, count };
        assert_eq!(answers.confusion, [confusion(0, 0, 1), confusion(0, 1, 2)]);
        assert_eq!(answers.unanswered, [3]);
    }

    #[test]
    fn few_known_items_leave_it_open() {
        assert_eq!(Tally { answered: 20, correct: 20 }.judge(0.95, 0.95), Judgement::Open);
        assert_eq!(Tally { answered: 100, correct: 100 }.judge(0.95, 0.95), Judgement::Reached);
        assert_eq!(Tally { answered: 100, correct: 80 }.judge(0.95, 0.95), Judgement::Missed);
        assert_eq!(Tally::default().judge(0.5, 0.95), Judgement::Open);
    }
}
