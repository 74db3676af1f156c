//! Dawid and Skene's model: each rater has an own table of confusions.
//!
//! Source: Dawid & Skene (1979), doi:10.2307/2346806. Repeated readings of a rater are separate
//! votes. Gold clamps posteriors; a fitted model takes further labels without starting over.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::sums::{self, CHUNK};
use crate::table::{ByRater, LabelTable};

use super::product::{Product, weigh};
use super::{Posterior, majority};

/// Smallest count and prior, so that no answer rules a class out for good.
pub(super) const FLOOR: f64 = 1e-10;

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounds {
    /// Most rounds of expectation and maximisation.
    pub most: usize,
    /// Stop when the mean log-likelihood of an item grows by less; `None` goes on to the last
    /// round.
    pub tolerance: Option<f64>,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { most: 100, tolerance: Some(1e-7) }
    }
}

impl Rounds {
    /// So many rounds, whatever they gain.
    pub fn exactly(most: usize) -> Self {
        Self { most, tolerance: None }
    }

    /// Runs rounds that each give a log-likelihood. Gives them all, and whether the tolerance
    /// stopped it.
    pub(super) fn climb(self, items: usize, mut round: impl FnMut() -> f64) -> (Vec<f64>, bool) {
        let mut likelihoods: Vec<f64> = Vec::new();
        for _ in 0..self.most {
            let likelihood = round();
            let last = likelihoods.last().copied();
            likelihoods.push(likelihood);
            if let (Some(tolerance), Some(last)) = (self.tolerance, last)
                && (likelihood - last) / (items.max(1) as f64) < tolerance
            {
                return (likelihoods, true);
            }
        }
        (likelihoods, false)
    }
}

/// The model, to be fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DawidSkene(pub Rounds);

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct DawidSkeneFit {
    /// How likely each class is for each item.
    pub posterior: Posterior,
    /// How common each class is.
    pub priors: Vec<f64>,
    /// Each rater's confusions.
    pub errors: RaterErrors,
    /// Log-likelihood of the votes after each round; never falls, up to rounding and the floor.
    pub log_likelihoods: Vec<f64>,
    /// Whether the tolerance stopped it, not the last round.
    pub converged: bool,
}

/// What raters say when a class is true.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RaterErrors {
    /// Classes of the schema.
    pub classes: usize,
    /// `[raters * classes * classes]`: by rater, class said, true class. Sums to 1 over the
    /// classes a rater ever said.
    pub shares: Vec<f64>,
}

impl RaterErrors {
    /// How often a rater says `said` when `truth` is true.
    pub fn of(&self, rater: usize, said: u32, truth: u32) -> f64 {
        self.row(rater, said)[truth as usize]
    }

    #[inline]
    fn row(&self, rater: usize, said: u32) -> &[f64] {
        let start = (rater * self.classes + said as usize) * self.classes;
        &self.shares[start..start + self.classes]
    }
}

impl DawidSkene {
    /// Fits the model, from vote shares.
    ///
    /// `gold` holds the known class of each item, if any.
    pub fn fit(&self, table: &LabelTable, gold: Option<&[Option<u32>]>) -> DawidSkeneFit {
        let mut posterior = majority(table);
        clamp(&mut posterior, gold);
        self.run(table, gold, posterior)
    }

    /// Fits the model to more labels, from what `known` says of raters by name.
    ///
    /// `known_raters` are the names of `known`'s raters, in its order. Raters and classes it
    /// does not know start from vote shares; classes must keep their order.
    pub fn update(
        &self,
        table: &LabelTable,
        gold: Option<&[Option<u32>]>,
        known: &DawidSkeneFit,
        known_raters: &[String],
    ) -> DawidSkeneFit {
        let mut posterior = majority(table);
        clamp(&mut posterior, gold);
        let (mut priors, mut errors) = maximise(table, &said(table), &posterior);
        let classes = known.errors.classes;
        if classes == errors.classes {
            priors.clone_from(&known.priors);
            let places: BTreeMap<&str, usize> =
                known_raters.iter().map(String::as_str).zip(0..).collect();
            for (rater, name) in table.raters.iter().enumerate() {
                if let Some(&place) = places.get(name.as_str()) {
                    let square = classes * classes;
                    errors.shares[rater * square..][..square]
                        .copy_from_slice(&known.errors.shares[place * square..][..square]);
                }
            }
        }
        expect(table, &priors, &errors, &mut posterior);
        clamp(&mut posterior, gold);
        self.run(table, gold, posterior)
    }

