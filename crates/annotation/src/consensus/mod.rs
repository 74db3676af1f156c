//! One answer an item out of several raters' answers.
//!
//! Ties go to the class that comes first in the schema, and are counted. No method is better than
//! the majority on every data set; compare on gold before trusting one.

mod boxes;
mod chosen;
mod dawid_skene;
mod form;
mod glad;
mod mace;
mod majority;
mod mmsr;
mod one_coin;
mod placed;
mod product;
mod rover;
mod saved;
mod spans;
mod wawa;
mod zero_based;

use std::ops::Range;

use rayon::prelude::*;

use crate::sums::{self, CHUNK};
use crate::table::{LabelTable, Vote};

use product::{BLOCK, Product, blocks};

pub use boxes::{BoxConsensus, MarkedBox, consensus_boxes};
pub use chosen::{Chosen, Settled};
pub use dawid_skene::{DawidSkene, DawidSkeneFit, RaterErrors, Rounds};
pub(crate) use form::behaviours;
pub use form::{
    BehaviourForm, ConsensusForm, Fitted, Held, METHODS, Method, RaterForm, Refused, Wanted, settle,
};
pub use glad::{Glad, GladFit};
pub use mace::{Mace, MaceFit};
pub use majority::{majority, weighted_majority};
pub use mmsr::{Mmsr, MmsrFit};
pub use one_coin::{OneCoin, OneCoinFit};
pub use placed::{PLACED, Quorum, by_quorum, by_rover};
pub use rover::rover;
pub use saved::{ModelError, SavedModel, SavedRater};
pub use spans::{MarkedSpan, SpanConsensus, consensus_spans};
pub use wawa::wawa;
pub use zero_based::zero_based_skill;

/// A table too large for a method that keeps every class of every item or rater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{cells} shares of classes are to be kept; at most {MOST_CELLS} fit")]
pub struct TooLarge {
    /// Shares it would keep.
    pub cells: u128,
}

/// Most shares kept: 2 GiB.
pub const MOST_CELLS: u128 = 1 << 28;

/// Whether there is room for a consensus: call before any method.
///
/// # Errors
/// [`TooLarge`] where items times classes is too much, or raters times classes squared, which
/// Dawid-Skene alone needs (`confusions`). Labels of that many classes are rather texts.
pub fn check_size(table: &LabelTable, confusions: bool) -> Result<(), TooLarge> {
    let classes = table.classes.len() as u128;
    let mut cells = table.items.len() as u128 * classes;
    if confusions {
        cells = cells.max(table.raters.len() as u128 * classes * classes);
    }
    if cells > MOST_CELLS { Err(TooLarge { cells }) } else { Ok(()) }
}

/// How likely each class is for each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// Classes of the schema.
    pub classes: usize,
    /// `[items * classes]`, each row sums to 1; a row of an item without answers is the prior.
    pub shares: Vec<f64>,
}

/// The answers a posterior gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decided {
    /// A class for each item; `None` where nobody answered.
    pub labels: Vec<Option<u32>>,
    /// How likely it is; 0 where there is none.
    pub shares: Vec<f64>,
    /// Items whose best two classes are exactly level.
    pub tied: Vec<u32>,
}

impl Decided {
    fn with_capacity(items: usize) -> Self {
        let (labels, shares) = (Vec::with_capacity(items), Vec::with_capacity(items));
        Self { labels, shares, tied: Vec::new() }
    }

    /// Decides the next item by its shares.
    #[inline]
    fn next(&mut self, votes: &[Vote], row: &[f64]) {
        if votes.is_empty() {
            self.labels.push(None);
            self.shares.push(0.0);
            return;
        }
        let (mut best, mut level) = (0, false);
        for class in 1..row.len() {
            level = row[class] == row[best] || level && row[class] < row[best];
            if row[class] > row[best] {
                best = class;
            }
        }
        if level {
            self.tied.push(self.labels.len() as u32);
        }
        self.labels.push(Some(best as u32));
        self.shares.push(row[best]);
    }

