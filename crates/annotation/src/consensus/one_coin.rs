//! One-coin Dawid-Skene: a rater is right with one probability, wrong evenly.

use rayon::prelude::*;

use crate::sums::{self, CHUNK};
use crate::table::LabelTable;

use super::dawid_skene::{FLOOR, Rounds, clamp, priors_of};
use super::{Posterior, majority, normalise_logs};

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
        let mut priors = priors_of(table, &posterior);
        let mut skills = maximise(table, &posterior);
        let (log_likelihoods, _) = self.0.climb(table.items.len(), || {
            let likelihood = expect(table, &priors, &skills, &mut posterior);
            clamp(&mut posterior, gold);
            priors = priors_of(table, &posterior);
            skills = maximise(table, &posterior);
            likelihood
        });
        OneCoinFit { posterior, priors, skills, log_likelihoods }
    }
}

/// Each rater's mean chance to have been right.
fn maximise(table: &LabelTable, posterior: &Posterior) -> Vec<f64> {
    let raters = table.raters.len();
    // Sums, then counts; in item order, so that posteriors stream by.
    let parts = sums::parts(table.items.len(), |range| {
        let mut sum = vec![0.0; 2 * raters];
        for item in range {
            let row = posterior.of(item);
            for vote in table.of(item) {
                sum[vote.rater as usize] += row[vote.label as usize];
                sum[raters + vote.rater as usize] += 1.0;
            }
        }
        sum
    });
    let mut sum = vec![0.0; 2 * raters];
    parts.iter().for_each(|part| sums::add(&mut sum, part));
    let (right, answers) = sum.split_at(raters);
    right.iter().zip(answers).map(|(right, answers)| right / answers.max(1.0)).collect()
}

fn expect(table: &LabelTable, priors: &[f64], skills: &[f64], posterior: &mut Posterior) -> f64 {
    let classes = posterior.classes;
    if classes == 0 {
        return 0.0;
    }
    let log_priors: Vec<f64> = priors.iter().map(|prior| prior.ln()).collect();
    let ln = |share: f64| share.clamp(FLOOR, 1.0 - FLOOR).ln();
    // What every class gets from a vote, and what the named class gets more.
    let others = (classes - 1).max(1) as f64;
    let terms: Vec<(f64, f64)> = skills
        .iter()
        .map(|&skill| (ln((1.0 - skill) / others), ln(skill) - ln((1.0 - skill) / others)))
        .collect();
    let parts: Vec<f64> = posterior
        .shares
        .par_chunks_mut(CHUNK * classes)
        .enumerate()
        .map(|(chunk, rows)| {
            let mut likelihood = 0.0;
            for (offset, row) in rows.chunks_mut(classes).enumerate() {
                row.copy_from_slice(&log_priors);
                let votes = table.of(chunk * CHUNK + offset);
                let mut base = 0.0;
                for vote in votes {
                    let (all, more) = terms[vote.rater as usize];
                    base += all;
                    row[vote.label as usize] += more;
                }
                let whole = base + normalise_logs(row);
                if !votes.is_empty() {
                    likelihood += whole;
                }
            }
            likelihood
        })
        .collect();
    parts.into_iter().sum()
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
