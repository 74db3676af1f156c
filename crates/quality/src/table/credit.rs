//! Which columns count, decided on the sample before any row is compared.
//!
//! A column that carries nothing must neither count nor make copied rows look new. Rows are
//! therefore compared, and counted, by the columns that belong to their rows and that no other
//! column repeats.

use shujian_core::{Findings, Place};

use super::coherence::{self, Coherence};
use super::columns::{Column, Columns};
use super::layout::Layout;
use super::redundant;
use crate::columns::{PartitionPlan, Role};
use crate::sample::Sample;

/// What the columns of a partition are worth.
#[derive(Debug)]
pub(super) struct Credit {
    /// For each column of the plan, whether its cells count.
    pub counts: Vec<bool>,
    /// For each column of the plan, whether it is a time that content depends on.
    pub tied: Vec<bool>,
    /// Columns that went beyond the bound.
    pub findings: Findings,
}

impl Credit {
    /// Decides on all sampled rows, copies included: which of them are copies is not known yet.
    pub(super) fn of(plan: &PartitionPlan, sample: &Sample) -> Self {
        let columns = Columns::of(plan, sample, &|_| 1.0);
        let own = redundant::own_shares(&columns);
        let kept: Vec<bool> = own.iter().map(|share| *share > 0.0).collect();
        let coherence = coherence::measure(&columns, &kept);
        let mut credit = Self {
            counts: vec![false; plan.columns.len()],
            tied: tied(plan, &columns, &coherence),
            findings: Findings::default(),
        };
        let content = columns.content.iter().zip(coherence.columns.iter().zip(&own));
        for (at, worth) in content
            .map(|(column, (kappa, own))| (column.plan, own * kappa.low))
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
        credit
    }
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