    /// What the shares that `fill` gives block by block decide; they are not kept.
    fn by_blocks(
        table: &LabelTable,
        fill: impl Fn(Range<usize>, &mut [f64], &mut Product) + Sync + Send,
    ) -> Self {
        let classes = table.classes.len();
        let parts = sums::parts(table.items.len(), sums::PARTS, |items| {
            let mut part = Self::with_capacity(items.len());
            let mut room = vec![0.0; BLOCK * classes];
            for items in blocks(items) {
                let rows = &mut room[..items.len() * classes];
                fill(items.clone(), rows, &mut { Product::ONE });
                for (item, row) in items.zip(rows.chunks(classes.max(1))) {
                    part.next(table.of(item), row);
                }
            }
            part
        });
        let mut all = Self::with_capacity(table.items.len());
        for part in parts {
            let before = all.labels.len() as u32;
            all.tied.extend(part.tied.iter().map(|item| before + item));
            all.labels.extend(part.labels);
            all.shares.extend(part.shares);
        }
        all
    }
}

impl Posterior {
    /// The posterior that `fill` gives block by block, and the logarithm of the likelihood it gives.
    fn by_blocks(
        table: &LabelTable,
        fill: impl Fn(Range<usize>, &mut [f64], &mut Product) + Sync + Send,
    ) -> (Self, f64) {
        let classes = table.classes.len();
        let mut shares = vec![0.0; table.items.len() * classes];
        let chunks = shares.par_chunks_mut((CHUNK * classes).max(1));
        let logs = chunks.zip(sums::ranges(table.items.len())).map(|(rows, items)| {
            let mut likelihood = Product::ONE;
            for (items, rows) in blocks(items).zip(rows.chunks_mut(BLOCK * classes)) {
                fill(items, rows, &mut likelihood);
            }
            likelihood.ln()
        });
        let logs: Vec<f64> = logs.collect();
        (Self { classes, shares }, logs.into_iter().sum())
    }

    /// The shares of one item.
    #[inline]
    pub fn of(&self, item: usize) -> &[f64] {
        &self.shares[item * self.classes..][..self.classes]
    }

    /// The likeliest class of each item that has an answer.
    pub fn decide(&self, table: &LabelTable) -> Decided {
        let mut decided = Decided::with_capacity(table.items.len());
        (0..table.items.len()).for_each(|item| decided.next(table.of(item), self.of(item)));
        decided
    }

    /// The chance that each item's decided class is wrong: order another answer where it is large.
    pub fn doubt(&self) -> Vec<f64> {
        self.shares
            .chunks(self.classes.max(1))
            .map(|row| 1.0 - row.iter().copied().fold(0.0, f64::max))
            .collect()
    }
}

/// Mean over items of the entropy of the answers' shares, in nats; `None` without answers.
///
/// 0 where raters always agree.
pub fn mean_entropy(table: &LabelTable) -> Option<f64> {
    let answered: Vec<usize> =
        (0..table.items.len()).filter(|&item| !table.of(item).is_empty()).collect();
    let sum = sums::sum(answered.len(), |place| {
        let mut labels: Vec<u32> =
            table.of(answered[place]).iter().map(|vote| vote.label).collect();
        labels.sort_unstable();
        let total = labels.len() as f64;
        let share = |run: &[u32]| run.len() as f64 / total;
        labels.chunk_by(|a, b| a == b).map(|run| -share(run) * share(run).ln()).sum()
    });
    (!answered.is_empty()).then(|| sum / answered.len() as f64)
}

