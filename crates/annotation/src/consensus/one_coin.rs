//! One-coin Dawid-Skene: a rater is right with one probability, wrong evenly.

use std::ops::Range;

use crate::sums;
use crate::table::LabelTable;

use super::dawid_skene::{FLOOR, Rounds, clamp};
use super::majority::share_of;
use super::product::{BLOCK, Product, blocks, weigh};
use super::{Decided, Posterior};

/// The model, to be fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OneCoin(pub Rounds);

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct OneCoinFit {
    /// How likely each class is for each item.
    pub posterior: Posterior,
    /// How common each class is.
    pub priors: Vec<f64>,
    /// The chance that each rater is right; 0 for raters without answers.
    pub skills: Vec<f64>,
    /// Log-likelihood of the votes after each round.
    pub log_likelihoods: Vec<f64>,
}

impl OneCoin {
    /// Fits the model, from vote shares; `gold` as in Dawid-Skene.
    pub fn fit(&self, table: &LabelTable, gold: Option<&[Option<u32>]>) -> OneCoinFit {
        let (last, fit) = self.climb(table, gold);
        let (posterior, _) = Posterior::by_blocks(table, |items, rows, likelihood| {
            last.fill(table, gold, items, rows, likelihood);
        });
        OneCoinFit { posterior, ..fit }
    }

    /// Likewise, and decides; the fit has no posterior, which is large and not needed for it.
    pub(super) fn decide(
        &self,
        table: &LabelTable,
        gold: Option<&[Option<u32>]>,
    ) -> (Decided, OneCoinFit) {
        let (last, fit) = self.climb(table, gold);
        let decided = Decided::by_blocks(table, |items, rows, likelihood| {
            last.fill(table, gold, items, rows, likelihood);
        });
        (decided, fit)
    }

    /// The model that gives the shares of the last round, and the fit without them: they are not kept
    /// from round to round, but worked out once more at the end.
    fn climb(&self, table: &LabelTable, gold: Option<&[Option<u32>]>) -> (Model, OneCoinFit) {
        let mut answers = vec![0.0; table.raters.len()];
        table.votes.iter().for_each(|vote| answers[vote.rater as usize] += 1.0);
        let mut last = Model::Votes;
        let (mut priors, mut skills, _) = Part::settle(&Part::gather(table, gold, &last), &answers);
        let (log_likelihoods, _) = self.0.climb(table.items.len(), || {
            let odds = Odds::of(&skills, table.classes.len());
            last = Model::Raters(std::mem::take(&mut priors), odds.named);
            let found;
            (priors, skills, found) = Part::settle(&Part::gather(table, gold, &last), &answers);
            found + odds.wrong.iter().zip(&answers).map(|(log, many)| log * many).sum::<f64>()
        });
        let posterior = Posterior { classes: table.classes.len(), shares: Vec::new() };
        (last, OneCoinFit { posterior, priors, skills, log_likelihoods })
    }
}

/// What gives the shares of items.
enum Model {
    /// The votes, each weighing the same.
    Votes,
    /// Priors, and the odds of each rater.
    Raters(Vec<f64>, Vec<f64>),
}

impl Model {
    /// Fills the shares of some items.
    fn fill(
        &self,
        table: &LabelTable,
        gold: Option<&[Option<u32>]>,
        items: Range<usize>,
        rows: &mut [f64],
        likelihood: &mut Product,
    ) {
        match self {
            Self::Votes => share_of(table, items.clone(), rows, |_| 1.0),
            Self::Raters(priors, odds) => {
                weigh(rows, (table, items.clone()), priors, likelihood, |row, vote| {
                    row[vote.label as usize] *= odds[vote.rater as usize];
                });
            }
        }
        clamp(rows, items, gold);
    }
}

/// What some of the items say of classes and raters.
struct Part {
    /// Sum of the shares of each class over items with an answer.
    classes: Vec<f64>,
    items: f64,
    /// Sum of the shares of the classes each rater named.
    right: Vec<f64>,
    likelihood: f64,
}

impl Part {
    fn new(classes: usize, raters: usize) -> Self {
        Self { classes: vec![0.0; classes], items: 0.0, right: vec![0.0; raters], likelihood: 0.0 }
    }

    /// What all items say by their shares, in parts.
    fn gather(table: &LabelTable, gold: Option<&[Option<u32>]>, by: &Model) -> Vec<Self> {
        let classes = table.classes.len();
        if classes == 0 {
            return Vec::new();
        }
        sums::parts(table.items.len(), sums::PARTS, |items| {
            let mut part = Self::new(classes, table.raters.len());
            let mut likelihood = Product::ONE;
            let mut room = vec![0.0; BLOCK * classes];
            for items in blocks(items) {
                let rows = &mut room[..items.len() * classes];
                by.fill(table, gold, items.clone(), rows, &mut likelihood);
                part.add(table, items, rows);
            }
            part.likelihood = likelihood.ln();
            part
        })
    }

    fn add(&mut self, table: &LabelTable, items: Range<usize>, rows: &[f64]) {
        let rows = rows.chunks_exact(self.classes.len());
        for (votes, row) in items.map(|item| table.of(item)).zip(rows) {
            if votes.is_empty() {
                continue;
            }
            sums::add(&mut self.classes, row);
            self.items += 1.0;
            for vote in votes {
                self.right[vote.rater as usize] += row[vote.label as usize];
            }
        }
    }

    /// Priors, skills and the log-likelihood that all parts give.
    fn settle(parts: &[Self], answers: &[f64]) -> (Vec<f64>, Vec<f64>, f64) {
        let classes = parts.first().map_or(0, |part| part.classes.len());
        let mut all = Self::new(classes, answers.len());
        for part in parts {
            sums::add(&mut all.classes, &part.classes);
            sums::add(&mut all.right, &part.right);
            all.items += part.items;
            all.likelihood += part.likelihood;
        }
        let prior = |sum: &f64| (sum / all.items.max(1.0)).max(FLOOR);
        let skill = |(right, answers): (&f64, &f64)| right / answers.max(1.0);
        let priors = all.classes.iter().map(prior).collect();
        (priors, all.right.iter().zip(answers).map(skill).collect(), all.likelihood)
    }
}

/// What an answer of each rater says.
struct Odds {
    /// Logarithm of what every class gets from it.
    wrong: Vec<f64>,
    /// How many times as much the named class gets.
    named: Vec<f64>,
}

impl Odds {
    fn of(skills: &[f64], classes: usize) -> Self {
        let others = classes.saturating_sub(1).max(1) as f64;
        let chance = |share: f64| share.clamp(FLOOR, 1.0 - FLOOR);
        let of_rater = |&skill: &f64| {
            let wrong = chance((1.0 - skill) / others);
            (wrong.ln(), chance(skill) / wrong)
        };
        let (wrong, named) = skills.iter().map(of_rater).unzip();
        Self { wrong, named }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::tests::crowd;

    #[test]
    fn skills_are_found() {
        let truth = [0.95, 0.8, 0.65, 0.85];
        let (table, _) = crowd(2_000, &truth, 4);
        let fitted = OneCoin::default().fit(&table, None);
        for (found, truth) in fitted.skills.iter().zip(truth) {
            assert!((found - truth).abs() < 0.03, "{found} {truth}");
        }
    }
}
