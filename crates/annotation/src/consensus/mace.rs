//! MACE: a rater either knows the answer or spams by a habit of their own.
//!
//! Variational inference with restarts. Source: Hovy et al. (2013), "Learning whom to trust with
//! MACE". crowd-kit 1.4.2 differs: it lays habits in order of names over raters in order of
//! appearance, so that its results change when raters are renamed.

use rayon::prelude::*;

use crate::random::Random;
use crate::special::digamma;
use crate::table::LabelTable;

use super::{Posterior, normalise_logs};

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mace {
    /// Starts from different random habits; the likeliest end counts.
    pub restarts: usize,
    /// Rounds of each.
    pub iterations: usize,
    /// Seed of the random habits.
    pub seed: u64,
}

impl Default for Mace {
    fn default() -> Self {
        Self { restarts: 10, iterations: 50, seed: 0 }
    }
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct MaceFit {
    /// How likely each class is for each item.
    pub posterior: Posterior,
    /// Share of each rater's answers that rest on knowledge.
    pub competence: Vec<f64>,
    /// `[raters * classes]`: what a rater says when spamming.
    pub habits: Vec<f64>,
}

/// Priors: of spamming or knowing, and of each class in a habit.
const KNOWING_PRIOR: f64 = 0.5;
const HABIT_PRIOR: f64 = 10.0;

/// Unnormalised chances of one start.
struct State {
    /// By rater: of spamming, of knowing.
    knowing: Vec<[f64; 2]>,
    /// `[raters * classes]`.
    habits: Vec<f64>,
}

impl Mace {
    /// Fits the model.
    pub fn fit(&self, table: &LabelTable) -> MaceFit {
        let classes = table.classes.len();
        let runs: Vec<(f64, State)> =
            (0..self.restarts).into_par_iter().map(|start| self.run(table, start)).collect();
        // The first of the best: independent of which finished first.
        let mut best: Option<(f64, State)> = None;
        for run in runs {
            if best.as_ref().is_none_or(|best| run.0 > best.0) {
                best = Some(run);
            }
        }
        let state = best.map_or_else(|| State::start(table, 0, 0), |best| best.1);
        let mut shares = vec![0.0; table.items.len() * classes];
        state.expect(table, &mut shares);
        let competence = state.knowing.iter().map(|[spam, know]| know / (spam + know)).collect();
        MaceFit { posterior: Posterior { classes, shares }, competence, habits: state.habits }
    }

    fn run(&self, table: &LabelTable, start: usize) -> (f64, State) {
        let mut state = State::start(table, self.seed, start as u64);
        let mut shares = vec![0.0; table.items.len() * table.classes.len()];
        let mut likelihood = state.expect(table, &mut shares);
        for _ in 0..self.iterations {
            state.maximise(table, &shares);
            likelihood = state.expect(table, &mut shares);
        }
        (likelihood, state)
    }
}

impl State {
    fn start(table: &LabelTable, seed: u64, start: u64) -> Self {
        let mut random = Random::stream(seed, start);
        // The first start is even, so that a single one needs no luck.
        let spread = if start == 0 { 0.0 } else { 1.5 };
        let mut shares = |count: usize| {
            let mut row: Vec<f64> = (0..count).map(|_| 1.0 + spread * random.unit()).collect();
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|share| *share /= sum);
            row
        };
        let (mut knowing, mut habits) = (Vec::new(), Vec::new());
        for _ in 0..table.raters.len() {
            let pair = shares(2);
            knowing.push([pair[0], pair[1]]);
            habits.extend(shares(table.classes.len()));
        }
        Self { knowing, habits }
    }

    /// Fills class shares by item and returns the log-likelihood.
    fn expect(&self, table: &LabelTable, shares: &mut [f64]) -> f64 {
        let classes = table.classes.len();
        if classes == 0 {
            return 0.0;
        }
        // What every class gets from a vote, and what the named class gets more.
        let terms: Vec<(f64, f64)> = self
            .habits
            .iter()
            .enumerate()
            .map(|(cell, habit)| {
                let [spam, know] = self.knowing[cell / classes];
                let spam = (spam * habit).max(f64::MIN_POSITIVE);
                (spam.ln(), ((spam + know) / spam).ln())
            })
            .collect();
        let even = (classes as f64).ln();
        let mut likelihood = 0.0;
        for (item, row) in shares.chunks_mut(classes).enumerate() {
            row.fill(0.0);
            let mut base = -even;
            for vote in table.of(item) {
                let (all, more) = terms[vote.rater as usize * classes + vote.label as usize];
                base += all;
                row[vote.label as usize] += more;
            }
            likelihood += base + normalise_logs(row);
        }
        likelihood
    }

    fn maximise(&mut self, table: &LabelTable, shares: &[f64]) {
        let classes = table.classes.len();
        let mut knowing = vec![[0.0; 2]; self.knowing.len()];
        let mut habits = vec![0.0; self.habits.len()];
        for vote in &table.votes {
            let rater = vote.rater as usize;
            let cell = rater * classes + vote.label as usize;
            let [spam, know] = self.knowing[rater];
            let right = shares[vote.item as usize * classes + vote.label as usize];
            let known = right * know / (spam * self.habits[cell] + know);
            knowing[rater][0] += 1.0 - known;
            knowing[rater][1] += known;
            habits[cell] += 1.0 - known;
        }
        for (rater, counts) in knowing.iter().enumerate() {
            let whole = digamma(counts[0] + counts[1] + 2.0 * KNOWING_PRIOR);
            self.knowing[rater] =
                counts.map(|count| (digamma(count + KNOWING_PRIOR) - whole).exp());
        }
        for (counts, habits) in
            habits.chunks(classes.max(1)).zip(self.habits.chunks_mut(classes.max(1)))
        {
            let whole = digamma(counts.iter().sum::<f64>() + classes as f64 * HABIT_PRIOR);
            for (count, habit) in counts.iter().zip(habits) {
                *habit = (digamma(count + HABIT_PRIOR) - whole).exp();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Builder;

    #[test]
    fn a_spammer_is_told_from_those_who_know() {
        let mut random = Random::new(5);
        let mut builder = Builder::with_classes(&["a", "b", "c"]);
        for item in 0..300 {
            let truth = ["a", "b", "c"][random.below(3)];
            for rater in ["w1", "w2", "w3"] {
                let slip = ["a", "b", "c"][random.below(3)];
                let said = if random.unit() < 0.85 { truth } else { slip };
                builder.add(&item.to_string(), rater, said);
            }
            builder.add(&item.to_string(), "x", if random.unit() < 0.9 { "a" } else { "b" });
        }
        let fitted = Mace::default().fit(&builder.build());
        assert!(fitted.competence[..3].iter().all(|&share| share > 0.7));
        assert!(fitted.competence[3] < 0.2, "{:?}", fitted.competence);
    }
}
