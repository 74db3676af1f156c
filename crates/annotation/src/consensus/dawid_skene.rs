//! Dawid and Skene's model: each rater has an own table of confusions.
//!
//! Source: Dawid & Skene (1979), doi:10.2307/2346806. Repeated readings of a rater are separate
//! votes. Gold clamps posteriors; a fitted model takes further labels without starting over.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::sums;
use crate::table::{ByRater, LabelTable, Vote};

use super::majority::share_of;
use super::product::{BLOCK, Product, blocks, weigh};
use super::{Decided, Posterior, SavedModel};

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
        let job = Job::of(table, gold);
        self.run(&job, None)
    }

    /// Likewise, from what `known` says if it is given, and decides; the fit has no posterior, which is large and not needed for it.
    pub(super) fn decide(
        &self,
        table: &LabelTable,
        gold: Option<&[Option<u32>]>,
        known: Option<&SavedModel>,
    ) -> (Decided, DawidSkeneFit) {
        let job = Job::of(table, gold);
        let start = known.map(|known| {
            let (fit, raters) = known.fit();
            job.taking_up(&fit, &raters)
        });
        let (last, fit) = self.climb(&job, start);
        let decided = Decided::by_blocks(table, |items, rows, likelihood| {
            job.fill(last.as_ref(), items, rows, likelihood);
        });
        (decided, fit)
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
        let job = Job::of(table, gold);
        let start = job.taking_up(known, known_raters);
        self.run(&job, Some(start))
    }

    fn run(&self, job: &Job<'_>, start: Option<Model>) -> DawidSkeneFit {
        let (last, fit) = self.climb(job, start);
        DawidSkeneFit { posterior: job.posterior(last.as_ref()).0, ..fit }
    }

    /// Climbs from what a first round by `start`, or by vote shares, gives: the model that gives the
    /// shares of the last round, and the fit without them. They are not kept from round to round, but
    /// worked out once more at the end.
    fn climb(&self, job: &Job<'_>, start: Option<Model>) -> (Option<Model>, DawidSkeneFit) {
        let mut model = job.round(start.as_ref()).0;
        let mut last = start;
        let (log_likelihoods, converged) = self.0.climb(job.table.items.len(), || {
            let (next, likelihood) = job.round(Some(&model));
            last = Some(std::mem::replace(&mut model, next));
            likelihood
        });
        let Model { priors, errors } = model;
        let posterior = Posterior { classes: job.table.classes.len(), shares: Vec::new() };
        (last, DawidSkeneFit { posterior, priors, errors, log_likelihoods, converged })
    }
}

/// What is fitted.
struct Model {
    priors: Vec<f64>,
    errors: RaterErrors,
}

/// What it is fitted to.
struct Job<'a> {
    table: &'a LabelTable,
    gold: Option<&'a [Option<u32>]>,
    /// `[raters * classes]`: whether a rater ever said a class.
    said: Vec<bool>,
    /// The votes by rater, where there are too many confusions for a table a part.
    by_rater: Option<ByRater>,
}

/// Most cells of a table of confusions of which each part of the items gets one of its own.
const MOST_CELLS_OF_PART: usize = 1 << 20;

impl<'a> Job<'a> {
    fn of(table: &'a LabelTable, gold: Option<&'a [Option<u32>]>) -> Self {
        let cells = table.raters.len() * table.classes.len() * table.classes.len();
        let by_rater = (cells > MOST_CELLS_OF_PART).then(|| table.by_rater());
        Self { table, gold, said: said(table), by_rater }
    }

    /// The model that `known` says, and vote shares of raters whom it does not know.
    fn taking_up(&self, known: &DawidSkeneFit, known_raters: &[String]) -> Model {
        let mut start = self.round(None).0;
        let classes = known.errors.classes;
        if classes == start.errors.classes {
            start.priors.clone_from(&known.priors);
            let places: BTreeMap<&str, usize> =
                known_raters.iter().map(String::as_str).zip(0..).collect();
            for (rater, name) in self.table.raters.iter().enumerate() {
                if let Some(&place) = places.get(name.as_str()) {
                    let square = classes * classes;
                    start.errors.shares[rater * square..][..square]
                        .copy_from_slice(&known.errors.shares[place * square..][..square]);
                }
            }
        }
        start
    }

    /// One round: the model that fits the shares another model gives, or vote shares where there is none,
    /// and the log-likelihood of the votes by that other.
    ///
    /// Votes are walked in item order, so that shares stream by while the confusions stay in cache;
    /// tables too large for that are filled rater by rater.
    fn round(&self, by: Option<&Model>) -> (Model, f64) {
        let classes = self.table.classes.len();
        let square = classes * classes;
        if square == 0 {
            return (Model { priors: Vec::new(), errors: RaterErrors::default() }, 0.0);
        }
        let (priors, mut shares, likelihood) = match &self.by_rater {
            None => self.by_item(by),
            Some(by_rater) => self.by_rater(by, by_rater),
        };
        let raters = shares.par_chunks_mut(square).zip(self.said.par_chunks(classes));
        raters.for_each(|(counts, said)| normalise(counts, said));
        (Model { priors, errors: RaterErrors { classes, shares } }, likelihood)
    }

    /// The shares of some items.
    fn fill(
        &self,
        by: Option<&Model>,
        items: Range<usize>,
        rows: &mut [f64],
        likelihood: &mut Product,
    ) {
        match by {
            Some(Model { priors, errors }) => {
                weigh(rows, (self.table, items.clone()), priors, likelihood, |row, vote| {
                    let said = errors.row(vote.rater as usize, vote.label);
                    multiply(row, said);
                });
            }
            None => share_of(self.table, items.clone(), rows, |_| 1.0),
        }
        clamp(rows, items, self.gold);
    }

