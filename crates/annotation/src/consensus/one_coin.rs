//! One-coin Dawid-Skene: a rater is right with one probability, wrong evenly.

use rayon::prelude::*;

use crate::sums;
use crate::table::LabelTable;

use super::dawid_skene::{FLOOR, Rounds, clamp, clamp_row};
use super::product::{Product, weigh};
use super::{Posterior, majority};

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
        let mut posterior = majority(table);
        clamp(&mut posterior, gold);
        let mut answers = vec![0.0; table.raters.len()];
        table.votes.iter().for_each(|vote| answers[vote.rater as usize] += 1.0);
        let classes = posterior.classes;
        let started = sums::parts(table.items.len(), |range| {
            let mut part = Part::new(classes, answers.len());
            range.for_each(|item| part.add(table, item, posterior.of(item)));
            part
        });
        let (mut priors, mut skills, _) = Part::settle(&started, &answers);
        let (log_likelihoods, _) = self.0.climb(table.items.len(), || {
            let odds = Odds::of(&skills, posterior.classes);
            let parts = expect(table, (&priors, &odds.named), gold, &mut posterior);
            let found;
            (priors, skills, found) = Part::settle(&parts, &answers);
            found + odds.wrong.iter().zip(&answers).map(|(log, many)| log * many).sum::<f64>()
        });
        OneCoinFit { posterior, priors, skills, log_likelihoods }
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

    #[inline]
    fn add(&mut self, table: &LabelTable, item: usize, row: &[f64]) {
        let votes = table.of(item);
        if votes.is_empty() {
            return;
        }
        sums::add(&mut self.classes, row);
        self.items += 1.0;
        for vote in votes {
            self.right[vote.rater as usize] += row[vote.label as usize];
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

/// Fills the posterior and gathers what the next priors and skills are made of, in one walk.
fn expect(
    table: &LabelTable,
    (priors, odds): (&[f64], &[f64]),
    gold: Option<&[Option<u32>]>,
    posterior: &mut Posterior,
) -> Vec<Part> {
    let classes = posterior.classes;
    if classes == 0 {
        return Vec::new();
    }
    let size = sums::part(table.items.len());
    posterior
        .shares
        .par_chunks_mut(size * classes)
        .enumerate()
        .map(|(place, rows)| {
            let mut part = Part::new(classes, odds.len());
            let mut likelihood = Product::ONE;
            for (item, row) in (place * size..).zip(rows.chunks_mut(classes)) {
                let votes = table.of(item);
                weigh(row, priors, votes, &mut likelihood, |row, vote| {
                    row[vote.label as usize] *= odds[vote.rater as usize];
                });
                clamp_row(row, gold.and_then(|gold| gold[item]));
                part.add(table, item, row);
            }
            part.likelihood = likelihood.ln();
            part
        })
        .collect()
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
