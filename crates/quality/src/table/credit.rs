//! Which columns count, decided on the sample before any row is compared.
//!
//! A column that carries nothing must neither count nor make copied rows look new. Rows are
//! therefore compared, and counted, by the columns that belong to their rows and that no other
//! column repeats.

use shujian_core::{ContentId, Findings, Place};

use super::coherence::{self, Coherence};
use super::columns::{Column, Columns};
use super::layout::{Layout, Slot, mix};
use super::near;
use super::oddness::Oddness;
use super::{redundant, rows};
use crate::columns::{PartitionPlan, Role};
use crate::sample::Sample;

/// Coherence of a column's cells from which the column counts whole.
const WHOLE: f64 = 0.5;
/// Sampled rows compared with each other, at most.
const MOST_COMPARED: usize = 3000;

/// Rows that one is compared with when copies are looked for in the sample, at most.
const MOST_LOOKED_BACK: usize = 2000;

/// What the columns of a partition are worth.
#[derive(Debug)]
pub(super) struct Credit {
    /// For each column of the plan, what a cell of it counts, in `[0, 1]`: numbers and categories the
    /// share of their own times the lower bound of their coherence as a part of [`WHOLE`], texts the
    /// share that differs. Without a step anywhere: no column flips when rows are added.
    pub weights: Vec<f64>,
    /// For each column of the plan, whether it is a time that content depends on.
    pub tied: Vec<bool>,
    /// The rows it was decided on.
    pub columns: Columns,
    /// For each content column, the share that no other column says.
    pub own: Vec<f64>,
    /// How they hang together.
    pub coherence: Coherence,
    /// Columns that went beyond the bound.
    pub findings: Findings,
}

impl Credit {
    /// Decides on the sampled rows that are no copies of each other as far as the sample shows:
    /// copies would lend weight to chance.
    pub(super) fn before(plan: &PartitionPlan, sample: &Sample, oddness: &Oddness) -> Self {
        let copies = copies(plan, &Columns::of(plan, sample, oddness, &|_| true));
        Self::of(plan, sample, oddness, &|id| copies.binary_search(id).is_err())
    }

    /// Decides on chosen sampled rows that are not strange.
    pub(super) fn of(
        plan: &PartitionPlan,
        sample: &Sample,
        oddness: &Oddness,
        chosen: &dyn Fn(&ContentId) -> bool,
    ) -> Self {
        let columns = Columns::of(plan, sample, oddness, chosen);
        let own = redundant::own_shares(&columns);
        let kept: Vec<bool> = own.iter().map(|share| *share > 0.0).collect();
        let coherence = coherence::measure(&columns, &kept);
        let mut weights = vec![0.0; plan.columns.len()];
        let content = columns.content.iter().zip(coherence.columns.iter().zip(&own));
        for (at, weight) in content
            .map(|(column, (kappa, own))| (column.plan, own * (kappa.low / WHOLE).min(1.0)))
            .chain(
                (0..columns.texts.len())
                    .map(|at| (columns.texts[at].plan, of_text(&columns.texts, at))),
            )
        {
            if let Some(at) = at {
                weights[at] = weight;
            }
        }
        let mut findings = Findings::default();
        if columns.left_out > 0 {
            let place = Place::file(plan.name.clone());
            findings.add_many("SJ-quality-024", columns.left_out, [place]);
        }
        Self { weights, tied: tied(plan, &columns, &coherence), columns, own, coherence, findings }
    }

    /// Whether the cells of a column of the plan count at all.
    pub(super) fn counts(&self, at: usize) -> bool {
        self.weights[at] > 0.0
    }

    /// The greatest weight.
    pub(super) fn best(&self) -> f64 {
        self.weights.iter().copied().fold(0.0, f64::max)
    }

    /// The content columns that were looked at, in an order of their own.
    pub(super) fn looked_at(&self) -> Vec<usize> {
        let columns = self.columns.content.iter().chain(&self.columns.texts);
        columns.filter_map(|column| column.plan).collect()
    }

    /// Rows nearly like a row, on average, in a table of so many rows: sampled pairs of equal
    /// categories and (if `timed`) tied times whose numbers lie just outside of the reach of copies.
    pub(super) fn alike(
        &self,
        plan: &PartitionPlan,
        layout: &Layout,
        rows: usize,
        timed: bool,
    ) -> f64 {
        let counts = |column: &&Column| column.plan.is_some_and(|at| self.counts(at));
        let content = || self.columns.content.iter().filter(counts);
        let numeric: Vec<(&Column, f64)> = content()
            .filter_map(|column| match layout.slots[column.plan?]? {
                Slot::Number { scale, .. } => {
                    Some((column, scale * self.weights[column.plan?].sqrt()))
                }
                _ => None,
            })
            .collect();
        let weights: Vec<f32> = numeric
            .iter()
            .filter_map(|(column, _)| Some(self.weights[column.plan?] as f32))
            .collect();
        let keeps_apart =
            |column: &&Column| column.plan.is_some_and(|at| self.weights[at] as f32 >= near::APART);
        let groups: Vec<&Column> = content()
            .filter(|column| column.numbers.is_empty())
            .filter(keeps_apart)
            .chain(self.columns.partners.iter().filter(|column| {
                let tied = column.clock.is_some_and(|at| self.tied[at]);
                timed && tied && !column.hashes.is_empty()
            }))
            .collect();
        debug_assert!(plan.columns.len() == self.weights.len());
        let sampled = self.columns.ids.len().min(MOST_COMPARED);
        let group = |row: usize| {
            groups
                .iter()
                .enumerate()
                .fold(0, |sum: u64, (at, column)| sum.wrapping_add(mix(at, column.hashes[row])))
        };
        let mut order: Vec<(u64, usize)> = (0..sampled).map(|row| (group(row), row)).collect();
        order.sort_unstable();
        let vector = |row: usize| -> Vec<f32> {
            numeric
                .iter()
                .map(|(column, scale)| {
                    column.numbers.get(row).map_or(f32::NAN, |value| (value * scale) as f32)
                })
                .collect()
        };
        let pairs: usize = order
            .chunk_by(|a, b| a.0 == b.0)
            .map(|run| {
                let vectors: Vec<Vec<f32>> = run.iter().map(|(_, row)| vector(*row)).collect();
                (1..vectors.len())
                    .map(|at| {
                        let just = |other: &&Vec<f32>| {
                            near::is_just_outside(&vectors[at], other, &weights)
                        };
                        vectors[..at].iter().filter(just).count()
                    })
                    .sum::<usize>()
            })
            .sum();
        let sampled = sampled.max(1) as f64;
        2.0 * pairs as f64 / sampled * (rows as f64 / sampled).max(1.0)
    }
}

