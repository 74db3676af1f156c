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
use super::redundant;
use crate::columns::{PartitionPlan, Role};
use crate::sample::Sample;

/// Sampled rows compared with each other, at most.
const MOST_COMPARED: usize = 3000;

/// Rows that one is compared with when copies are looked for in the sample, at most.
const MOST_LOOKED_BACK: usize = 2000;

/// What the columns of a partition are worth.
#[derive(Debug)]
pub(super) struct Credit {
    /// For each column of the plan, whether its cells count.
    pub counts: Vec<bool>,
    /// For each column of the plan, whether it is a time that content depends on.
    pub tied: Vec<bool>,
    columns: Columns,
    /// Columns that went beyond the bound.
    pub findings: Findings,
}

impl Credit {
    /// Decides on the sampled rows that are no copies of each other as far as the sample shows:
    /// copies would lend weight to chance.
    pub(super) fn before(plan: &PartitionPlan, sample: &Sample) -> Self {
        let copies = copies(plan, &Columns::of(plan, sample, &|_| 1.0));
        Self::of(plan, sample, &|id| f64::from(u8::from(copies.binary_search(id).is_err())))
    }

    /// Decides on the novel sampled rows.
    pub(super) fn of(
        plan: &PartitionPlan,
        sample: &Sample,
        novelty: &dyn Fn(&ContentId) -> f64,
    ) -> Self {
        let columns = Columns::of(plan, sample, novelty);
        let own = redundant::own_shares(&columns);
        let kept: Vec<bool> = own.iter().map(|share| *share > 0.0).collect();
        let coherence = coherence::measure(&columns, &kept);
        let mut credit = Self {
            counts: vec![false; plan.columns.len()],
            tied: tied(plan, &columns, &coherence),
            findings: Findings::default(),
            columns: Columns::default(),
        };
        let content = columns.content.iter().zip(coherence.columns.iter().zip(&own));
        for (at, worth) in content
            .map(|(column, (kappa, own))| (column.plan, own.floor() * kappa.low))
            .chain(columns.texts.iter().map(|column| (column.plan, different(column))))
        {
            if let Some(at) = at {
                credit.counts[at] = worth > 0.0;
            }
        }
        if columns.left_out > 0 {
            let place = Place::file(plan.name.clone());
            credit.findings.add_many("SJ-quality-024", columns.left_out, [place]);
        }
        credit.columns = columns;
        credit
    }

    /// The content columns that were looked at, in an order of their own.
    pub(super) fn looked_at(&self) -> Vec<usize> {
        let columns = self.columns.content.iter().chain(&self.columns.texts);
        columns.filter_map(|column| column.plan).collect()
    }

    /// Rows nearly like a row, on average, in a table of so many rows: sampled pairs of equal
    /// categories and tied times whose numbers lie just outside of the reach of copies.
    pub(super) fn alike(&self, plan: &PartitionPlan, layout: &Layout, rows: usize) -> f64 {
        let counts = |column: &&Column| column.plan.is_some_and(|at| self.counts[at]);
        let content = || self.columns.content.iter().filter(counts);
        let numeric: Vec<(&Column, f64)> = content()
            .filter_map(|column| match layout.slots[column.plan?]? {
                Slot::Number { scale, .. } => Some((column, scale)),
                _ => None,
            })
            .collect();
        let groups: Vec<&Column> = content()
            .filter(|column| column.numbers.is_empty())
            .chain(self.columns.partners.iter().filter(|column| {
                !column.hashes.is_empty() && column.clock.is_some_and(|at| self.tied[at])
            }))
            .collect();
        debug_assert!(plan.columns.len() == self.counts.len());
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
                        let just = |other: &&Vec<f32>| near::is_just_outside(&vectors[at], other);
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
    let numeric: Vec<(&Column, f64)> = columns
        .content
        .iter()
        .filter_map(|column| match layout.slots[column.plan?]? {
            Slot::Number { scale, .. } => Some((column, scale)),
            _ => None,
        })
        .collect();
    let categories: Vec<&Column> =
        columns.content.iter().filter(|column| column.numbers.is_empty()).collect();
    let times = columns.partners.iter().filter(|column| !column.hashes.is_empty());
    let categories: Vec<&Column> = categories.into_iter().chain(times).collect();
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
    let reach = near::reach_of_one(numeric.len());
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
            .any(|(_, theirs, _)| near::is_near(numbers, theirs));
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

/// Share of filled cells that differ from the others.
pub(super) fn different(column: &Column) -> f64 {
    let mut hashes: Vec<u64> = column.hashes.iter().copied().filter(|&hash| hash != 0).collect();
    let filled = hashes.len() as f64;
    hashes.sort_unstable();
    hashes.dedup();
    if filled == 0.0 { 0.0 } else { hashes.len() as f64 / filled }
}