    fn posterior(&self, by: Option<&Model>) -> (Posterior, f64) {
        Posterior::by_blocks(self.table, |items, rows, likelihood| {
            self.fill(by, items, rows, likelihood);
        })
    }

    /// Priors, counts of confusions and log-likelihood, block by block of items.
    fn by_item(&self, by: Option<&Model>) -> (Vec<f64>, Vec<f64>, f64) {
        let (table, classes) = (self.table, self.table.classes.len());
        let cells = table.raters.len() * classes * classes;
        // Each part counts for itself: as many as have some more answers than cells to add up.
        let parts = (table.votes.len() / cells.max(1)).clamp(1, sums::PARTS);
        let parts = sums::parts(table.items.len(), parts, |items| {
            let (mut priors, mut counts) = (vec![0.0; classes + 1], vec![0.0; cells]);
            let (mut likelihood, mut room) = (Product::ONE, vec![0.0; BLOCK * classes]);
            for items in blocks(items) {
                let rows = &mut room[..items.len() * classes];
                self.fill(by, items.clone(), rows, &mut likelihood);
                for (votes, row) in items.map(|item| table.of(item)).zip(rows.chunks_exact(classes))
                {
                    add_shares(&mut priors, votes, row);
                    for vote in votes {
                        let start = (vote.rater as usize * classes + vote.label as usize) * classes;
                        sums::add(&mut counts[start..start + classes], row);
                    }
                }
            }
            (priors, counts, likelihood.ln())
        });
        let mut parts = parts.into_iter();
        let Some((mut priors, mut counts, mut likelihood)) = parts.next() else {
            return (vec![FLOOR; classes], vec![0.0; cells], 0.0);
        };
        for (part, more, factor) in parts {
            sums::add(&mut priors, &part);
            sums::add(&mut counts, &more);
            likelihood += factor;
        }
        (means(priors), counts, likelihood)
    }

    /// The same rater by rater.
    fn by_rater(&self, by: Option<&Model>, by_rater: &ByRater) -> (Vec<f64>, Vec<f64>, f64) {
        let (posterior, likelihood) = self.posterior(by);
        let classes = posterior.classes;
        let parts = sums::chunks(self.table.items.len(), |items| {
            let mut priors = vec![0.0; classes + 1];
            items.for_each(|item| add_shares(&mut priors, self.table.of(item), posterior.of(item)));
            priors
        });
        let mut priors = vec![0.0; classes + 1];
        parts.iter().for_each(|part| sums::add(&mut priors, part));
        (means(priors), count_by_rater(self.table, by_rater, &posterior), likelihood)
    }
}

/// Multiplies place by place, two at a time: rows are short.
#[inline]
fn multiply(row: &mut [f64], by: &[f64]) {
    let (pairs, rest) = row.as_chunks_mut::<2>();
    let (by_pairs, by_rest) = by.as_chunks::<2>();
    for ([a, b], [c, d]) in pairs.iter_mut().zip(by_pairs) {
        *a *= c;
        *b *= d;
    }
    rest.iter_mut().zip(by_rest).for_each(|(share, chance)| *share *= chance);
}

/// Puts known answers in place of guessed ones, in the shares of some items.
pub(super) fn clamp(rows: &mut [f64], items: Range<usize>, gold: Option<&[Option<u32>]>) {
    let Some(gold) = gold else { return };
    let classes = rows.len() / items.len().max(1);
    for (row, &known) in rows.chunks_mut(classes.max(1)).zip(&gold[items]) {
        if let Some(class) = known {
            row.fill(0.0);
            row[class as usize] = 1.0;
        }
    }
}

/// Adds the shares of an item with answers to sums by class, and to the count behind them.
#[inline]
fn add_shares(sums: &mut [f64], votes: &[Vote], row: &[f64]) {
    if !votes.is_empty() {
        sums::add(sums, row);
        sums[row.len()] += 1.0;
    }
}

/// Sums by class, and the count behind them, to means.
fn means(mut sums: Vec<f64>) -> Vec<f64> {
    let items = sums.pop().unwrap_or_default().max(1.0);
    sums.into_iter().map(|sum| (sum / items).max(FLOOR)).collect()
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
        let job = Job::of(&table, None);
        let model = job.round(None).0;
        for by in [None, Some(&model)] {
            let (one, two) = (job.by_item(by), job.by_rater(by, &table.by_rater()));
            let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-10);
            assert!(near(&one.0, &two.0) && near(&one.1, &two.1));
            assert!((one.2 - two.2).abs() < 1e-8, "{} {}", one.2, two.2);
        }
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

    /// The law of a kept model: after `n` rounds and `m` more it is what `n + m + 1` rounds give.
    #[test]
    fn a_kept_model_goes_on_to_the_bit() {
        let (table, _) = crowd(300, &[0.9, 0.7, 0.8, 0.6], 3);
        let after = |rounds| DawidSkene(Rounds::exactly(rounds));
        let (_, fit) = after(3).decide(&table, None, None);
        let kept = SavedModel::of(&table, &fit.priors, &fit.errors);
        let text = serde_json::to_string(&kept).unwrap();
        let kept: SavedModel = serde_json::from_str(&text).unwrap();
        let table = kept.align(table).unwrap();
        let (on, more) = after(4).decide(&table, None, Some(&kept));
        let (once, whole) = after(8).decide(&table, None, None);
        assert_eq!((on, more.priors, more.errors), (once, whole.priors, whole.errors));
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