/// Sampled rows near an earlier one of the same time in every content column, by ascending id.
fn copies(plan: &PartitionPlan, columns: &Columns) -> Vec<ContentId> {
    let layout = Layout::of(plan);
    let times = || columns.partners.iter().filter(|column| !column.hashes.is_empty());
    let moment = |column: &Column| rows::moment(column.clock?, plan, &layout);
    let numeric: Vec<(&Column, f64)> = columns
        .content
        .iter()
        .filter_map(|column| match layout.slots[column.plan?]? {
            Slot::Number { scale, .. } => Some((column, scale)),
            _ => None,
        })
        .chain(times().filter_map(|column| Some((column, 1.0 / moment(column)?.1))))
        .collect();
    let categories = columns.content.iter().filter(|column| column.numbers.is_empty());
    let exact = times().filter(|column| moment(column).is_none());
    let categories: Vec<&Column> = categories.chain(exact).collect();
    let mut order: Vec<(u64, Vec<f32>, usize)> = (0..columns.ids.len())
        .map(|row| {
            let group = categories
                .iter()
                .enumerate()
                .fold(0_u64, |sum, (at, column)| sum.wrapping_add(mix(at, column.hashes[row])));
            let number = |(column, scale): &(&Column, f64)| (column.numbers[row] * scale) as f32;
            (group, numeric.iter().map(number).collect(), row)
        })
        .collect();
    // Near rows are near in their first number, whatever the others are.
    let first = |numbers: &[f32]| numbers.first().copied().unwrap_or(0.0);
    order.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then(first(&a.1).total_cmp(&first(&b.1))).then(a.2.cmp(&b.2))
    });
    let weights = vec![1.0; numeric.len()];
    let reach = near::reach_of_one(numeric.len() as f32);
    let mut copies = Vec::new();
    for at in 0..order.len() {
        let (group, numbers, row) = &order[at];
        let is_copy = order[..at]
            .iter()
            .rev()
            .take(MOST_LOOKED_BACK)
            .take_while(|(other, theirs, _)| {
                // A null first number is apart from none.
                let apart = first(numbers) - first(theirs);
                group == other && (apart.is_nan() || apart <= reach)
            })
            .any(|(_, theirs, _)| near::is_near(numbers, theirs, &weights));
        if is_copy {
            copies.push(columns.ids[*row]);
        }
    }
    copies.sort_unstable();
    copies
}

/// The times that some content column varies with, in itself, in its cycles or in what went before.
fn tied(plan: &PartitionPlan, columns: &Columns, coherence: &Coherence) -> Vec<bool> {
    let mut tied = vec![false; plan.columns.len()];
    for (partner, _) in columns.partners.iter().zip(&coherence.ties).filter(|(_, tie)| **tie) {
        if let Some(clock) = partner.clock {
            tied[clock] = true;
        }
    }
    // Calendar parts are one clock: if one of them matters, the time does.
    let clocks = Layout::of(plan).clocks;
    let parts = || clocks.iter().enumerate().filter(|(_, step)| step.is_some()).map(|(at, _)| at);
    if parts().any(|at| tied[at]) {
        parts().for_each(|at| tied[at] = true);
    }
    debug_assert!(tied.iter().zip(&plan.columns).all(|(t, c)| !t || c.role == Role::Time));
    tied
}

/// Weight of a text column: the share of its filled cells that differ; none if it repeats one before
/// it, but for one row in fifty.
fn of_text(texts: &[Column], at: usize) -> f64 {
    let column = &texts[at];
    let repeats = |other: &Column| {
        let unequal = column.hashes.iter().zip(&other.hashes).filter(|(a, b)| a != b);
        50 * unequal.count() <= column.hashes.len()
    };
    if texts[..at].iter().any(repeats) { 0.0 } else { different(column) }
}

/// Share of filled cells that differ from the others.
fn different(column: &Column) -> f64 {
    let mut hashes: Vec<u64> = column.hashes.iter().copied().filter(|&hash| hash != 0).collect();
    let filled = hashes.len() as f64;
    hashes.sort_unstable();
    hashes.dedup();
    if filled == 0.0 { 0.0 } else { hashes.len() as f64 / filled }
}