    fn run(
        &self,
        table: &LabelTable,
        gold: Option<&[Option<u32>]>,
        mut posterior: Posterior,
    ) -> DawidSkeneFit {
        let said = said(table);
        let (mut priors, mut errors) = maximise(table, &said, &posterior);
        let (log_likelihoods, converged) = self.0.climb(table.items.len(), || {
            let likelihood = expect(table, &priors, &errors, &mut posterior);
            clamp(&mut posterior, gold);
            (priors, errors) = maximise(table, &said, &posterior);
            likelihood
        });
        DawidSkeneFit { posterior, priors, errors, log_likelihoods, converged }
    }
}

/// Puts known answers in place of guessed ones.
pub(super) fn clamp(posterior: &mut Posterior, gold: Option<&[Option<u32>]>) {
    let Some(gold) = gold else { return };
    for (row, &known) in posterior.shares.chunks_mut(posterior.classes.max(1)).zip(gold) {
        clamp_row(row, known);
    }
}

/// Likewise, of one item.
#[inline]
pub(super) fn clamp_row(row: &mut [f64], known: Option<u32>) {
    if let Some(class) = known {
        row.fill(0.0);
        row[class as usize] = 1.0;
    }
}

/// Class means of a posterior over items with an answer.
fn priors_of(table: &LabelTable, posterior: &Posterior) -> Vec<f64> {
    let classes = posterior.classes;
    let parts = sums::chunks(table.items.len(), |range| {
        let mut sum = vec![0.0; classes + 1];
        for item in range.filter(|&item| !table.of(item).is_empty()) {
            sums::add(&mut sum, posterior.of(item));
            sum[classes] += 1.0;
        }
        sum
    });
    let mut sum = vec![0.0; classes + 1];
    parts.iter().for_each(|part| sums::add(&mut sum, part));
    let items = sum.pop().unwrap_or_default().max(1.0);
    sum.into_iter().map(|sum| (sum / items).max(FLOOR)).collect()
}

/// `[raters * classes]`: whether a rater ever said a class.
fn said(table: &LabelTable) -> Vec<bool> {
    let classes = table.classes.len();
    let mut said = vec![false; table.raters.len() * classes];
    for vote in &table.votes {
        said[vote.rater as usize * classes + vote.label as usize] = true;
    }
    said
}

/// Most cells of a table of confusions of which each part of the items gets one of its own.
const MOST_CELLS_OF_PART: usize = 1 << 20;

/// Priors and confusions that fit a posterior.
///
/// Votes are walked in item order, so that posteriors stream by while the confusions stay in
/// cache; tables too large for that are filled rater by rater.
fn maximise(table: &LabelTable, said: &[bool], posterior: &Posterior) -> (Vec<f64>, RaterErrors) {
    let classes = posterior.classes;
    let square = classes * classes;
    let cells = table.raters.len() * square;
    let mut shares = if cells <= MOST_CELLS_OF_PART {
        count_by_item(table, posterior)
    } else {
        count_by_rater(table, &table.by_rater(), posterior)
    };
    if square > 0 {
        let raters = shares.par_chunks_mut(square).zip(said.par_chunks(classes));
        raters.for_each(|(counts, said)| normalise(counts, said));
    }
    (priors_of(table, posterior), RaterErrors { classes, shares })
}

fn count_by_item(table: &LabelTable, posterior: &Posterior) -> Vec<f64> {
    let classes = posterior.classes;
    let cells = table.raters.len() * classes * classes;
    let parts = sums::parts(table.items.len(), |range| {
        let mut counts = vec![0.0; cells];
        for item in range {
            let row = posterior.of(item);
            for vote in table.of(item) {
                let start = (vote.rater as usize * classes + vote.label as usize) * classes;
                sums::add(&mut counts[start..start + classes], row);
            }
        }
        counts
    });
    let mut counts = vec![0.0; cells];
    parts.iter().for_each(|part| sums::add(&mut counts, part));
    counts
}