/// Turns log-weights into shares in place and returns the log of their sum.
fn normalise_logs(row: &mut [f64]) -> f64 {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for value in row.iter_mut() {
        *value = (*value - largest).exp();
        sum += *value;
    }
    row.iter_mut().for_each(|value| *value /= sum);
    largest + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::table::Builder;

    /// `items` items, raters of given skill (chance to say the truth), and the truth.
    pub(super) fn crowd(items: usize, skills: &[f64], classes: usize) -> (LabelTable, Vec<u32>) {
        let mut random = Random::new(11);
        let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
        let mut builder = Builder::with_classes(&names);
        let mut truth = Vec::new();
        for item in 0..items {
            let right = random.below(classes);
            truth.push(right as u32);
            for (rater, &skill) in skills.iter().enumerate() {
                let wrong = (right + 1 + random.below(classes - 1)) % classes;
                let said = if random.unit() < skill { right } else { wrong };
                builder.add(&format!("{item:06}"), &format!("{rater:03}"), &names[said]);
            }
        }
        (builder.build(), truth)
    }

    /// Share of items decided as the truth is.
    pub(super) fn accuracy(decided: &Decided, truth: &[u32]) -> f64 {
        let pairs = decided.labels.iter().zip(truth);
        pairs.filter(|(label, truth)| **label == Some(**truth)).count() as f64 / truth.len() as f64
    }

    #[test]
    fn level_shares_go_to_the_first_class_and_are_counted() {
        let (table, _) = crowd(3, &[1.0], 3);
        let shares = vec![0.4, 0.4, 0.2, 0.2, 0.4, 0.4, 0.3, 0.3, 0.4];
        let decided = Posterior { classes: 3, shares }.decide(&table);
        assert_eq!(decided.labels, [Some(0), Some(1), Some(2)]);
        assert_eq!(decided.tied, [0, 1]);
    }

    #[test]
    fn every_method_finds_the_truth_of_good_raters_at_any_thread_count() {
        let (table, truth) = crowd(400, &[0.9, 0.8, 0.85, 0.7, 0.3], 3);
        let run = || {
            vec![
                majority(&table),
                wawa(&table).1,
                zero_based_skill(&table).1,
                DawidSkene::default().fit(&table, None).posterior,
                OneCoin::default().fit(&table, None).posterior,
                Glad::default().fit(&table).posterior,
                Mace::default().fit(&table).posterior,
                Mmsr::default().fit(&table).posterior,
            ]
        };
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = pool(1).install(run);
        for threads in [2, 8] {
            for (place, (a, b)) in pool(threads).install(run).iter().zip(&one).enumerate() {
                let bits = |posterior: &Posterior| -> Vec<u64> {
                    posterior.shares.iter().map(|share| share.to_bits()).collect()
                };
                assert_eq!(bits(a), bits(b), "method {place} on {threads} threads");
            }
        }
        for (place, posterior) in one.iter().enumerate() {
            let accuracy = accuracy(&posterior.decide(&table), &truth);
            assert!(accuracy > 0.9, "method {place}: {accuracy}");
        }
    }

    #[test]
    fn texts_for_classes_are_refused() {
        let mut builder = Builder::new();
        for answer in 0..20_000 {
            builder.add(&answer.to_string(), "r", &format!("text {answer}"));
        }
        let table = builder.build();
        assert_eq!(check_size(&table, false), Err(TooLarge { cells: 400_000_000 }));
        let (small, _) = crowd(10, &[0.9], 3);
        assert_eq!(check_size(&small, true), Ok(()));
    }

    #[test]
    fn nothing_to_decide_is_no_trouble() {
        let table = Builder::new().build();
        assert!(majority(&table).decide(&table).labels.is_empty());
        let fitted = DawidSkene::default().fit(&table, None);
        assert!(fitted.posterior.shares.is_empty());
        assert!(Mace::default().fit(&table).posterior.shares.is_empty());
        assert!(Mmsr::default().fit(&table).posterior.shares.is_empty());
        assert!(Glad::default().fit(&table).posterior.shares.is_empty());
        assert_eq!(mean_entropy(&table), None);
    }
}