fn count_by_rater(table: &LabelTable, by_rater: &ByRater, posterior: &Posterior) -> Vec<f64> {
    let classes = posterior.classes;
    let square = classes * classes;
    let mut counts = vec![0.0; table.raters.len() * square];
    counts.par_chunks_mut(square).enumerate().for_each(|(rater, counts)| {
        for &vote in by_rater.of(rater) {
            let vote = table.votes[vote as usize];
            let row = &mut counts[vote.label as usize * classes..][..classes];
            sums::add(row, posterior.of(vote.item as usize));
        }
    });
    counts
}

/// Counts to shares of the classes a rater said, for each true class; the others get the floor.
fn normalise(counts: &mut [f64], said: &[bool]) {
    let classes = said.len();
    let mut sums = vec![0.0; classes];
    for (row, &said) in counts.chunks_mut(classes).zip(said) {
        for (count, sum) in row.iter_mut().zip(&mut sums) {
            *count = count.max(FLOOR);
            if said {
                *sum += *count;
            }
        }
    }
    for (row, &said) in counts.chunks_mut(classes).zip(said) {
        for (count, sum) in row.iter_mut().zip(&sums) {
            *count = if said { *count / sum } else { FLOOR };
        }
    }
}

/// Fills the posterior and returns the log-likelihood of the votes.
fn expect(
    table: &LabelTable,
    priors: &[f64],
    errors: &RaterErrors,
    posterior: &mut Posterior,
) -> f64 {
    let classes = posterior.classes;
    if classes == 0 {
        return 0.0;
    }
    let parts: Vec<f64> = posterior
        .shares
        .par_chunks_mut(CHUNK * classes)
        .enumerate()
        .map(|(chunk, rows)| {
            let mut likelihood = Product::ONE;
            for (offset, row) in rows.chunks_mut(classes).enumerate() {
                let votes = table.of(chunk * CHUNK + offset);
                weigh(row, priors, votes, &mut likelihood, |row, vote| {
                    let said = errors.row(vote.rater as usize, vote.label);
                    row.iter_mut().zip(said).for_each(|(share, chance)| *share *= chance);
                });
            }
            likelihood.ln()
        })
        .collect();
    parts.into_iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::tests::{accuracy, crowd};

    #[test]
    fn the_likelihood_never_falls() {
        let (table, _) = crowd(300, &[0.9, 0.6, 0.6, 0.4, 0.5], 3);
        let method = DawidSkene(Rounds { most: 2_000, ..Rounds::default() });
        let fitted = method.fit(&table, None);
        assert!(fitted.converged);
        for pair in fitted.log_likelihoods.windows(2) {
            assert!(pair[1] >= pair[0] - 1e-6 * pair[0].abs(), "{pair:?}");
        }
    }

    #[test]
    fn both_ways_to_count_agree() {
        let (table, _) = crowd(300, &[0.9, 0.6, 0.7], 4);
        let posterior = majority(&table);
        let by_item = count_by_item(&table, &posterior);
        let by_rater = count_by_rater(&table, &table.by_rater(), &posterior);
        assert!(by_item.iter().zip(&by_rater).all(|(a, b)| (a - b).abs() < 1e-10));
    }

    #[test]
    fn gold_is_kept_and_teaches_the_raters() {
        // Three raters who are mostly wrong outvote the truth unless gold says otherwise.
        let (table, truth) = crowd(400, &[0.2, 0.2, 0.2, 0.9], 2);
        let gold: Vec<Option<u32>> =
            truth.iter().enumerate().map(|(item, &class)| (item < 100).then_some(class)).collect();
        let fitted = DawidSkene::default().fit(&table, Some(&gold));
        let decided = fitted.posterior.decide(&table);
        assert!((0..100).all(|item| decided.labels[item] == Some(truth[item])));
        assert!(accuracy(&decided, &truth) > 0.9);
        let alone = DawidSkene::default().fit(&table, None).posterior.decide(&table);
        assert!(accuracy(&alone, &truth) < 0.5);
    }

    #[test]
    fn an_update_starts_where_the_last_fit_ended() {
        let (table, _) = crowd(500, &[0.9, 0.7, 0.8, 0.6], 3);
        let method = DawidSkene(Rounds { most: 2_000, tolerance: Some(1e-9) });
        let fitted = method.fit(&table, None);
        let again = method.update(&table, None, &fitted, &table.raters);
        assert!(again.log_likelihoods.len() < fitted.log_likelihoods.len());
        let same = again.posterior.shares.iter().zip(&fitted.posterior.shares);
        assert!(same.clone().all(|(a, b)| (a - b).abs() < 1e-3));
    }
}
